// How long it takes until everybody holds what we write. One write at a time is followed, from
// when it was made until all who count have said that they hold it; then the next.

/** How far a stream of ours had been written. */
interface Written {
  readonly generation: number
  readonly base: number
}

/** Our streams by channel, at one moment. */
export type Writings = readonly Written[]

export class Stability {
  #followed: { readonly writings: Writings; readonly atMs: number } | undefined
  #lastMs = 0

  /** Something was written; these are our streams now. */
  written(writings: () => Writings, nowMs: number): void {
    this.#followed ??= { writings: writings(), atMs: nowMs }
  }

  /** Sees whether what is followed has come to all. */
  look(isHeldByAll: (writings: Writings) => boolean, nowMs: number): void {
    if (this.#followed === undefined || !isHeldByAll(this.#followed.writings)) return
    this.#lastMs = nowMs - this.#followed.atMs
    this.#followed = undefined
  }

  /** How long the last write took that came to all; or so far takes, if that is longer. */
  lagMs(nowMs: number): number {
    return Math.max(this.#lastMs, this.#followed === undefined ? 0 : nowMs - this.#followed.atMs)
  }
}
