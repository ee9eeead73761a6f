// The table that the campaign ends with: each row with what must hold and what was measured,
// Serf's figures below ours where it went through the same, and one line that sums up.

import { CLUSTER_SIZE, type Result } from './lane.ts'
import { type Bound, isWithin, mostOf } from './row.ts'
import { allRows } from './rows/all.ts'
import { figureText } from './support/figures.ts'

export interface Circumstances {
  readonly load: { readonly before: number; readonly after: number }
  /** How late the runner's own timers came at worst. */
  readonly stallMs: number
}

/** Prints all results; true if hearsay held in every row. */
export function report(results: readonly Result[], circumstances: Circumstances): boolean {
  const { load, stallMs } = circumstances
  const order = allRows.map(({ id }) => id)
  const sorted = [...results].sort((a, b) => order.indexOf(a.row.id) - order.indexOf(b.row.id))
  for (const result of sorted) print(result)
  const ours = results.filter(({ program }) => program === 'hearsay')
  const held = ours.filter(({ ok }) => ok).length
  const loads = `${load.before.toFixed(2)} before, ${load.after.toFixed(2)} after`
  const stall = `the machine stood still for at most ${Math.round(stallMs)} ms`
  const clusters = `clusters of ${CLUSTER_SIZE} processes`
  console.log(`campaign: load ${loads}; ${stall}; ${clusters}`)
  console.log(`campaign: ${held} of ${ours.length} rows held`)
  return held === ours.length && held > 0
}

function print({ row, program, figures, serf, ok, note }: Result): void {
  const isOurs = program === 'hearsay'
  const mark = isOurs ? (ok ? '✓' : '✗') : ' '
  const title = isOurs
    ? `${row.id.padEnd(7)} ${row.fault}`
    : `${''.padEnd(7)} Serf through the same`
  console.log(`${mark} ${title}`)
  const names = new Set([...Object.keys(figures), ...Object.keys(row.bounds)])
  for (const name of names) {
    const bound = row.bounds[name]
    const value = figures[name]
    const wrong = isWithin(value, bound, serf?.[name])
      ? ''
      : isOurs
        ? '  ← must not be'
        : '  (beyond our bound)'
    const measured = value === undefined ? 'not measured' : figureText(value)
    console.log(
      `          ${name.padEnd(36)} ${measured.padStart(9)}  ${boundText(bound, serf?.[name])}${wrong}`,
    )
  }
  if (note !== '') console.log(`          ${note}`)
}

function boundText(bound: Bound | undefined, serf: number | undefined): string {
  if (bound === undefined) return ''
  const { min } = bound
  const max = mostOf(bound, serf)
  if (min === undefined) return `≤ ${figureText(max)}`
  return max === Infinity ? `≥ ${min}` : `${min} … ${figureText(max)}`
}
