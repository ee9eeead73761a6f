// Our own state and the host's disk: what the lives before have left comes back when the node
// starts, and what changes is handed to the host before anybody hears of it. Without a disk
// none of this does anything.

import type { Kept } from './disk/book.ts'
import type { KeptRecord } from './disk/records.ts'
import { Keeping } from './keeping.ts'
import { log, type Parts } from './parts.ts'
import { OWN_CHANNEL } from './state/stream-id.ts'
import { openOwned } from './state-lives.ts'
import { isSharing } from './state-telling.ts'

/** Takes what the host has kept of the lives before; comes before the start. */
export function restore(parts: Parts, kept: Kept): void {
  parts.state.keeping = new Keeping(kept)
}

/** Our keys of the lives before are ours again, with what is left of their time. */
export function reviveOwn(parts: Parts): void {
  const { keeping } = parts.state
  if (keeping === undefined || !isSharing(parts)) return
  const { length } = keeping.formerKeys(parts.now + parts.wallOffsetMs)
  if (length === 0) return
  // The first stream of a life begins with them.
  openOwned(parts)
  log(parts, 'info', 'state-revived', 'our own keys are back from disk', { keys: length })
}

/** Hands what has changed in our own streams to the host, ahead of all that tells of it. */
export function keepOwn(parts: Parts): void {
  const { keeping, owned } = parts.state
  if (keeping === undefined || owned === undefined) return
  const records: KeptRecord[] = [...keeping.newsOf(owned.stream, parts.wallOffsetMs)]
  if (records.length === 0) return
  const { channel, generation } = owned.stream
  const isOver = (one: { readonly channel: number; readonly generation: number }) =>
    one.channel === channel && one.generation < generation
  if (channel === OWN_CHANNEL) records.push(...keeping.release(isOver))
  parts.effects.unshift({ kind: 'keep', records })
}
