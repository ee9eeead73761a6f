// Measures one small operation: warm-up, then samples of a given length, the median of which
// counts. One JSON line each, named as in bench/peers.

import { cpuMs, emit, median, numberWord, round, word } from './lines.ts'

const SECONDS = numberWord('seconds', 1)
const SAMPLES = Math.max(1, numberWord('samples', 5))
const ONLY = word('only', '')
const WARM_UP = 2000
const CALLS_AT_ONCE = 64

/** False if the command line asks for others only (`--only TEXT`). */
export function isWanted(name: string): boolean {
  return name.includes(ONLY)
}

/** Measures `action`, of which one call does `operations` operations. */
export function sample(name: string, operations: number, action: () => void): void {
  if (!isWanted(name)) return
  for (let i = 0; i < WARM_UP; i += 1) action()
  const rates: number[] = []
  const costs: number[] = []
  for (let s = 0; s < SAMPLES; s += 1) {
    const cpu = cpuMs()
    const from = performance.now()
    let done = 0
    let elapsed = 0
    while (elapsed < SECONDS * 1000) {
      for (let i = 0; i < CALLS_AT_ONCE; i += 1) action()
      done += CALLS_AT_ONCE * operations
      elapsed = performance.now() - from
    }
    rates.push((done / elapsed) * 1000)
    costs.push(((cpuMs() - cpu) * 1000) / done)
  }
  report(name, rates, costs)
}

/** Measures an action that takes a turn of the event loop or more. */
export async function sampleAsync(
  name: string,
  operations: number,
  action: () => Promise<void>,
): Promise<void> {
  if (!isWanted(name)) return
  const rates: number[] = []
  const costs: number[] = []
  for (let s = 0; s <= SAMPLES; s += 1) {
    const cpu = cpuMs()
    const from = performance.now()
    let done = 0
    while (performance.now() - from < SECONDS * 1000) {
      await action()
      done += operations
    }
    if (s === 0) continue
    rates.push((done / (performance.now() - from)) * 1000)
    costs.push(((cpuMs() - cpu) * 1000) / done)
  }
  report(name, rates, costs)
}

function report(name: string, rates: readonly number[], costs: readonly number[]): void {
  const middle = median(rates)
  emit({
    peer: 'hearsay',
    measure: 'micro',
    name,
    ops_per_s: Math.round(middle),
    ops_min: Math.round(Math.min(...rates)),
    ops_max: Math.round(Math.max(...rates)),
    us_per_op: round(1e6 / middle),
    cpu_us_per_op: round(median(costs)),
  })
}
