// How a rumor spread, for people: who heard, from whom, how long after the first, over how
// many hops.

import type { CoverageJson } from '../http/shapes.ts'
import type { Table } from './table.ts'
import { listed, plural, visible } from './text.ts'
import { measuredText } from './time.ts'

/** One row a member that heard, first receipt first. */
export function coverageTable(report: CoverageJson): Table {
  const originMs = originOf(report)
  return {
    columns: ['NAME', 'FROM', 'HOPS', 'AFTER'],
    rows: report.heard.map(({ name, from, atMs, hops }) => [
      name,
      from === '' ? '(its origin)' : from,
      hops === null ? '?' : String(hops),
      from === '' ? '-' : measuredText(Math.max(0, atMs - originMs)),
    ]),
  }
}

/** `5 of 5 have heard, the last after 12ms over 2 hops`. */
export function spreadText(report: CoverageJson): string {
  const { heard, missing, silent, cannotSay } = report
  const all = heard.length + missing.length + silent.length
  const last = heard[heard.length - 1]
  const hops = Math.max(0, ...heard.map((one) => one.hops ?? 0))
  const after = measuredText(Math.max(0, (last?.atMs ?? 0) - originOf(report)))
  const spread = heard.length > 1 ? `, the last after ${after}, at most ${plural(hops, 'hop')}` : ''
  const names = (list: readonly string[]) => listed(list.map((one) => visible(one)))
  const unheard = missing.length === 0 ? '' : `; not yet: ${names(missing)}`
  const quiet = silent.length === 0 ? '' : `; no answer: ${names(silent)}`
  const mute =
    cannotSay.length === 0 ? '' : `; cannot say, as they do not speak hearsay: ${names(cannotSay)}`
  return `${heard.length} of ${all} have heard${spread}${unheard}${quiet}${mute}`
}

/** When the first member heard: the origin, unless clocks differ. */
export function originOf({ heard }: CoverageJson): number {
  const origin = heard.find((one) => one.from === '') ?? heard[0]
  return origin?.atMs ?? 0
}
