// Writes that wait until enough members hold them. Members say how far they hold our streams in
// every comparison; here those who have not said enough are asked at once, by a comparison with
// nothing in it, and by a real one if they go on lacking what was written.

import type { Acks, CommandId, Outcome } from '../io.ts'
import { notify, type Parts } from '../parts.ts'
import type { Owned } from '../state/owned.ts'
import type { Stream } from '../state/store.ts'
import { SHARED_CHANNEL } from '../state/stream-id.ts'
import type { Acked, AckWait } from '../state/waits.ts'
import type { Member } from '../swim/member.ts'
import { askWord, compareWith } from './syncing.ts'
import { expectTask, partnerTest, roster } from './telling.ts'

/** The write is on its way for so long before anybody is asked for it. */
const FIRST_ASK_MS = 12
const ASK_EVERY_MS = 60
/** So often a word is enough; who lacks the write then is shown it. */
const WORDS = 2
/** Then the cluster is slow: it is asked less often. */
const TRIES_FAST = 5
const ASK_SLOWLY_MS = 500

/** Ends a command that wrote: at once, or when as many members hold it as it asks for. */
export function finishWrite(
  parts: Parts,
  id: CommandId,
  { owned, acks }: { readonly owned: Owned | undefined; readonly acks: Acks | undefined },
): void {
  const end = (outcome: Outcome) => notify(parts, { kind: 'done', id, outcome })
  if (acks === undefined) return end({ kind: 'ok' })
  const finished = (result: Acked) => end({ kind: 'acknowledged', ...result })
  if (owned !== undefined) return awaitAcks(parts, { owned, acks, finished })
  // Nothing was ever written, so there is nothing that anybody could lack.
  const needed = countOf(parts, acks.needed)
  finished({ acked: needed, needed })
}

/** Ends a command that wrote nothing: there was no room for it, or its time has not come. */
export function refuseWrite(parts: Parts, id: CommandId, outcome: Outcome): void {
  parts.counters.add('state_writes_refused_total')
  notify(parts, { kind: 'done', id, outcome })
}

/** Waits until what a stream of ours has now is held by enough members, or time is over. */
export function awaitAcks(
  parts: Parts,
  {
    owned,
    acks,
    finished,
  }: { readonly owned: Owned; readonly acks: Acks } & Pick<AckWait, 'finished'>,
): void {
  const { stream } = owned
  const wait: AckWait = {
    stream,
    version: stream.replica.base,
    needed: countOf(parts, acks.needed),
    untilMs: parts.now + acks.timeoutMs,
    finished,
  }
  const { waits } = parts.state
  if (waits.acks.size === 0) waits.asksByName.clear()
  waits.acks.add(wait)
  settleAcks(parts)
  if (waits.acks.has(wait)) {
    expectTask(parts, 'acks', Math.min(parts.now + FIRST_ASK_MS, wait.untilMs))
  }
}

/** Members that are asked for: more than half of all who hold state, or the number given. */
export function countOf(parts: Parts, needed: Acks['needed']): number {
  if (needed !== 'majority') return needed
  const members = 1 + [...roster(parts)].length
  return Math.floor(members / 2) + 1
}

// ---- settling -------------------------------------------------------------------------------

/** Ends the waits whose members have said enough, and those whose time is over. */
export function settleAcks(parts: Parts): void {
  const { acks } = parts.state.waits
  if (acks.size === 0) return
  const heldByStream = new Map<Stream, readonly number[]>()
  for (const wait of acks) {
    const held = heldByStream.get(wait.stream) ?? heldVersions(parts, wait.stream)
    heldByStream.set(wait.stream, held)
    // Sorted, the highest first: what enough members hold stands at one place.
    const isEnough = (held[wait.needed - 1] ?? 0) >= wait.version
    if (!isEnough && parts.now < wait.untilMs) continue
    acks.delete(wait)
    const acked = held.filter((version) => version >= wait.version).length
    wait.finished({ acked, needed: wait.needed })
  }
}

/** Up to which version each member holds a stream of ours, the highest first, ours included. */
function heldVersions(parts: Parts, stream: Stream): readonly number[] {
  const held = [stream.replica.base]
  for (const name of roster(parts)) held.push(heldBy(parts, name, stream))
  return held.sort((one, other) => other - one)
}

function heldBy({ state }: Parts, name: string, { channel, generation }: Stream): number {
  const known = channel === SHARED_CHANNEL ? state.sharedAcknowledged : state.acknowledged
  return known.of(name, generation)
}

// ---- asking ---------------------------------------------------------------------------------

/** Asks those who have not said that they hold what is waited for. */
export function ackTick(parts: Parts): void {
  settleAcks(parts)
  const { acks } = parts.state.waits
  let untilMs = Number.POSITIVE_INFINITY
  // Who holds the newest that is waited for holds all of it.
  const newestByStream = new Map<Stream, Newest>()
  for (const wait of acks) {
    untilMs = Math.min(untilMs, wait.untilMs)
    const { version, needed } = newestByStream.get(wait.stream) ?? wait
    newestByStream.set(wait.stream, {
      version: Math.max(version, wait.version),
      needed: Math.max(needed, wait.needed),
    })
  }
  const lacking = new Set([...newestByStream].flatMap((newest) => toAsk(parts, ...newest)))
  let tries = Number.POSITIVE_INFINITY
  for (const member of lacking) tries = Math.min(tries, ask(parts, member))
  if (acks.size === 0) return
  const every = tries <= TRIES_FAST ? ASK_EVERY_MS : ASK_SLOWLY_MS
  expectTask(parts, 'acks', Math.min(parts.now + every, untilMs))
}

type Newest = Pick<AckWait, 'version' | 'needed'>

/** As many as are missing and a few more, so that one that is slow holds nothing up. */
function toAsk(parts: Parts, stream: Stream, { version, needed }: Newest): readonly Member[] {
  const isPartner = partnerTest(parts)
  const lacks = (name: string) => heldBy(parts, name, stream) < version
  const silent = [...parts.members.rows].filter((row) => isPartner(row) && lacks(row.name))
  parts.random.shuffle(silent)
  const acked = heldVersions(parts, stream).filter((held) => held >= version).length
  return silent.slice(0, Math.ceil((needed - acked) * SPARE) + 1)
}

const SPARE = 1.25

/** Answers how often it was asked since it last said that it holds more. */
function ask(parts: Parts, member: Member): number {
  const { state } = parts
  const { asksByName } = state.waits
  const { name } = member
  const said =
    (state.owned === undefined ? 0 : heldBy(parts, name, state.owned.stream)) +
    (state.shared === undefined ? 0 : heldBy(parts, name, state.shared.stream))
  const before = asksByName.get(name)
  const tries = before?.said === said ? before.tries + 1 : 1
  asksByName.set(name, { said, tries })
  if (tries <= WORDS) askWord(parts, member)
  else compareWith(parts, member)
  return tries
}
