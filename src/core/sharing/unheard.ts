// A node whose clock is ahead of all others' writes what nobody takes: own keys from a day on, as
// its life lies in the future, shared ones from a minute on (slots.ts). It cannot see their
// clocks. But it hears from most of them that they lack what they were shown, and no time that
// it knows from them is near its own. Then it writes nothing more that would count here alone.

import type { Acks, Millis, Outcome } from '../io.ts'
import { log, type Parts, wallMs } from '../parts.ts'
import { DRIFT_MAX_MS } from '../state/clock.ts'
import type { Owned } from '../state/owned.ts'
import { OWN_CHANNEL } from '../state/stream-id.ts'
import type { Unheard } from '../state/unheard.ts'
import type { Acknowledgement } from '../wire/state-messages.ts'
import { partnerTest } from './telling.ts'

/** By then a write is everywhere, or was shown to whoever speaks. */
const PATIENCE_MS = 30_000
/** However seldom stores are compared. */
const PATIENCE_ROUNDS = 3

/** A member says how far it holds what we have written. */
export function noteHeld(parts: Parts, name: string, said: Acknowledgement): void {
  const { state, config, now } = parts
  if (state.strain.isOn(now)) return
  const patienceMs = Math.max(PATIENCE_MS, PATIENCE_ROUNDS * config.stateSyncIntervalMs)
  for (const owned of [state.owned, state.shared]) {
    if (owned === undefined) continue
    const { generation, replica, channel } = owned.stream
    const held = channel === OWN_CHANNEL ? said : said.shared
    const written = { generation, base: replica.base }
    bookOf(parts, owned).hear(name, { held, written }, { nowMs: now, patienceMs })
  }
  const count = unheardBy(parts)
  if (count > 0) tell(parts, count)
}

/** How many members refuse what we write, where those are most and nobody takes it; else 0. */
export function unheardBy(parts: Parts): number {
  const { owned, shared } = parts.state
  const counts = [owned, shared].map((one) => (one === undefined ? 0 : refusing(parts, one).length))
  return Math.max(...counts)
}

/**
 * Why something should not be written now, if so. Where there is but one other, its clock may as
 * well be behind: then only who asks for its word is refused.
 */
export function unheardProblem(
  parts: Parts,
  owned: Owned | undefined,
  acks: Acks | undefined,
): Outcome | undefined {
  if (owned === undefined) return undefined
  const members = refusing(parts, owned).length
  if (members === 0 || (members === 1 && acks === undefined)) return undefined
  const aheadMs = atMostAheadMs(parts, owned)
  return aheadMs > DRIFT_MAX_MS ? { kind: 'unheard', members, aheadMs } : undefined
}

function bookOf({ state }: Parts, { stream }: Owned): Unheard {
  return stream.channel === OWN_CHANNEL ? state.unheard : state.sharedUnheard
}

/** Those who refuse it, if they are most of the others: at least two, or all there are. */
function refusing(parts: Parts, owned: Owned): readonly string[] {
  const { by } = bookOf(parts, owned)
  if (by.size === 0) return []
  const isPartner = partnerTest(parts)
  const partners = [...parts.members.rows].filter(isPartner)
  const names = partners.map(({ name }) => name).filter((name) => by.has(name))
  const others = partners.length
  return names.length * 2 > others && (names.length >= 2 || others === 1) ? names : []
}

/** How far our clock, or the one that began our life, is ahead of all times heard of others. */
function atMostAheadMs(parts: Parts, { stream }: Owned): Millis {
  const { store, othersMs } = parts.state
  let newestMs = othersMs
  for (const { name, generation } of store.streams) {
    if (name !== parts.config.name) newestMs = Math.max(newestMs, generation)
  }
  return Math.max(wallMs(parts), stream.generation) - newestMs
}

function tell(parts: Parts, members: number): void {
  const text =
    'no member takes what this node writes: its clock is ahead of theirs, or they have no room; ' +
    'set it right, and start this node anew'
  log(parts, 'error', 'state-unheard', text, { members })
}
