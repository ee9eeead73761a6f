// A set of small whole numbers, one bit each: a million nodes fit into a processor's cache.

export class Bits {
  readonly #words: Int32Array

  /** Holds numbers 0 … size−1. */
  constructor(size: number) {
    this.#words = new Int32Array((size + 31) >>> 5)
  }

  has(index: number): boolean {
    return (((this.#words[index >>> 5] as number) >>> (index & 31)) & 1) === 1
  }

  add(index: number): void {
    const at = index >>> 5
    this.#words[at] = (this.#words[at] as number) | (1 << (index & 31))
  }

  clear(): void {
    this.#words.fill(0)
  }

  /** Adds `from` … `to`−1. */
  addRange(from: number, to: number): void {
    let index = from
    while (index < to && (index & 31) !== 0) this.add(index++)
    const whole = Math.max(index, to & ~31)
    this.#words.fill(-1, index >>> 5, whole >>> 5)
    for (index = whole; index < to; index++) this.add(index)
  }
}
