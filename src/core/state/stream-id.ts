// Which stream is meant. A member's own keys (channel 0) are one stream whatever its life: a
// newer generation takes the place of the older. What it adds to shared maps (channel 1) is a
// stream for each of its lives: what an earlier life wrote there stays until it is adopted.

/** Keys that their owner alone writes. */
export const OWN_CHANNEL = 0

/** What the owner adds to maps that everybody writes. */
export const SHARED_CHANNEL = 1

export interface StreamId {
  readonly name: string
  readonly generation: number
  readonly channel: number
}

/** One text for all that is one stream; of a member's own keys it is the member's name. */
export function streamKeyOf({ name, generation, channel }: StreamId): string {
  // No member's name has a zero in it.
  return channel === OWN_CHANNEL ? name : `${name}\u0000${generation}`
}
