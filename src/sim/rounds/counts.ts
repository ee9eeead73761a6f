// Whole numbers and how often each came up: what every figure of a sample is kept as. Counts
// of counts add up exactly and in any order, so a sample is the same however many workers
// shared the runs; as a Map it can be posted between them as it is.

/** How often each value came up. */
export type Counts = ReadonlyMap<number, number>

/** Mean, spread and quantiles of what was counted. */
export interface Distribution {
  readonly count: number
  readonly mean: number
  /** Standard deviation of the sample (n − 1); 0 for fewer than two values. */
  readonly sd: number
  readonly min: number
  readonly p5: number
  readonly p50: number
  readonly p90: number
  readonly p95: number
  readonly p99: number
  readonly p999: number
  readonly max: number
}

/** Adds `times` of `value`, in place. */
export function count(counts: Map<number, number>, value: number, times = 1): void {
  counts.set(value, (counts.get(value) ?? 0) + times)
}

/** Adds all of `from`, in place. */
export function addCounts(into: Map<number, number>, from: Counts): void {
  for (const [value, times] of from) count(into, value, times)
}

/** How many values were counted. */
export function totalOf(counts: Counts): number {
  let total = 0
  for (const times of counts.values()) total += times
  return total
}

/** The values in rising order with their counts. */
export function sortedCounts(counts: Counts): readonly (readonly [number, number])[] {
  return [...counts].sort(([a], [b]) => a - b)
}

/** Mean and the rest; NaN all over if nothing was counted. */
export function distributionOf(counts: Counts): Distribution {
  const rows = sortedCounts(counts)
  const total = totalOf(counts)
  const mean = rows.reduce((sum, [value, times]) => sum + value * times, 0) / total
  const square = rows.reduce((sum, [value, times]) => sum + times * (value - mean) ** 2, 0)
  const at = (share: number): number => quantileOf(rows, total, share)
  return {
    count: total,
    mean,
    sd: total > 1 ? Math.sqrt(square / (total - 1)) : total === 1 ? 0 : Number.NaN,
    min: rows[0]?.[0] ?? Number.NaN,
    p5: at(0.05),
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: rows.at(-1)?.[0] ?? Number.NaN,
  }
}

/** The smallest value that a share of at least `share` does not exceed; `rows` rise. */
export function quantileOf(
  rows: readonly (readonly [number, number])[],
  total: number,
  share: number,
): number {
  const wanted = share * total - 1e-9
  let passed = 0
  for (const [value, times] of rows) {
    passed += times
    if (passed >= wanted) return value
  }
  return rows.at(-1)?.[0] ?? Number.NaN
}
