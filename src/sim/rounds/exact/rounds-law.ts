// The law of a number of rounds, given by the chance that it is larger than 0, 1, 2 …: what
// keeps its digits far out in the tail, where 1 − P would have lost them.

export class RoundsLaw {
  /** Chance of more than t rounds, by t; the rest is taken as 0. */
  readonly above: readonly number[]

  constructor(above: readonly number[]) {
    this.above = above
  }

  /** Expected number of rounds. */
  get mean(): number {
    return this.above.reduce((sum, chance) => sum + chance, 0)
  }

  /** Standard deviation in rounds. */
  get sd(): number {
    const { mean } = this
    // Σ (2t + 1)·P(T > t) is the mean of the square; taken around the mean, few digits are lost.
    const square = this.above.reduce((sum, _, t) => sum + this.chanceOf(t) * (t - mean) ** 2, 0)
    const beyond = (this.above.at(-1) ?? 0) * (this.above.length - mean) ** 2
    return Math.sqrt(square + beyond)
  }

  /** Chance of at most `rounds`. */
  atMost(rounds: number): number {
    if (rounds < 0) return 0
    return 1 - (this.above[rounds] ?? 0)
  }

  /** Chance of exactly `rounds`. */
  chanceOf(rounds: number): number {
    const before = rounds === 0 ? 1 : (this.above[rounds - 1] ?? 0)
    return before - (this.above[rounds] ?? 0)
  }

  /** The smallest number of rounds that is not exceeded with at least this chance, below 1. */
  quantile(share: number): number {
    const rounds = this.above.findIndex((chance) => chance <= 1 - share + 1e-12)
    return rounds < 0 ? this.above.length : rounds
  }
}
