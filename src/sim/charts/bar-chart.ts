// Groups of bars over categories, on a linear or logarithmic height. On a logarithmic one bars
// grow from the axis' least value; a bar of nothing is left out.

import {
  axisLabel,
  axisText,
  baseLine,
  type Caption,
  frameOf,
  label,
  type Plot,
  type Size,
  verticalAxis,
} from './frame.ts'
import { type Axis, tooltip } from './line-chart.ts'
import {
  type BandScale,
  bandsOver,
  leastOf,
  mostOf,
  type Scale,
  type Span,
  scaleOver,
} from './scales.ts'
import { element, type Svg } from './svg.ts'
import { fillOf, SMALL, TEXT } from './theme.ts'
import { roughWidth } from './words.ts'

export interface BarSeries {
  readonly label: string
  readonly colour: number
  /** One a category; zero or less draws no bar. */
  readonly values: readonly number[]
}

/** A remark at the top of one bar. */
export interface Remark {
  readonly series: number
  readonly category: number
  readonly text: string
}

export interface BarChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  /** What the categories are. */
  readonly label: string
  readonly categories: readonly string[]
  readonly height: Axis & { readonly min: number; readonly max: number }
  readonly series: readonly BarSeries[]
  readonly remarks?: readonly Remark[]
  /** Writes each bar's figure above it. */
  readonly figures?: (value: number) => string
  /** What a pointer that rests on a bar is told. */
  readonly tell?: (series: BarSeries, category: number) => string
}

const GAP = 0.16
const FIGURE = 'hs-ink hs-small hs-halo'

/** Draws bars. */
export function barChart(chart: BarChart): string {
  const legend = chart.series.map((one) => ({ ...one, look: 'block' as const }))
  const frame = frameOf({ caption: chart.caption, legend, size: chart.size })
  const { plot } = frame
  const { kind = 'linear', ...height } = chart.height
  const scale = scaleOver(plot.y, { ...height, kind })
  const bands = bandsOver(plot.x, chart.categories.length)
  return frame.around([
    ...verticalAxis({ label: axisText(chart.height), scale }, plot),
    ...chart.series.flatMap((_, series) => barsOf(chart, series, { bands, scale, plot })),
    baseLine(plot),
    ...categoryLabels(chart.categories, bands, plot),
    axisLabel(chart.label, plot.x, plot.y.from),
    ...(chart.remarks ?? []).map((remark) => remarkAt(remark, chart, { bands, scale, plot })),
  ])
}

/** Names under the bands: smaller where they would touch, and every second where they still do. */
function categoryLabels(
  categories: readonly string[],
  bands: BandScale,
  { y }: Plot,
): readonly Svg[] {
  const widest = (size: number) =>
    mostOf(
      categories.map((text) => roughWidth(text, size)),
      0,
    ) + 9
  const isTight = widest(TEXT) > bands.width
  const stride = Math.ceil(widest(isTight ? SMALL : TEXT) / bands.width)
  return categories.flatMap((text, at) => {
    if ((categories.length - 1 - at) % stride !== 0) return []
    const place = { x: bands.centreOf(at), y: y.from + 18 }
    return [
      label(text, place, { class: `hs-faint${isTight ? ' hs-small' : ''}`, anchor: 'middle' }),
    ]
  })
}

interface Places {
  readonly bands: BandScale
  readonly scale: Scale
  readonly plot: Plot
}

function barsOf(chart: BarChart, series: number, places: Places): readonly Svg[] {
  const one = chart.series[series]
  if (one === undefined) return []
  const { x, width } = barPlace(chart.series.length, series, places.bands)
  const zeroAt = (centre: number) =>
    label('0', { x: centre, y: places.plot.y.from - 5 }, { class: FIGURE, anchor: 'middle' })
  return one.values.flatMap((value, category) => {
    if (!(value > 0)) return chart.figures === undefined ? [] : [zeroAt(x(category) + width / 2)]
    const top = places.scale.at(value)
    const told = chart.tell?.(one, category)
    const attributes = {
      class: fillOf(one.colour),
      x: x(category),
      y: top,
      width,
      height: Math.max(0, places.plot.y.from - top),
      rx: 1.5,
    }
    const bar = element('rect', attributes, told === undefined ? [] : [tooltip(told)])
    if (chart.figures === undefined) return [bar]
    const above = { x: x(category) + width / 2, y: top - 5 }
    return [bar, label(chart.figures(value), above, { class: FIGURE, anchor: 'middle' })]
  })
}

/** Where the bars of one series stand within their bands. */
function barPlace(count: number, series: number, bands: BandScale) {
  const width = (bands.width * (1 - GAP)) / Math.max(count, 1)
  const inset = (bands.width * GAP) / 2 + width * series
  return { width: Math.max(1, width - 1), x: (category: number) => bands.startOf(category) + inset }
}

function remarkAt(remark: Remark, chart: BarChart, { bands, scale, plot }: Places): Svg {
  const { x, width } = barPlace(chart.series.length, remark.series, bands)
  const value = chart.series[remark.series]?.values[remark.category] ?? 0
  const centre = x(remark.category) + width / 2
  const isRight = centre > (plot.x.from + plot.x.to) / 2
  const at = isRight ? x(remark.category) + width : centre
  const length = roughWidth(remark.text, TEXT)
  const span = isRight ? { from: at - length, to: at } : { from: at, to: at + length }
  const top = Math.min(scale.at(value), topWithin(span, chart, { bands, scale, plot }))
  const place = { x: at, y: top - 8 }
  const anchor = isRight ? 'end' : 'start'
  return label(remark.text, place, { class: 'hs-ink hs-strong hs-halo', anchor })
}

/** How high bars reach between two places, so that a text there lies across none. */
function topWithin({ from, to }: Span, chart: BarChart, { bands, scale, plot }: Places): number {
  const tops = chart.series.flatMap(({ values }, series) => {
    const { x, width } = barPlace(chart.series.length, series, bands)
    return values.flatMap((value, category) => {
      const left = x(category)
      return value > 0 && left < to && left + width > from ? [scale.at(value)] : []
    })
  })
  return leastOf(tops, plot.y.from)
}
