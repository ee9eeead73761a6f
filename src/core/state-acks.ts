// Writes that wait until enough members hold them. Members say how far they hold our streams in
// every comparison; here those who have not said enough are asked at once, by a comparison with
// nothing in it, and by a real one if they go on lacking what was written.

import type { Acks, CommandId, Outcome } from './io.ts'
import { notify, type Parts } from './parts.ts'
import type { Owned } from './state/owned.ts'
import { SHARED_CHANNEL } from './state/stream-id.ts'
import type { Acked, AckWait } from './state/waits.ts'
import { askWord, compareWith } from './state-syncing.ts'
import { expectTask, partnerTest, roster } from './state-telling.ts'
import type { Member } from './swim/member.ts'

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
  if (waits.acks.size === 0) waits.triesByName.clear()
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

/** Ends the waits whose members have said enough. */
export function settleAcks(parts: Parts): void {
  const { acks } = parts.state.waits
  for (const wait of acks) {
    const acked = ackedOf(parts, wait)
    if (acked < wait.needed && parts.now < wait.untilMs) continue
    acks.delete(wait)
    wait.finished({ acked, needed: wait.needed })
  }
}

function ackedOf(parts: Parts, wait: AckWait): number {
  let acked = 1
  for (const name of roster(parts)) if (holds(parts, name, wait)) acked++
  return acked
}

function holds({ state }: Parts, name: string, { stream, version }: AckWait): boolean {
  const isShared = stream.channel === SHARED_CHANNEL
  const known = isShared ? state.sharedAcknowledged : state.acknowledged
  return known.of(name, stream.generation) >= version
}

/** Asks those who have not said that they hold what is waited for. */
export function ackTick(parts: Parts): void {
  settleAcks(parts)
  const { acks, triesByName } = parts.state.waits
  if (acks.size === 0) return
  let untilMs = Number.POSITIVE_INFINITY
  let tries = 0
  const lacking = new Set<Member>()
  for (const wait of acks) {
    untilMs = Math.min(untilMs, wait.untilMs)
    for (const member of toAsk(parts, wait)) lacking.add(member)
  }
  for (const member of lacking) {
    const before = triesByName.get(member.name) ?? 0
    triesByName.set(member.name, before + 1)
    tries = Math.max(tries, before)
    if (before < WORDS) askWord(parts, member)
    else compareWith(parts, member)
  }
  const every = tries < TRIES_FAST ? ASK_EVERY_MS : ASK_SLOWLY_MS
  expectTask(parts, 'acks', Math.min(parts.now + every, untilMs))
}

/** As many as are missing and a few more, so that one that is slow holds nothing up. */
function toAsk(parts: Parts, wait: AckWait): readonly Member[] {
  const isPartner = partnerTest(parts)
  const silent = [...parts.members.rows].filter(
    (row) => isPartner(row) && !holds(parts, row.name, wait),
  )
  parts.random.shuffle(silent)
  const missing = wait.needed - ackedOf(parts, wait)
  return silent.slice(0, Math.ceil(missing * SPARE) + 1)
}

const SPARE = 1.25
