// What we add to shared maps: an operation is carried out on our own slot of the key, which is
// then told like every other write of ours. Nobody is asked; whoever wrote at the same time is
// joined with it (docs/state.md).

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
    put(parts, { lattice: op.lattice, map, key }, op)
  if (outcome !== undefined) return refuseWrite(parts, id, outcome)
  finishWrite(parts, id, { owned: parts.state.shared, acks })
}

/** Answers what stood in the way, if something did. */
function put(parts: Parts, place: SlotPlace, op: SlotOp): Outcome | undefined {
  const problem = keyProblem(place) ?? sharingProblem(parts)
  if (problem !== undefined) return problem
  const stamp = op.lattice === 'register' ? parts.state.clock.next(wallMs(parts)) : NO_STAMP
  if (stamp === undefined) return clockAhead(parts)
  const shared = openShared(parts)
  const applied = apply(parts, { place, op, stamp, shared })
  if (applied.kind === 'same') return undefined
  if (applied.kind !== 'slot') return applied
  const refusal = isDeletion(op)
    ? deletionRefused(parts, shared, parts.state.sharedAcknowledged)
    : undefined
  if (refusal !== undefined) return refusal
  const what = writeEntry(parts, shared, { key: slotKey(place), value: applied.bytes })
  return what === undefined ? undefined : { kind: 'no-room', what }
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
