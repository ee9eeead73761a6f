// What a way of spreading has to do for the runner. A protocol holds the world it was made
// for and plays it round by round; rounds are synchronous: only who knew at the start of a
// round acts as knowing in it.

/** When a node heard: the round, 0 for the source, or never. */
export type HeardAt = number | 'never'

export interface Protocol {
  /** A new run begins; the world has been restarted. */
  restart(): void
  /** True as long as somebody will send in the next round. */
  isBusy(): boolean
  /** Plays one round. */
  play(): void
  /** Messages sent by a node that is not crashed after `rounds` rounds, beside its load. */
  sentBy(heardAt: HeardAt, rounds: number): number
}
