// What a member held of others when it learned that it had been evicted, it has set aside
// (lives.ts). Here it takes that again, late, as if it came from anybody: what is still open is
// held again, of what is over only that is taken over which the adopters had not heard of.

import type { Parts } from '../parts.ts'
import { streamKeyOf } from '../state/stream-id.ts'
import type { Segment } from '../wire/state-parts.ts'
import { absorb } from './absorbing.ts'
import { close } from './adopting.ts'
import { tellChanges } from './telling.ts'

/** Long enough to have been compared with many others, and to have their ledgers. */
const ASIDE_MS = 30_000

/** Takes again what was set aside, if it is time and anybody who is there knows us again. */
export function takeAside(parts: Parts): void {
  const { state, now } = parts
  const { aside, roster, shared } = state
  if (aside === undefined || now - aside.sinceMs < ASIDE_MS) return
  const generation = shared?.stream.generation ?? 0
  const isMet = [...roster.living].some((name) => state.sharedAcknowledged.of(name, generation) > 0)
  if (roster.living.size > 1 && !isMet) return
  state.aside = undefined
  const isClosed = (segment: Segment) => state.ledger.isClosed(streamKeyOf(segment))
  const { segments } = aside
  for (const segment of segments.filter(isClosed)) takeRest(parts, segment)
  const open = segments.filter((segment) => !isClosed(segment))
  absorb(parts, { segments: open, spreads: false, finished: () => {} })
}

/** Of a stream that is over: it is held for a moment, and closed as if the word had just come. */
function takeRest(parts: Parts, segment: Segment): void {
  const { name, generation } = segment
  const upTo = parts.state.ledger.upTo(streamKeyOf(segment)) ?? 0
  if (!segment.entries.some(({ kind, version }) => kind === 'set' && version > upTo)) return
  const admission = parts.state.store.admit(segment, parts.now)
  if (admission.kind !== 'taken') return
  tellChanges(parts, admission.stream, admission.changes)
  const entry = { name, generation, upTo, atMs: parts.now }
  if (!close(parts, entry)) parts.state.closing.set(streamKeyOf(segment), entry)
}
