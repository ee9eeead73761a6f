// Numbers for people, the same in every locale and on every machine: grouped counts,
// percentages with as many digits as they need, and widths of text before it is drawn.

/** `1,000`; fractions keep up to `digits` decimals. */
export function countText(value: number, digits = 0): string {
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '–'
  const [whole = '0', fraction] = Math.abs(value).toFixed(digits).split('.')
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  const rest = fraction?.replace(/0+$/, '') ?? ''
  return `${value < 0 ? '−' : ''}${grouped}${rest === '' ? '' : `.${rest}`}`
}

/** Two or three digits that count: `0.00067`, `0.042`, `1.7`, `34.2`, `8,453`. */
export function figureText(value: number): string {
  const size = Math.abs(value)
  if (size >= 100 || Number.isInteger(value)) return countText(value)
  if (size >= 10) return countText(value, 1)
  if (size >= 1) return countText(value, 2)
  if (size >= 0.01) return countText(value, 3)
  return size >= 1e-6 ? countText(value, 1 - Math.floor(Math.log10(size))) : value.toExponential(1)
}

/**
 * A share as a percentage. `100 %` and `0 %` are said only where they are exact: 0.99997 is
 * `99.997 %`, never rounded to all.
 */
export function percentText(share: number): string {
  if (share === 0) return '0 %'
  if (share === 1) return '100 %'
  if (!Number.isFinite(share)) return '–'
  for (const digits of [1, 2, 3, 4]) {
    const text = (share * 100).toFixed(digits)
    const isExtreme = Number(text) === 100 || Number(text) === 0
    if (!isExtreme) return `${trimmed(text)} %`
  }
  return share < 0.5 ? '<0.0001 %' : '>99.9999 %'
}

function trimmed(decimal: string): string {
  return decimal.replace(/\.0+$/, '')
}

/** Large numbers in short: `950`, `10k`, `2.5M`. */
export function shortCount(value: number): string {
  if (value >= 1e6) return `${countText(value / 1e6, 1)}M`
  if (value >= 1e4) return `${countText(value / 1e3, 1)}k`
  return figureText(value)
}

/** Roughly how wide a text is in a plain sans-serif of this size; errs on the wide side. */
export function roughWidth(text: string, size: number): number {
  let units = 0
  for (const character of text) units += NARROW.has(character) ? 0.32 : wide(character)
  return units * size
}

const NARROW: ReadonlySet<string> = new Set([..." .,:;!|'il()[]/"])

function wide(character: string): number {
  return /[A-Z%mwMW]/.test(character) ? 0.72 : 0.57
}
