// Chance as an argument: a small seeded generator (sfc32 of PractRand), so that the same
// seed and inputs give the same effects, byte for byte. Not for keys or nonces.

/** 32 random bits a call; everything else follows from them. */
export class Random {
  #a: number
  #b: number
  #c: number
  #counter = 1

  /** `seed` may be any finite number; equal seeds give equal sequences. */
  constructor(seed: number) {
    this.#a = seed | 0
    this.#b = Math.floor(seed / 4_294_967_296) | 0
    this.#c = 0x9e3779b9 | 0
    for (let i = 0; i < 12; i++) this.bits()
  }

  /** A whole number in 0 … 2³²−1. */
  bits(): number {
    const sum = (((this.#a + this.#b) | 0) + this.#counter) | 0
    this.#counter = (this.#counter + 1) | 0
    this.#a = this.#b ^ (this.#b >>> 9)
    this.#b = (this.#c + (this.#c << 3)) | 0
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + sum) | 0
    return sum >>> 0
  }

  /** A fraction in 0 ≤ x < 1. */
  fraction(): number {
    return this.bits() / 4_294_967_296
  }

  /** A whole number in 0 … bound−1; `bound` is 1 … 2³². */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound)
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.fraction() < probability
  }

  /** Puts `items` into random order, in place (Fisher–Yates). */
  shuffle<T>(items: T[]): void {
    for (let last = items.length - 1; last > 0; last--) {
      const other = this.below(last + 1)
      const kept = items[last] as T
      items[last] = items[other] as T
      items[other] = kept
    }
  }
}
