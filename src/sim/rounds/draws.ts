// Random numbers by the million: the generator of core/base/random.ts (sfc32), drawn a block
// at a time into a typed array, with the same numbers in the same order. Whole-number
// arithmetic only, so a seed gives the same run on every machine. Also: the seed of each run.

const BLOCK = 2048

/** The same sequence as `Random` of the same seed, cheaper by the million. */
export class Draws {
  readonly #words = new Uint32Array(BLOCK)
  #at = BLOCK
  #a = 0
  #b = 0
  #c = 0
  #counter = 1
  #refills = 0

  /** `seed` may be any finite number. */
  constructor(seed: number) {
    this.restart(seed)
  }

  /** Begins again, as a new one with `seed` would. */
  restart(seed: number): void {
    this.#a = seed | 0
    this.#b = Math.floor(seed / 4_294_967_296) | 0
    this.#c = 0x9e3779b9 | 0
    this.#counter = 1
    this.#fill(12)
    this.#at = BLOCK
    this.#refills = 0
  }

  /** Words handed out since the last restart. */
  get drawn(): number {
    return this.#refills * BLOCK - (BLOCK - this.#at)
  }

  /** A whole number in 0 … 2³²−1. */
  bits(): number {
    if (this.#at === BLOCK) this.#refill()
    return this.#words[this.#at++] as number
  }

  /** A whole number in 0 … bound−1; a value is favoured by at most bound / 2³² of its chance. */
  below(bound: number): number {
    return (this.bits() * (bound / 4_294_967_296)) | 0
  }

  /** True with chance `threshold` / 2³²; see `thresholdOf`. */
  isBelow(threshold: number): boolean {
    return this.bits() < threshold
  }

  #refill(): void {
    this.#fill(BLOCK)
    this.#at = 0
    this.#refills++
  }

  /** The generator with its state in local variables, which is what makes it fast. */
  #fill(length: number): void {
    const words = this.#words
    let a = this.#a
    let b = this.#b
    let c = this.#c
    let counter = this.#counter
    for (let i = 0; i < length; i++) {
      const sum = (((a + b) | 0) + counter) | 0
      counter = (counter + 1) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + sum) | 0
      words[i] = sum
    }
    this.#a = a
    this.#b = b
    this.#c = c
    this.#counter = counter
  }
}

/** What `isBelow` needs for a chance of 0 … 1. */
export function thresholdOf(chance: number): number {
  return Math.round(chance * 4_294_967_296)
}

/**
 * The seed of the run with this number (0, 1, …) under `seed`: runs do not depend on who
 * plays them, nor on how many are played. A whole number below 2⁵³.
 */
export function seedOfRun(seed: number, run: number): number {
  const low = mix((seed | 0) ^ mix(run))
  const high = mix(low ^ (Math.floor(seed / 4_294_967_296) | 0) ^ Math.imul(run + 1, 0x85ebca6b))
  return (high >>> 11) * 4_294_967_296 + (low >>> 0)
}

/** Spreads 32 bits over 32 bits, one to one (the finish of MurmurHash 3). */
function mix(value: number): number {
  let x = (value + 0x9e3779b9) | 0
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return x ^ (x >>> 16)
}
