// What is told when a life of a member counts no more: why, as far as this member can know, and who
// took over what it had shared. The word that comes from another says neither, so that who was removed
// there by hand is `told` here: the log of the member named by `by` says more.

import type { EvictionReason, Millis, Notice } from '../io.ts'
import type { Parts } from '../parts.ts'
import { closedKeyOf, type LedgerEntry } from '../state/ledger.ts'
import { isPressed } from './pressing.ts'

/** Members notice a failure at somewhat different times, and the first to notice adopts. */
const NOTICED_WITHIN_MS = 30_000

/** What is told of it; to be asked for while its author is still remembered. */
export function evictionOf(parts: Parts, entry: LedgerEntry): Notice {
  const { store, ledger } = parts.state
  const { name: node, generation } = entry
  const holders = [...ledger.holdersOf(closedKeyOf(entry))]
  const by = holders.map((key) => store.find(key)?.name).find((name) => name !== undefined)
  const reason = reasonOf(parts, entry)
  return { kind: 'evicted', node, generation, reason, by: by ?? parts.config.name }
}

function reasonOf(parts: Parts, { name, generation }: LedgerEntry): EvictionReason {
  const { store, removed, saidGoodbye, roster } = parts.state
  const newest = store.livesOf(name).at(-1)?.generation ?? 0
  if (name === parts.config.name || newest > generation) return 'restarted'
  if (removed.has(name)) return 'removed'
  if (saidGoodbye.has(name)) return 'left'
  const absentMs = roster.absentFor(name, parts.now) ?? 0
  if (absentMs >= waitedMs(parts.config.stateEvictAfterMs)) return 'failed'
  return absentMs > 0 && isPressed(parts) ? 'pressure' : 'told'
}

/** How long a member was absent at least that was waited for in full. */
function waitedMs(evictAfterMs: Millis): Millis {
  if (evictAfterMs === 0) return Number.POSITIVE_INFINITY
  return evictAfterMs - Math.min(NOTICED_WITHIN_MS, evictAfterMs / 2)
}
