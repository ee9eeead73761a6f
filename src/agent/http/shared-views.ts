// From the library's shapes of shared maps to JSON. Nothing is judged here.

import type { MapChange, MapEntry } from '../../host/shared-api.ts'
import { apiVersion } from '../contract.ts'
import { timestamp } from '../terminal/time.ts'
import type { StreamItem } from './shapes.ts'
import type { ListedSharedKey, SharedKeyJson } from './shared-shapes.ts'
import { expiresText, previewOf, valueJson } from './state-views.ts'

type Entry = MapEntry<Uint8Array>

/** A key with what it holds. */
export function sharedKeyJson(map: string, entry: Entry): SharedKeyJson {
  return { apiVersion, kind: 'SharedKey', map, key: entry.key, ...fieldsOf(entry) }
}

/** A key of a list. */
export function listedSharedKeyJson(entry: Entry): ListedSharedKey {
  const { key, value } = entry
  return { key, sizeBytes: value.length, preview: previewOf(value), ...writtenOf(entry) }
}

/** A change as an item of the watch. */
export function sharedChangeJson(
  map: string,
  change: MapChange<Uint8Array>,
  seen: { readonly at: string; readonly seenBy: string },
): StreamItem {
  if (change.kind === 'gap') return { apiVersion, kind: 'gap', ...seen, missed: change.missed }
  const base = { apiVersion, kind: `shared-${change.kind}`, ...seen, map, key: change.key } as const
  return change.kind === 'set' ? { ...base, ...fieldsOf(change) } : base
}

function fieldsOf(entry: Entry) {
  return { ...valueJson(entry.value), ...writtenOf(entry) }
}

function writtenOf({ writer, writtenMs, slots, expiresMs, lease }: Entry) {
  return { writer, written: timestamp(writtenMs), slots, expires: expiresText(expiresMs), lease }
}
