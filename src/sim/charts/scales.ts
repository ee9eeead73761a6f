// From values to places: linear, logarithmic and by category, each with ticks that people
// would choose. Pixels are passed in; nothing is drawn here.

import { countText, shortCount } from './words.ts'

/** One mark of an axis. */
export interface Tick {
  readonly value: number
  readonly label: string
}

/** Maps values to places on the picture. */
export interface Scale {
  readonly at: (value: number) => number
  readonly ticks: readonly Tick[]
  readonly min: number
  readonly max: number
}

/** From where to where on the picture, in its units; `to` may lie before `from`. */
export interface Span {
  readonly from: number
  readonly to: number
}

export interface ScaleOptions {
  readonly kind: 'linear' | 'log'
  /** Values that must be on it. For `log` above zero. */
  readonly min: number
  readonly max: number
  /** About how many ticks; 6 by default. */
  readonly ticks?: number | undefined
  readonly format?: ((value: number) => string) | undefined
  /** Where to put the ticks, instead of at round numbers. */
  readonly ticksAt?: readonly number[] | undefined
  /** Ends exactly at `min` and `max` instead of at the next tick. */
  readonly exact?: boolean | undefined
}

/** The least of `values` and `start`; however many there are, they are no arguments of a call. */
export function leastOf(values: readonly number[], start: number): number {
  return values.reduce((least, value) => Math.min(least, value), start)
}

/** The most of `values` and `start`, likewise. */
export function mostOf(values: readonly number[], start: number): number {
  return values.reduce((most, value) => Math.max(most, value), start)
}

/** A scale over a span. A domain without extent is widened, so that it can be drawn. */
export function scaleOver(span: Span, options: ScaleOptions): Scale {
  const scale = options.kind === 'log' ? logScale(span, options) : linearScale(span, options)
  const { ticksAt, format = countText } = options
  if (ticksAt === undefined) return scale
  return { ...scale, ticks: ticksAt.map((value) => ({ value, label: format(value) })) }
}

function linearScale(span: Span, options: ScaleOptions): Scale {
  const low = options.min
  const high = options.max > low ? options.max : low + 1
  const step = niceStep((high - low) / (options.ticks ?? 6))
  const min = options.exact === true ? low : Math.floor(low / step + 1e-9) * step
  const max = options.exact === true ? high : Math.ceil(high / step - 1e-9) * step
  const format = options.format ?? ((value: number) => countText(value, decimalsOf(step)))
  const ticks: Tick[] = []
  for (let at = Math.ceil(min / step - 1e-9); at * step <= max + step * 1e-9; at++) {
    ticks.push({ value: at * step, label: format(at * step) })
  }
  return { min, max, ticks, at: (value) => place(span, (value - min) / (max - min)) }
}

/** 1, 2 or 5 times a power of ten, not below `rough`. */
function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 5, 10].find((one) => one * power >= rough * (1 - 1e-9)) ?? 10
  return factor * power
}

function decimalsOf(step: number): number {
  return Math.max(0, -Math.floor(Math.log10(step) + 1e-9))
}

function logScale(span: Span, options: ScaleOptions): Scale {
  const low = Math.log10(Math.max(options.min, Number.MIN_VALUE))
  const high = Math.log10(Math.max(options.max, options.min))
  const isFlat = high - low < 1e-9
  const min = options.exact === true && !isFlat ? low : Math.floor(low + 1e-9)
  const max = options.exact === true && !isFlat ? high : Math.max(Math.ceil(high - 1e-9), min + 1)
  const format = options.format ?? shortCount
  const ticks = logTicks(min, max, options.ticks ?? 6)
  return {
    min: 10 ** min,
    max: 10 ** max,
    ticks: ticks.map((value) => ({ value, label: format(value) })),
    at: (value) => place(span, (Math.log10(Math.max(value, 10 ** min)) - min) / (max - min)),
  }
}

/** Powers of ten, thinned if many; with 2 and 5 between them if few. */
function logTicks(min: number, max: number, wanted: number): readonly number[] {
  const decades = max - min
  const factors = decades < 1.5 ? [1, 2, 5] : decades < 2.5 ? [1, 3] : [1]
  const stride = Math.max(1, Math.ceil(decades / wanted))
  const ticks: number[] = []
  for (let power = Math.floor(min); power <= max + 1e-9; power++) {
    if (factors.length === 1 && (power - Math.ceil(min)) % stride !== 0) continue
    for (const factor of factors) {
      const at = power + Math.log10(factor)
      if (at >= min - 1e-9 && at <= max + 1e-9) ticks.push(factor * 10 ** power)
    }
  }
  return ticks
}

function place({ from, to }: Span, share: number): number {
  return from + (to - from) * share
}

/** Places of categories side by side, numbered from 0. */
export interface BandScale {
  /** Where the band of a category begins. */
  readonly startOf: (index: number) => number
  readonly centreOf: (index: number) => number
  readonly width: number
}

/** Equal bands over a span, first at `from`. */
export function bandsOver({ from, to }: Span, count: number): BandScale {
  const step = (to - from) / Math.max(count, 1)
  return {
    startOf: (index) => from + step * index + Math.min(step, 0),
    centreOf: (index) => from + step * (index + 0.5),
    width: Math.abs(step),
  }
}
