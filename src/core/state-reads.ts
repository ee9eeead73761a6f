// What can be read of replicated state from outside: values as they are now, in no order.

import type { OwnStream, SharedItem, StateItem, StateReads, StateStats } from './io.ts'
import { type Parts, wallMs } from './parts.ts'
import { slotViews } from './sharing/explaining.ts'
import { goneOf, laggardsOf } from './sharing/figures.ts'
import { sweepViewOf, tombstonesOf } from './sharing/sweeping.ts'
import { unheardBy } from './sharing/unheard.ts'
import type { Entry } from './state/entry.ts'
import { slotKey } from './state/lattices/index.ts'
import type { Owned } from './state/owned.ts'
import type { SlotRow } from './state/slots.ts'
import { OWN_CHANNEL } from './state/stream-id.ts'

/** Names in the figures. */
const NAMED_MAX = 1000

/** Reads over the state of a machine. */
export function readsOf(parts: Parts): StateReads {
  const { state } = parts
  const { store, slots } = state
  return {
    get: (node, key) => itemOf(store.find(node)?.replica.find(key)),
    items: (node, prefix) => itemsOf(store.find(node)?.replica.entries ?? [], prefix),
    nodes: () =>
      store.streams.filter(({ channel }) => channel === OWN_CHANNEL).map(({ name }) => name),
    slot: (lattice, map, key) => sharedItemOf(parts, slots.find(slotKey({ lattice, map, key }))),
    map: (lattice, map, prefix) => sharedItemsOf(parts, slots.of({ lattice, map }), prefix),
    sweep: () => sweepViewOf(parts),
    slots: (place) => slotViews(parts, place),
    stats: () => statsOf(parts),
  }
}

function itemOf(entry: Entry | undefined): StateItem | undefined {
  if (entry?.kind !== 'set') return undefined
  const { key, value, version, expiresMs } = entry
  return { key, value, version, expiresMs }
}

function itemsOf(entries: Iterable<Entry>, prefix: string): readonly StateItem[] {
  const items: StateItem[] = []
  for (const entry of entries) {
    const item = entry.key.startsWith(prefix) ? itemOf(entry) : undefined
    if (item !== undefined) items.push(item)
  }
  return items
}

function sharedItemOf(parts: Parts, row: SlotRow | undefined): SharedItem | undefined {
  if (row?.joined === undefined) return undefined
  if (parts.state.leases.hiddenOf(row.slotKey) !== undefined) return undefined
  const { lattice, map, key, joined, bytesByStream } = row
  const value = parts.state.lattices.of(lattice, map).read(joined, wallMs(parts))
  return value && { key, value, joined, slots: bytesByStream.size }
}

function sharedItemsOf(
  parts: Parts,
  rows: Iterable<SlotRow>,
  prefix: string,
): readonly SharedItem[] {
  const items: SharedItem[] = []
  for (const row of rows) {
    const item = row.key.startsWith(prefix) ? sharedItemOf(parts, row) : undefined
    if (item !== undefined) items.push(item)
  }
  return items
}

function statsOf(parts: Parts): StateStats {
  const { store, rumors, owned, shared, slots, leases, clock, stability, ahead } = parts.state
  const gone = goneOf(parts)
  let graves = 0
  for (const { replica } of store.streams) graves += replica.graves
  return {
    streams: store.size,
    keys: store.keys,
    bytes: store.bytes,
    graves,
    islands: store.islands,
    rumors: rumors.size,
    rumorBytes: rumors.bytes,
    rumorAgeMs: rumors.ageMs(parts.now),
    clockAheadMs: Math.max(0, clock.last.ms - wallMs(parts)),
    laggards: laggardsOf(parts),
    stabilityLagMs: stability.lagMs(parts.now),
    unheardBy: unheardBy(parts),
    own: ownStreamOf(owned),
    shared: ownStreamOf(shared),
    sharedKeys: slots.size,
    leases: leases.size,
    leasesHidden: leases.hidden,
    tombstones: tombstonesOf(parts),
    sweepWaitsFor: sweepViewOf(parts)?.waitingFor.length ?? 0,
    waitingFor: gone.slice(0, NAMED_MAX),
    gone: gone.length,
    adoptionsStuck: parts.state.unadoptable.size,
    stampsAheadMs: ahead.at(parts.now),
  }
}

function ownStreamOf(owned: Owned | undefined): OwnStream | undefined {
  if (owned === undefined) return undefined
  const { generation, replica } = owned.stream
  return { generation, version: replica.base, gcFloor: replica.gcFloor }
}
