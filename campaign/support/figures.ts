// Figures: their middle, and how they read.

/** The middle of some numbers; NaN if there are none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

/** `4.1`, `12`, `never`. */
export function figureText(value: number): string {
  if (!Number.isFinite(value)) return 'never'
  return Number.isInteger(value) ? String(value) : value.toFixed(value < 10 ? 2 : 1)
}
