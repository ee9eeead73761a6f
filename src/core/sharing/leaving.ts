// Before the goodbye: what we have written is to be safe with a few others, which take it over.
// They are shown it at once, and we wait for their word, or for so long.

import type { Millis } from '../io.ts'
import type { Parts } from '../parts.ts'
import { expectTask, isSharing, partnerTest } from './telling.ts'

/** So many others have to hold what we wrote, or all if there are fewer. */
const HOLDERS_MAX = 3
const LOOK_EVERY_MS = 50
/** Those we ask have not answered: others are asked. */
const ASK_EVERY_MS = 500

/** Goes on once what we wrote is safe, at the latest after `waitMs`. */
export function flushThen(parts: Parts, waitMs: Millis, then: () => void): void {
  if (isSafe(parts)) return then()
  parts.state.flushing = { untilMs: parts.now + waitMs, askedMs: Number.NEGATIVE_INFINITY, then }
  flushTick(parts)
}

/** Looks whether it is safe by now. */
export function flushTick(parts: Parts): void {
  const { state, now } = parts
  const { flushing } = state
  if (flushing === undefined) return
  if (isSafe(parts) || now >= flushing.untilMs) {
    state.flushing = undefined
    return flushing.then()
  }
  if (now - flushing.askedMs >= ASK_EVERY_MS) {
    flushing.askedMs = now
    const asked = parts.members.pick(HOLDERS_MAX, partnerTest(parts))
    for (const { name } of asked) state.newcomers.add(name)
    expectTask(parts, 'sync', now)
  }
  expectTask(parts, 'flush', now + LOOK_EVERY_MS)
}

function isSafe(parts: Parts): boolean {
  const { state, members, config } = parts
  if (!isSharing(parts) || config.stateSyncIntervalMs === 0) return true
  const isPartner = partnerTest(parts)
  const others = [...members.rows].filter(isPartner)
  const needed = Math.min(HOLDERS_MAX, others.length)
  const streams = [
    { owned: state.owned, known: state.acknowledged },
    { owned: state.shared, known: state.sharedAcknowledged },
  ]
  return streams.every(({ owned, known }) => {
    if (owned === undefined) return true
    const { generation, replica } = owned.stream
    const holds = others.filter(({ name }) => known.of(name, generation) >= replica.base)
    return holds.length >= needed
  })
}
