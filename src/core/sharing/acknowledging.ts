// What members tell each other with every comparison and piece: how far they hold what the other
// has written, or that it is too far ahead for them, how far they have written themselves, and
// whether a life of the other is over.

import { drop, type Parts, wallMs } from '../parts.ts'
import { DRIFT_MAX_MS } from '../state/clock.ts'
import type { Lately } from '../state/lately.ts'
import { placeOf } from '../state/place.ts'
import type { Stream } from '../state/store.ts'
import { SHARED_CHANNEL, streamKeyOf } from '../state/stream-id.ts'
import type { Acknowledgement, Ahead, Reach } from '../wire/acknowledgement.ts'
import { reclaim } from './lives.ts'
import type { Early } from './shared-state.ts'
import { noteAhead, wordsSinceMs } from './unheard.ts'

/** Our word to a member about how far we hold its streams, and have written ours. */
export function acknowledgementOf(parts: Parts, name: string): Acknowledgement {
  const { state } = parts
  const { store, ledger } = state
  const shared = reachOf(store.livesOf(name).at(-1))
  const last = ledger.lastOf(name)
  return {
    to: addresseeOf(name),
    ...reachOf(store.find(name)),
    shared,
    written: reachOf(state.shared?.stream),
    over: last !== undefined && last.generation > shared.generation ? last : undefined,
    ahead: aheadOf(parts, state.early, name),
    sharedAhead: aheadOf(parts, state.sharedEarly, name),
  }
}

/** Whether a word is for us, and not for somebody who had our address, or has it now. */
export function isForUs({ config }: Parts, { to }: Acknowledgement): boolean {
  return to === addresseeOf(config.name)
}

function addresseeOf(name: string): number {
  return placeOf(name).high
}

function reachOf(stream: Stream | undefined): Reach {
  return { generation: stream?.generation ?? 0, base: stream?.replica.base ?? 0 }
}

/** Whether anybody who is there writes too far ahead of our clock: what it says we do not know yet. */
export function isAnyAhead(parts: Parts): boolean {
  const { sharedEarly, roster } = parts.state
  if (sharedEarly.size === 0) return false
  return [...roster.living].some((name) => aheadOf(parts, sharedEarly, name) !== undefined)
}

/** By how much a stream of a member lies ahead, where we have not taken it since. */
function aheadOf(parts: Parts, book: Lately<Early>, name: string): Ahead | undefined {
  const early = book.size === 0 ? undefined : book.of(name, wordsSinceMs(parts))
  if (early === undefined) return undefined
  const { generation, upTo } = early
  const held = parts.state.store.find(streamKeyOf(early))
  const isTaken = held?.generation === generation && held.replica.base >= upTo
  const ms = Math.floor(early.ms - wallMs(parts))
  return isTaken || ms < DRIFT_MAX_MS ? undefined : { generation, base: upTo, ms }
}

/** Notes what a member says it holds of us. */
export function noteAcknowledgement(parts: Parts, name: string, said: Acknowledgement): void {
  const { state } = parts
  state.acknowledged.note(name, said.generation, said.base)
  state.sharedAcknowledged.note(name, said.shared.generation, said.shared.base)
  noteAhead(parts, name, said)
  if (state.sweep?.hear(name, said.shared, said.written) === false) state.sweep = undefined
  lookAtEnder(parts, name, said.written)
  if (said.over !== undefined) hearEnd(parts, name, said.written, said.over)
}

/** Who has ended a life of ours may live anew itself: what it had adopted may have gone with it. */
function lookAtEnder({ state, now }: Parts, name: string, { generation }: Reach): void {
  const { ending } = state
  if (ending?.by !== name || ending.overMs !== undefined) return
  if (ending.life !== 0 && ending.life !== generation) state.ending = { ...ending, overMs: now }
}

/**
 * Our present life is over: others have evicted us. Most hear of it from the ledger; not those
 * who have evicted whoever says so, and take no such stream any more.
 */
function hearEnd(parts: Parts, by: string, written: Reach, over: Reach): void {
  const { generation, base: upTo } = over
  const { state } = parts
  const stream = state.shared?.stream
  if (stream?.generation !== generation) return
  // Nobody has adopted more than there is.
  if (upTo > stream.replica.base) return drop(parts, 'state_astray')
  state.ending = { key: stream.key, upTo, by, life: written.generation, overMs: undefined }
  const base = Number.POSITIVE_INFINITY
  reclaim(parts, { channel: SHARED_CHANNEL, generation, base })
}
