// When `ready()` resolves: once enough members are alive or, where no number is asked for,
// once we joined somebody or know that there is nobody to join (no seeds, or only our own
// address and free ports of this machine answered to them).

import type { HearsayError } from '../core/index.ts'
import type { Ready } from './api.ts'
import type { Clock } from './clock.ts'
import type { Settle } from './waiting.ts'

export interface ReadinessParts {
  readonly clock: Clock
  readonly hasSeeds: boolean
  /** Members alive now, ourselves included. */
  readonly alive: () => number
}

interface Waiter {
  readonly atLeast: number | undefined
  readonly settle: Settle<Ready>
}

export class Readiness {
  readonly #parts: ReadinessParts
  readonly #waiters = new Set<Waiter>()
  readonly #check: () => void
  #settled: boolean
  #checkPending = false
  #closed: HearsayError | undefined

  constructor(parts: ReadinessParts) {
    this.#parts = parts
    this.#settled = !parts.hasSeeds
    this.#check = () => this.#settle()
  }

  /** Settles now or later; the result gives up waiting. */
  await(atLeast: number | undefined, settle: Settle<Ready>): () => void {
    const waiter: Waiter = { atLeast, settle }
    this.#waiters.add(waiter)
    if (this.#closed !== undefined) settle.reject(this.#closed)
    else this.membersChanged()
    return () => this.#waiters.delete(waiter)
  }

  /** A round over all seeds is over. */
  roundEnded({ joined, alone }: { readonly joined: boolean; readonly alone: boolean }): void {
    if (joined || alone) this.#settled = true
    this.membersChanged()
  }

  /** Looked at once a turn: a full exchange may bring thousands of changes. */
  membersChanged(): void {
    if (this.#waiters.size === 0 || this.#checkPending) return
    this.#checkPending = true
    this.#parts.clock.soon(this.#check)
  }

  close(error: HearsayError): void {
    this.#closed = error
    for (const { settle } of [...this.#waiters]) settle.reject(error)
  }

  #settle(): void {
    this.#checkPending = false
    if (this.#waiters.size === 0) return
    const size = this.#parts.alive()
    for (const { atLeast, settle } of [...this.#waiters]) {
      const enough = atLeast === undefined ? this.#settled || size > 1 : size >= atLeast
      if (enough) settle.resolve({ size, alone: size === 1 })
    }
  }
}
