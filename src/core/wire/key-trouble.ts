// Why sealed and plain bytes do not meet: one side may have no key at all, which is another
// mistake than a wrong one and has another remedy. A guess for the log; nothing is admitted
// or refused by it.

import { TAG } from './messages.ts'
import { looksSealed } from './sealing.ts'

/** `none-there`: plain bytes, we have a key. `none-here`: sealed ones, we have none. */
export type KeyTrouble = 'none-there' | 'none-here' | 'other' | 'not-gossip'

/** Of a datagram that our keys do not open; `bytes` stand behind the label. */
export function packetTrouble(bytes: Uint8Array): KeyTrouble {
  if (startsStruct(bytes)) return 'none-there'
  if (looksSealed(bytes)) return 'other'
  return isTag(bytes[0]) ? 'none-there' : 'not-gossip'
}

/** Of a stream that does not begin as a sealed one, by its first byte. */
export function streamTrouble(first: number | undefined): KeyTrouble {
  return isTag(first) ? 'none-there' : 'not-gossip'
}

/** Whether a datagram that made no sense to us, who have no key, may be a sealed one. */
export function maybeSealed(bytes: Uint8Array): boolean {
  return looksSealed(bytes) && !startsStruct(bytes)
}

function isTag(byte: number | undefined): boolean {
  return byte !== undefined && byte <= TAG.error && byte !== TAG.encrypt
}

/**
 * Pings have the very first bytes that versions of sealed messages have. They go on with a map
 * of at most 15 fields and a first name of at most 31 letters; a nonce does so once in 128 times.
 */
function startsStruct(bytes: Uint8Array): boolean {
  const [, map = 0, name = 0] = bytes
  return isTag(bytes[0]) && map >> 4 === 8 && name >> 5 === 5
}
