// Standard input as bytes, within bounds: it may be endless, or stay silent for ever.

import { addAbortSignal, type Readable } from 'node:stream'

export interface InputLimits {
  readonly bytesMax: number
  /** Ends the reading, which then rejects. */
  readonly signal: AbortSignal
}

/** All bytes of a stream; undefined if there are more than `bytesMax`, which are not read. */
export async function readAtMost(
  stream: Readable,
  { bytesMax, signal }: InputLimits,
): Promise<Uint8Array | undefined> {
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of addAbortSignal(signal, stream)) {
    if (!(part instanceof Uint8Array)) continue
    sizeBytes += part.length
    // Leaving the loop closes the stream.
    if (sizeBytes > bytesMax) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}
