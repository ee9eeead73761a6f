// Whether anybody takes what we write. Each comparison brings a member's word about how far it
// holds a stream of ours; who was shown a version time and again, and still says that it lacks it,
// refuses it. The first who holds it ends the doubt. What it means is for sharing/unheard.ts.

import type { Reach } from '../wire/state-messages.ts'

/** After so long without a word nobody was shown anything: the doubt begins anew. */
const SILENCE_MS = 15_000

interface Doubt {
  /** Nobody was seen to hold this version since. */
  readonly written: Reach
  readonly sinceMs: number
  readonly lacking: Set<string>
}

export class Unheard {
  #doubt: Doubt | undefined
  #heardMs = Number.NEGATIVE_INFINITY

  /** A member says how far it holds what we have written; it was shown it for `patienceMs` by then. */
  hear(
    name: string,
    { held, written }: { readonly held: Reach; readonly written: Reach },
    { nowMs, patienceMs }: { readonly nowMs: number; readonly patienceMs: number },
  ): void {
    const isAnew =
      this.#doubt?.written.generation !== written.generation ||
      nowMs - this.#heardMs > Math.max(SILENCE_MS, patienceMs / 2)
    if (isAnew) this.#doubt = undefined
    this.#heardMs = nowMs
    this.#doubt ??= { written, sinceMs: nowMs, lacking: new Set() }
    const { written: doubted, sinceMs, lacking } = this.#doubt
    const holdsIt = held.generation === doubted.generation && held.base >= doubted.base
    if (holdsIt) this.#doubt = undefined
    else if (nowMs - sinceMs >= patienceMs) lacking.add(name)
  }

  /** Who refuses it; nobody, if somebody has taken it. */
  get by(): ReadonlySet<string> {
    return this.#doubt?.lacking ?? NOBODY
  }
}

const NOBODY: ReadonlySet<string> = new Set()
