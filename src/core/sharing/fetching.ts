// Reading what others have written: compares with enough members at once, and waits until all
// that they held is here. A comparison that finds both alike ends the matter; one that goes on
// finding something is made certain by a pull of everything.

import type { Command, CommandId } from '../io.ts'
import { notify, type Parts } from '../parts.ts'
import type { Asked, FetchWait } from '../state/waits.ts'
import type { Member } from '../swim/member.ts'
import type { StateSync } from '../wire/state-messages.ts'
import { countOf } from './acks.ts'
import { startPull } from './pulling.ts'
import { compareWith } from './syncing.ts'
import { expectTask, partnerTest } from './telling.ts'

/** All sixteenths of the space. */
const EVERYTHING = 0xffff
/** Comparisons before everything is pulled. */
const COMPARISONS = 3
/** An answer that brought something is soon followed by the next question. */
const AGAIN_MS = 20
/** A question or its answer may be lost. */
const UNANSWERED_MS = 250

/** Catches up with members; outcome `synced`. */
export function fetchState(
  parts: Parts,
  { peers, timeoutMs }: Extract<Command, { kind: 'state-sync' }>,
  id: CommandId,
): void {
  // A majority counts ourselves in, a number of peers does not.
  const needed = peers === 'majority' ? countOf(parts, peers) - 1 : peers
  const partners = [...parts.members.rows].filter(partnerTest(parts))
  parts.random.shuffle(partners)
  const wait: FetchWait = {
    needed,
    untilMs: parts.now + timeoutMs,
    asked: new Map(),
    synced: 0,
    finished: (result) =>
      notify(parts, { kind: 'done', id, outcome: { kind: 'synced', ...result } }),
  }
  parts.state.waits.fetches.add(wait)
  for (const { name } of partners.slice(0, Math.ceil(needed * SPARE))) {
    wait.asked.set(name, { tries: 0, salt: 0, againMs: parts.now })
  }
  fetchTick(parts)
}

const SPARE = 1.25

/** Asks those whose turn it is, and ends the waits whose time is over. */
export function fetchTick(parts: Parts): void {
  const { fetches } = parts.state.waits
  let nextMs = Number.POSITIVE_INFINITY
  for (const wait of fetches) {
    if (settle(parts, wait)) continue
    for (const [name, asked] of wait.asked) {
      if (asked.againMs <= parts.now) ask(parts, { wait, name, asked })
      nextMs = Math.min(nextMs, asked.againMs)
    }
    nextMs = Math.min(nextMs, wait.untilMs)
  }
  if (fetches.size > 0) expectTask(parts, 'fetch', nextMs)
}

function settle(parts: Parts, wait: FetchWait): boolean {
  const { synced, needed } = wait
  if (synced < needed && parts.now < wait.untilMs) return false
  parts.state.waits.fetches.delete(wait)
  wait.finished({ synced, needed })
  return true
}

interface Question {
  readonly wait: FetchWait
  readonly name: string
  readonly asked: Asked
}

function ask(parts: Parts, { wait, name, asked }: Question): void {
  const member = parts.members.find(name)
  asked.againMs = parts.now + UNANSWERED_MS
  if (member === undefined || !partnerTest(parts)(member)) return
  if (asked.tries < COMPARISONS) {
    asked.tries++
    asked.salt = compareWith(parts, member)
    return
  }
  pullAll(parts, member, { wait, name, asked })
}

/** There may be enough pulls already: then we try again. */
function pullAll(parts: Parts, member: Member, { wait, name, asked }: Question): void {
  const finished = () => {
    const { store, stalls } = parts.state
    if (stalls.size === 0 && !store.isShort(parts.now)) return caughtUp(parts, wait, name)
    // Something that it holds may have to wait here, for its time or for room. Only if both turn
    // out to be equal do we hold all that it held.
    asked.tries = 0
  }
  startPull(parts, member, { mask: EVERYTHING, spreads: false, finished })
}

function caughtUp(parts: Parts, wait: FetchWait, name: string): void {
  if (wait.asked.delete(name)) wait.synced++
  if (parts.state.waits.fetches.has(wait)) settle(parts, wait)
}

/**
 * The first answer to a comparison that we began: we hold all that its sender held if both hold
 * the same. No less will do: an answer may come in several packets, and some of them be lost.
 */
export function noteAnswer(parts: Parts, { hops, salt, equalMask }: StateSync, name: string): void {
  if (hops !== 1) return
  const isEqual = equalMask === EVERYTHING
  for (const wait of parts.state.waits.fetches) {
    const asked = wait.asked.get(name)
    if (asked === undefined || asked.salt !== salt || asked.tries === 0) continue
    if (isEqual) caughtUp(parts, wait, name)
    else {
      asked.againMs = parts.now + AGAIN_MS
      expectTask(parts, 'fetch', asked.againMs)
    }
  }
}
