// The tables of `hearsay kv ls`.

import type { ListedSharedKey } from '../http/shared-shapes.ts'
import type { ListedKey } from '../http/state-shapes.ts'
import type { Cell, Table } from './table.ts'
import { ageText, parseTimestamp } from './time.ts'

/** Own keys of members, with what is left of their time as of `at`. */
export function ownKeysTable(keys: readonly ListedKey[], at: string): Table {
  const rows = keys.map((item): readonly (Cell | string)[] => [
    item.key,
    item.node,
    String(item.version),
    ...sizeAndValue(item, at),
  ])
  return { columns: ['KEY', 'NODE', 'VERSION', 'SIZE', 'ENDS IN', 'VALUE'], rows }
}

/** Keys of a shared map, with who wrote them last, and how long before `at`. */
export function sharedKeysTable(keys: readonly ListedSharedKey[], at: string): Table {
  const rows = keys.map((item): readonly (Cell | string)[] => [
    item.key,
    item.writer,
    ageText(parseTimestamp(at) - parseTimestamp(item.written)),
    ...sizeAndValue(item, at, item.lease),
  ])
  return { columns: ['KEY', 'WRITER', 'AGE', 'SIZE', 'ENDS IN', 'VALUE'], rows }
}

function sizeAndValue(
  { sizeBytes, expires, preview }: Pick<ListedKey, 'sizeBytes' | 'expires' | 'preview'>,
  at: string,
  isLease = false,
): readonly (Cell | string)[] {
  const ends = expires === null ? [] : [ageText(parseTimestamp(expires) - parseTimestamp(at))]
  return [
    sizeText(sizeBytes),
    [...ends, ...(isLease ? ['lease'] : [])].join(', ') || '-',
    preview === null ? { text: 'bytes', shade: 'dim' } : preview,
  ]
}

/** `12 B`, `3.4 KiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1_048_576) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1_048_576).toFixed(1)} MiB`
}
