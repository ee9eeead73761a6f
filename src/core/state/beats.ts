// Beats of members' state loops: each raises a number of its own at each comparison, and all pass
// on the highest they know. How long none came tells how surprised to be (base/phi.ts). It
// says whether a member's state is alive, which pings do not; who is dead is SWIM's alone.

import { BeatHistory, phiExponential } from '../base/phi.ts'

/** One number: Unix time in ms at its member, or a little more where clocks go back. */
export interface Beat {
  readonly name: string
  readonly beat: number
}

interface Row {
  beat: number
  /** When it last rose here. */
  atMs: number
  readonly history: BeatHistory
  isSilent: boolean
}

/** Phi from which a member counts as silent: 18.4 mean intervals without a beat. */
export const SILENT_PHI = 8

export class Beats {
  #own = 0
  readonly #rowByName = new Map<string, Row>()

  /** Our own next beat. */
  next(unixMs: number): number {
    this.#own = Math.max(this.#own + 1, Math.floor(unixMs))
    return this.#own
  }

  /** Notes a beat; only a higher one than before is news. `expectedMs` is how often one comes. */
  note({ name, beat }: Beat, nowMs: number, expectedMs: number): void {
    const row = this.#rowByName.get(name) ?? this.#add(name, expectedMs)
    if (beat <= row.beat) return
    row.beat = beat
    row.atMs = nowMs
    row.isSilent = false
    row.history.beat(nowMs)
  }

  /** How surprising a member's silence is; undefined before its first beat. */
  phi(name: string, nowMs: number): number | undefined {
    const history = this.#rowByName.get(name)?.history
    return history && phiExponential(history.silentMs(nowMs), history.meanMs)
  }

  /** How long no beat of a member has come, once: when it becomes silent. */
  silence(name: string, nowMs: number): number | undefined {
    const row = this.#rowByName.get(name)
    const phi = this.phi(name, nowMs) ?? 0
    if (row === undefined || row.isSilent || phi < SILENT_PHI) return undefined
    row.isSilent = true
    return row.history.silentMs(nowMs)
  }

  /** The beats that rose last, so many at most. */
  newest(countMax: number): readonly Beat[] {
    return [...this.#rowByName]
      .sort(([, one], [, other]) => other.atMs - one.atMs)
      .slice(0, countMax)
      .map(([name, { beat }]) => ({ name, beat }))
  }

  /** We have been away ourselves: nobody is blamed for that time. */
  postpone(byMs: number): void {
    for (const { history } of this.#rowByName.values()) history.postpone(byMs)
  }

  /** Forgets all but those that `isKept`. */
  keep(isKept: (name: string) => boolean): void {
    for (const name of this.#rowByName.keys()) if (!isKept(name)) this.#rowByName.delete(name)
  }

  #add(name: string, expectedMs: number): Row {
    const history = new BeatHistory({ expectedMs })
    const row: Row = { beat: 0, atMs: 0, history, isSilent: false }
    this.#rowByName.set(name, row)
    return row
  }
}
