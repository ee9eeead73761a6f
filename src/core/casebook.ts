// The evidence about members: who saw what and when, so that `why` can tell. Bounded a
// member and in all; the oldest goes first.

import type { Evidence } from './io.ts'

const ENTRIES_MAX = 64
const CASES_MAX = 10_000

export class Casebook {
  readonly #caseByName = new Map<string, Evidence[]>()

  /** The case about `name`, oldest first. */
  about(name: string): readonly Evidence[] {
    return this.#caseByName.get(name) ?? []
  }

  add(name: string, evidence: Evidence): void {
    const known = this.#caseByName.get(name)
    if (known === undefined) {
      this.#makeRoom()
      this.#caseByName.set(name, [evidence])
      return
    }
    known.push(evidence)
    if (known.length > ENTRIES_MAX) known.shift()
  }

  close(name: string): void {
    this.#caseByName.delete(name)
  }

  #makeRoom(): void {
    if (this.#caseByName.size < CASES_MAX) return
    const oldest = this.#caseByName.keys().next()
    if (oldest.done !== true) this.#caseByName.delete(oldest.value)
  }
}
