// What a stalled process does with its messages: they wait, in order, until it goes on. The
// bound is that of a socket's buffer; what exceeds it is lost.

import type { Input } from '../core/index.ts'

/** What a socket buffers for a process that does not read (Linux's default). */
export const HELD_BYTES_MAX = 212_992

/** What such a buffer has to keep of an input; only datagrams are ever lost. */
export function packetBytes(input: Input): number {
  return input.kind === 'packet' ? input.bytes.length : 0
}

/** Keeps messages while it is shut. */
export class Gate<T> {
  readonly #sizeOf: (message: T) => number
  #held: T[] | undefined
  #heldBytes = 0

  /** `sizeOf` says what a message takes of the buffer; 0 for what is never lost. */
  constructor(sizeOf: (message: T) => number) {
    this.#sizeOf = sizeOf
  }

  get isShut(): boolean {
    return this.#held !== undefined
  }

  shut(): void {
    this.#held ??= []
  }

  /** Takes a message while shut, if there is room; false while open: let it pass yourself. */
  holds(message: T): boolean {
    if (this.#held === undefined) return false
    const size = this.#sizeOf(message)
    if (this.#heldBytes + size > HELD_BYTES_MAX) return true
    this.#heldBytes += size
    this.#held.push(message)
    return true
  }

  /** Opens, and hands back what waited, oldest first. */
  open(): readonly T[] {
    const held = this.#held ?? []
    this.#held = undefined
    this.#heldBytes = 0
    return held
  }
}
