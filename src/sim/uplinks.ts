// Hosts whose way out is slow: what they send waits its turn in a queue that holds a second's
// worth, and what finds it full is dropped. Streams wait as well, but lose nothing.

import type { AddressKey, Millis } from '../core/index.ts'

const QUEUE_MS = 1000

export class Uplinks {
  readonly #busyUntilMs = new Map<AddressKey, Millis>()

  /** How long the last byte waits; undefined if the queue has no room. */
  delay(host: AddressKey, size: Size, nowMs: Millis): Millis | undefined {
    const startMs = Math.max(nowMs, this.#busyUntilMs.get(host) ?? 0)
    if (startMs - nowMs > QUEUE_MS) {
      if (!size.mayExceed) return undefined
      return startMs - nowMs
    }
    const endMs = startMs + (size.bytes * 1000) / size.bytesPerSecond
    this.#busyUntilMs.set(host, endMs)
    return endMs - nowMs
  }
}

interface Size {
  readonly bytes: number
  readonly bytesPerSecond: number
  /** True for what is not dropped when the queue is full, and waits for it to empty. */
  readonly mayExceed: boolean
}
