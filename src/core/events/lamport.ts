// Logical time (Lamport 1978; Serf `lamport.go`): a counter that is always past everything
// seen. 64 bits on the wire, so bigint from end to end.

const WRAP = 1n << 64n

export class LamportClock {
  #time: bigint

  /** Serf's clocks start at 1. */
  constructor(start = 1n) {
    this.#time = start
  }

  get time(): bigint {
    return this.#time
  }

  /** The present time, which nobody else will use: the clock moves past it. */
  take(): bigint {
    const time = this.#time
    this.#time = (time + 1n) % WRAP
    return time
  }

  /** Moves past a time seen elsewhere. */
  witness(seen: bigint): void {
    if (seen >= this.#time) this.#time = (seen + 1n) % WRAP
  }
}
