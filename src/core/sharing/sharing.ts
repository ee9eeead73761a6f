// What we add to shared maps: an operation is carried out on our own slot of the key, which is
// then told like every other write of ours. Nobody is asked; whoever wrote at the same time is
// joined with it (docs/state.md).

import { equalBytes } from '../base/bytes.ts'
import { utf8Length } from '../base/text.ts'
import type { Command, CommandId, Outcome } from '../io.ts'
import { done, type Parts, wallMs } from '../parts.ts'
import { NO_STAMP, type Stamp } from '../state/clock.ts'
import {
  type Applied,
  applyOp,
  type SlotOp,
  type SlotPlace,
  slotKey,
} from '../state/lattices/index.ts'
import type { Owned } from '../state/owned.ts'
import { KEY_BYTES_MAX } from '../wire/state-limits.ts'
import { finishWrite, refuseWrite } from './acks.ts'
import { outliving } from './leases.ts'
import { openShared } from './lives.ts'
import { deletionRefused, sharingProblem } from './owning.ts'
import { isDeletion } from './pressing.ts'
import { rejoinSlots } from './slots.ts'
import { unheardProblem } from './unheard.ts'
import { writeEntry } from './writing.ts'

const DONE: Outcome = { kind: 'ok' }

type Put = Extract<Command, { kind: 'state-put' }>

/** Carries out an operation on a key of a shared map. */
export function putShared(parts: Parts, { map, key, op, acks }: Put, id: CommandId): void {
  const outcome =
    unheardProblem(parts, parts.state.shared, acks) ??
    put(parts, { lattice: op.lattice, map, key }, { op, isAwaited: acks !== undefined })
  if (outcome !== undefined) return refuseWrite(parts, id, outcome)
  finishWrite(parts, id, { owned: parts.state.shared, acks })
}

interface Deed {
  readonly op: SlotOp
  /** Somebody waits until others hold it. */
  readonly isAwaited: boolean
}

/** Answers what stood in the way, if something did. */
function put(parts: Parts, place: SlotPlace, { op, isAwaited }: Deed): Outcome | undefined {
  const problem = keyProblem(place) ?? sharingProblem(parts)
  if (problem !== undefined) return problem
  const stamp = op.lattice === 'register' ? parts.state.clock.next(wallMs(parts)) : NO_STAMP
  if (stamp === undefined) return clockAhead(parts)
  const shared = openShared(parts)
  const applied = apply(parts, { place, op, stamp, shared })
  if (applied.kind !== 'same') return writeSlot(parts, place, { op, shared, applied })
  const vouched = isAwaited ? vouchFor(parts, place, shared) : undefined
  return vouched && writeSlot(parts, place, { op, shared, applied: vouched })
}

function writeSlot(
  parts: Parts,
  place: SlotPlace,
  { op, shared, applied }: { op: SlotOp; shared: Owned; applied: Exclude<Applied, Same> },
): Outcome | undefined {
  if (applied.kind !== 'slot') return applied
  const refusal = isDeletion(op)
    ? deletionRefused(parts, shared, parts.state.sharedAcknowledged)
    : undefined
  if (refusal !== undefined) return refusal
  const what = writeEntry(parts, shared, { key: slotKey(place), value: applied.bytes })
  return what === undefined ? undefined : { kind: 'no-room', what }
}

type Same = { readonly kind: 'same' }

/**
 * Slots of others say all of it already, but who holds those is not known: members tell how far
 * they hold *our* stream. So our slot says it, too. Undefined if it does, or nothing is there.
 */
function vouchFor(
  { state }: Parts,
  place: SlotPlace,
  { stream }: Owned,
): Exclude<Applied, Same> | undefined {
  const key = slotKey(place)
  const row = state.slots.find(key)
  // A counter has nothing to do only where nothing was added.
  if (row?.joined === undefined || place.lattice === 'counter') return undefined
  const rules = state.lattices.of(place.lattice, place.map)
  const own = row.bytesByStream.get(stream.key)
  const joined = outliving(key, row.joined)
  const bytes = own === undefined ? joined : rules.merge(own, joined)
  if (own !== undefined && equalBytes(bytes, own)) return undefined
  return rules.isSlot(bytes) ? { kind: 'slot', bytes } : { kind: 'too-many' }
}

/** Why a key is too long, if so: beside it there must be room for its kind and its map. */
function keyProblem(place: SlotPlace): Outcome | undefined {
  const sizeBytes = utf8Length(place.key)
  const maxBytes = KEY_BYTES_MAX - (utf8Length(slotKey(place)) - sizeBytes)
  if (sizeBytes <= maxBytes) return undefined
  const what = place.lattice === 'element' ? 'element' : 'key'
  return { kind: 'too-large', what, sizeBytes, maxBytes }
}

function clockAhead(parts: Parts): Outcome {
  return { kind: 'clock-ahead', aheadMs: parts.state.clock.last.ms - wallMs(parts) }
}

interface Application {
  readonly place: SlotPlace
  readonly op: SlotOp
  readonly stamp: Stamp
  readonly shared: Owned
}

function apply(parts: Parts, { place, op, stamp, shared }: Application): Applied {
  const { slots, lattices } = parts.state
  const { name, generation, replica, key } = shared.stream
  const row = slots.find(slotKey(place))
  return applyOp(lattices.of(place.lattice, place.map), op, {
    joined: row?.joined,
    own: row?.bytesByStream.get(key),
    actor: { name, generation },
    dot: replica.base + 1,
    stamp,
    wallMs: wallMs(parts),
  })
}

/** Says how the application merges its own values of a map. */
export function defineCustom(
  parts: Parts,
  { map, rules }: Extract<Command, { kind: 'state-define' }>,
  id: CommandId,
): void {
  parts.state.lattices.define(map, rules)
  rejoinSlots(parts, { lattice: 'custom', map })
  done(parts, id, DONE)
}
