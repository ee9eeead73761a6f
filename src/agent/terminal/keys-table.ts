// The table of `hearsay kv ls`.

import type { ListedKey } from '../http/state-shapes.ts'
import type { Cell, Table } from './table.ts'
import { ageText, parseTimestamp } from './time.ts'

/** Keys, with what is left of their time as of `at`. */
export function keysTable(keys: readonly ListedKey[], at: string): Table {
  const nowMs = parseTimestamp(at)
  const rows = keys.map((item): readonly (Cell | string)[] => [
    item.key,
    item.node,
    String(item.version),
    sizeText(item.sizeBytes),
    item.expires === null ? '-' : ageText(parseTimestamp(item.expires) - nowMs),
    item.preview === null ? { text: 'bytes', shade: 'dim' } : item.preview,
  ])
  return { columns: ['KEY', 'NODE', 'VERSION', 'SIZE', 'ENDS IN', 'VALUE'], rows }
}

/** `12 B`, `3.4 KiB`. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  if (bytes < 1_048_576) return `${(bytes / 1024).toFixed(1)} KiB`
  return `${(bytes / 1_048_576).toFixed(1)} MiB`
}
