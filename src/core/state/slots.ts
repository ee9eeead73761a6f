// What everybody reads of shared maps: for each key the join of its slots, kept up to date as
// streams change, so that a read looks at one row. Holds no more rows than the streams hold
// slots, whose number the store bounds.

import { equalBytes } from '../base/bytes.ts'
import type { KeyChange } from './entry.ts'
import { type Lattices, type SlotPlace, slotKey, slotPlace } from './lattices/index.ts'

/** The slots of one key. */
export interface SlotRow extends SlotPlace {
  readonly slotKey: string
  readonly bytesByStream: ReadonlyMap<string, Uint8Array>
  /** The join of all of them; of none once the last is gone. */
  readonly joined: Uint8Array | undefined
  /** Rises with every change of a slot. */
  readonly revision: number
}

/** Mutable inside `Slots`, and nowhere else. */
interface Row extends SlotRow {
  readonly bytesByStream: Map<string, Uint8Array>
  joined: Uint8Array | undefined
  revision: number
}

/** A key whose join is not what it was; undefined: there was, or is, none. */
export interface RowChange {
  readonly row: SlotRow
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
}

/** A map of one kind. */
export type Space = Omit<SlotPlace, 'key'>

export class Slots {
  readonly #lattices: Lattices
  readonly #rowBySlotKey = new Map<string, Row>()
  /** By kind and map. */
  readonly #rowsBySpace = new Map<string, Map<string, Row>>()

  constructor(lattices: Lattices) {
    this.#lattices = lattices
  }

  /** Keys that have a slot. */
  get size(): number {
    return this.#rowBySlotKey.size
  }

  /** The row of a `slotKey`. */
  find(key: string): SlotRow | undefined {
    return this.#rowBySlotKey.get(key)
  }

  /** The rows of a map, in no order. */
  of(space: Space): Iterable<SlotRow> {
    return this.#rowsBySpace.get(spaceOf(space))?.values() ?? []
  }

  /** Follows a stream: what it set and deleted. Answers the keys that are joined differently. */
  follow(streamKey: string, changes: readonly KeyChange[]): readonly RowChange[] {
    const told: RowChange[] = []
    for (const { kind, key, value } of changes) {
      const change =
        kind === 'set' ? this.#set(streamKey, key, value) : this.#delete(streamKey, key)
      if (change !== undefined) told.push(change)
    }
    return told
  }

  /** Joins the keys of a map anew, now that its rules are others. */
  rejoin(space: Space): readonly RowChange[] {
    const told: RowChange[] = []
    for (const row of this.#rowsBySpace.get(spaceOf(space))?.values() ?? []) {
      row.revision++
      const change = this.#settle(row, row.joined, this.#joinOf(row))
      if (change !== undefined) told.push(change)
    }
    return told
  }

  #set(streamKey: string, key: string, bytes: Uint8Array): RowChange | undefined {
    const row = this.#rowBySlotKey.get(key) ?? this.#add(key)
    if (row === undefined) return undefined
    row.revision++
    const last = row.bytesByStream.get(streamKey)
    row.bytesByStream.set(streamKey, bytes)
    return this.#settle(row, row.joined, this.#joinWith(row, bytes, last))
  }

  #delete(streamKey: string, key: string): RowChange | undefined {
    const row = this.#rowBySlotKey.get(key)
    if (row?.bytesByStream.delete(streamKey) !== true) return undefined
    row.revision++
    if (row.bytesByStream.size === 0) this.#remove(row)
    return this.#settle(row, row.joined, this.#joinOf(row))
  }

  #settle(
    row: Row,
    before: Uint8Array | undefined,
    after: Uint8Array | undefined,
  ): RowChange | undefined {
    row.joined = after
    const isSame =
      before === undefined || after === undefined ? before === after : equalBytes(before, after)
    return isSame ? undefined : { row, before, after }
  }

  /** The join with one more slot in place of `last`; a slot that shrank makes all count anew. */
  #joinWith(row: Row, bytes: Uint8Array, last: Uint8Array | undefined): Uint8Array | undefined {
    const lattice = this.#lattices.of(row.lattice, row.map)
    if (row.bytesByStream.size === 1) return bytes
    const { joined } = row
    const isMore = last === undefined || lattice.covers(bytes, last)
    return joined === undefined || !isMore ? this.#joinOf(row) : lattice.merge(joined, bytes)
  }

  #joinOf(row: Row): Uint8Array | undefined {
    const lattice = this.#lattices.of(row.lattice, row.map)
    let joined: Uint8Array | undefined
    for (const bytes of row.bytesByStream.values()) {
      joined = joined === undefined ? bytes : lattice.merge(joined, bytes)
    }
    return joined
  }

  #add(key: string): Row | undefined {
    const place = slotPlace(key)
    if (place === undefined) return undefined
    const row: Row = {
      ...place,
      slotKey: key,
      bytesByStream: new Map(),
      joined: undefined,
      revision: 0,
    }
    this.#rowBySlotKey.set(key, row)
    const rows = this.#rowsBySpace.get(spaceOf(place)) ?? new Map<string, Row>()
    rows.set(key, row)
    this.#rowsBySpace.set(spaceOf(place), rows)
    return row
  }

  #remove(row: Row): void {
    this.#rowBySlotKey.delete(row.slotKey)
    const rows = this.#rowsBySpace.get(spaceOf(row))
    rows?.delete(row.slotKey)
    if (rows?.size === 0) this.#rowsBySpace.delete(spaceOf(row))
  }
}

function spaceOf({ lattice, map }: Space): string {
  return slotKey({ lattice, map, key: '' })
}
