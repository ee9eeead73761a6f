// One change of a key as a line for people.

import type { StreamItem } from '../http/shapes.ts'
import { sizeText } from './keys-table.ts'
import type { Paint, Shade } from './style.ts'
import { visible } from './text.ts'
import { clockText, parseTimestamp } from './time.ts'

const SHADES: Readonly<Record<string, Shade>> = {
  set: 'green',
  delete: 'red',
  expire: 'yellow',
  gap: 'yellow',
}

/** `14:02:05.113  set     web-1  role = search`; without a member for a key of all. */
export function changeLine(item: StreamItem, paint: Paint): string {
  const time = paint('dim', clockText(parseTimestamp(item.at)))
  const word = item.kind.replace(/^(state|shared)-/, '')
  const kind = paint(SHADES[word] ?? 'dim', word.padEnd(6))
  return `${time}  ${kind}  ${subjectOf(item)}`
}

function subjectOf(item: StreamItem): string {
  if (item.kind === 'gap') return 'changes were lost to this reader; read the keys again'
  const key = visible(String(item.key))
  const place = item.node === undefined ? key : `${visible(String(item.node))}  ${key}`
  if (!item.kind.endsWith('-set')) return place
  const value =
    typeof item.text === 'string' ? visible(item.text) : sizeText(Number(item.sizeBytes))
  return `${place} = ${value}`
}
