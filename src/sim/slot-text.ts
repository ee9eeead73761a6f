// Slots as text, so that what members read can be compared and told.

import { type Lattice, Lattices, type SlotValue, slotPlace } from '../core/index.ts'

/** Where there is nothing to be read. */
export const NOTHING = 'nothing'
/** Before any shared value ends by itself. */
const WALL_MS = 0

const lattices = new Lattices()

/** The join of some slots of a key; undefined if there are none. */
export function joinOf(
  slot: string,
  parts: readonly (Uint8Array | undefined)[],
): Uint8Array | undefined {
  let joined: Uint8Array | undefined
  for (const bytes of parts) {
    if (bytes === undefined) continue
    joined = joined === undefined ? bytes : latticeOf(slot).merge(joined, bytes)
  }
  return joined
}

/** What a slot reads, as text. */
export function readOf(slot: string, bytes: Uint8Array | undefined): string {
  const value = bytes && latticeOf(slot).read(bytes, WALL_MS)
  return value === undefined ? NOTHING : valueText(value)
}

/** When a register was written, by its writer's clock. */
export function stampOf(
  slot: string,
  bytes: Uint8Array,
): { readonly ms: number; readonly counter: number } {
  return latticeOf(slot).stampOf(bytes) ?? { ms: 0, counter: 0 }
}

/** A value that is read only while its writer lives: each member judges that by itself. */
export function isLease(slot: string, bytes: Uint8Array | undefined): boolean {
  const value = bytes && latticeOf(slot).read(bytes, WALL_MS)
  return value?.kind === 'register' && value.lease
}

/** A slot's key for people. */
export function textOf(slot: string): string {
  if (!isSlot(slot)) return slot
  const { lattice, map, key } = placeOf(slot)
  return `${lattice} ${map}/${key}`
}

/** Streams hold other things than slots, too: the ledger of streams that are over. */
export function isSlot(key: string): boolean {
  return slotPlace(key) !== undefined
}

function latticeOf(slot: string): Lattice {
  const { lattice, map } = placeOf(slot)
  return lattices.of(lattice, map)
}

/** Where a slot lies, by its key. */
export function placeOf(slot: string): NonNullable<ReturnType<typeof slotPlace>> {
  const place = slotPlace(slot)
  if (place === undefined) throw new Error(`${slot} is the key of a slot`)
  return place
}

function valueText(value: SlotValue): string {
  switch (value.kind) {
    case 'register':
      return `${value.value.join('.')} of ${value.writer.name} at ${value.stamp.ms}`
    case 'counter':
    case 'max':
    case 'min':
      return `${value.kind} ${value.value}`
    case 'multi':
      return value.values.map((one) => one.join('.')).join(' | ')
    case 'custom':
      return value.value.join('.')
    default:
      return value.kind
  }
}
