// What a shared key is made of, for people who wonder: each slot that is held, what it says alone,
// which others say as much, and who has not said that it holds ours.

import type { Hidden, SlotView } from '../io.ts'
import { type Parts, wallMs } from '../parts.ts'
import { leaseHolder, type SlotPlace, slotKey } from '../state/lattices/index.ts'
import type { SlotRow } from '../state/slots.ts'
import type { Stream } from '../state/store.ts'
import { roster } from './telling.ts'

/** The slots of a key, by member and life; empty if there are none. */
export function slotViews(parts: Parts, place: SlotPlace): readonly SlotView[] {
  const row = parts.state.slots.find(slotKey(place))
  if (row === undefined) return []
  return [...row.bytesByStream]
    .flatMap(([key, bytes]) => {
      const stream = parts.state.store.find(key)
      return stream === undefined ? [] : [viewOf(parts, row, { stream, bytes })]
    })
    .sort((one, other) =>
      one.node === other.node ? one.generation - other.generation : one.node < other.node ? -1 : 1,
    )
}

interface Slot {
  readonly stream: Stream
  readonly bytes: Uint8Array
}

function viewOf(parts: Parts, row: SlotRow, { stream, bytes }: Slot): SlotView {
  const { lattices, shared } = parts.state
  const { name: node, generation, replica } = stream
  const version = replica.find(row.slotKey)?.version ?? 0
  const isOurs = stream === shared?.stream
  return {
    node,
    generation,
    version,
    sizeBytes: bytes.length,
    isOurs,
    value: lattices.of(row.lattice, row.map).read(bytes, wallMs(parts)),
    hidden: hiddenOf(parts, row, bytes),
    coveredBy: coveringOf(parts, row, { stream, bytes }),
    unheard: isOurs ? unheardOf(parts, stream, version) : [],
  }
}

function hiddenOf({ state }: Parts, { lattice }: SlotRow, bytes: Uint8Array): Hidden | undefined {
  const holder = lattice === 'register' ? leaseHolder(bytes) : undefined
  return holder && state.leases.find(holder)?.hidden
}

/** Members whose slots say all that this one does. */
function coveringOf(parts: Parts, row: SlotRow, { stream, bytes }: Slot): readonly string[] {
  const { lattices, store } = parts.state
  const lattice = lattices.of(row.lattice, row.map)
  return [...row.bytesByStream].flatMap(([key, other]) => {
    const holder = store.find(key)
    const isOther = holder !== undefined && holder !== stream
    return isOther && lattice.covers(other, bytes) ? [holder.name] : []
  })
}

function unheardOf(parts: Parts, { generation }: Stream, version: number): readonly string[] {
  const { sharedAcknowledged } = parts.state
  return [...roster(parts)].filter((name) => sharedAcknowledged.of(name, generation) < version)
}
