// One change of a key as a line for people.

import type { StreamItem } from '../http/shapes.ts'
import { sizeText } from './keys-table.ts'
import type { Paint, Shade } from './style.ts'
import { visible } from './text.ts'
import { clockText, parseTimestamp } from './time.ts'

const SHADES: Readonly<Record<string, Shade>> = {
  'state-set': 'green',
  'state-delete': 'red',
  'state-expire': 'yellow',
  gap: 'yellow',
}

/** `14:02:05.113  set     web-1  role = search`. */
export function changeLine(item: StreamItem, paint: Paint): string {
  const time = paint('dim', clockText(parseTimestamp(item.at)))
  const word = item.kind.replace('state-', '')
  const kind = paint(SHADES[item.kind] ?? 'dim', word.padEnd(6))
  return `${time}  ${kind}  ${subjectOf(item)}`
}

function subjectOf(item: StreamItem): string {
  if (item.kind === 'gap') return 'changes were lost to this reader; read the keys again'
  const place = `${visible(String(item.node))}  ${visible(String(item.key))}`
  if (item.kind !== 'state-set') return place
  const value =
    typeof item.text === 'string' ? visible(item.text) : sizeText(Number(item.sizeBytes))
  return `${place} = ${value}`
}
