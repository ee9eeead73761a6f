// What can be read of replicated state from outside: values as they are now, in no order.

import type { StateItem, StateReads, StateStats } from './io.ts'
import type { SharedState } from './shared-state.ts'
import type { Entry } from './state/entry.ts'
import { OWN_CHANNEL } from './state/stream-id.ts'

/** Reads over the state of a machine. */
export function readsOf(state: SharedState): StateReads {
  const { store } = state
  return {
    get: (node, key) => itemOf(store.find(node)?.replica.find(key)),
    items: (node, prefix) => itemsOf(store.find(node)?.replica.entries ?? [], prefix),
    nodes: () =>
      store.streams.filter(({ channel }) => channel === OWN_CHANNEL).map(({ name }) => name),
    stats: () => statsOf(state),
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

function statsOf({ store, rumors, owned }: SharedState): StateStats {
  let graves = 0
  let islands = 0
  for (const { replica } of store.streams) {
    graves += replica.graves
    islands += replica.islands.length
  }
  const own = owned?.stream
  return {
    streams: store.size,
    keys: store.keys,
    bytes: store.bytes,
    graves,
    islands,
    rumors: rumors.size,
    own: own && {
      generation: own.generation,
      version: own.replica.base,
      gcFloor: own.replica.gcFloor,
    },
  }
}
