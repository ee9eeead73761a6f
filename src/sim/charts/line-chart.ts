// Lines over two axes, with bands around them and marks at places worth naming. Knows no
// subject: what a series means stands in its label.

import {
  axisText,
  type Caption,
  frameOf,
  horizontalAxis,
  type LegendEntry,
  label,
  type Plot,
  type Size,
  verticalAxis,
} from './frame.ts'
import { leastOf, mostOf, type Scale, type ScaleOptions, scaleOver } from './scales.ts'
import { element, pathThrough, type Spot, type Svg, short, words } from './svg.ts'
import { fillOf, strokeOf } from './theme.ts'

/** A range of values at one place. */
export interface Range {
  readonly x: number
  readonly low: number
  readonly high: number
}

export interface Series {
  readonly label: string
  /** From 0; more than there are begin again. */
  readonly colour: number
  /**
   * `points` are dots without a line: a sample over the curve it follows. `rings` are the same
   * around the dots of another series, so that both are seen where they agree.
   */
  readonly look: 'line' | 'dashed' | 'dots' | 'points' | 'rings'
  readonly points: readonly Spot[]
  /** Drawn under the line, in its colour. */
  readonly band?: { readonly label: string; readonly ranges: readonly Range[] }
  /** What a pointer that rests on a dot is told. */
  readonly tell?: (point: Spot) => string
}

/** A place on the horizontal axis worth naming. */
export interface Mark {
  readonly x: number
  readonly label: string
  /** Lines of text that its name stands above the foot, so that it lies on no other's; 0. */
  readonly level?: number
}

/** An axis of a chart; bounds that are missing are those of the data. */
export interface Axis {
  readonly label: string
  readonly kind?: 'linear' | 'log'
  readonly min?: number
  readonly max?: number
  readonly format?: (value: number) => string
  readonly exact?: boolean
  readonly ticks?: number
  readonly ticksAt?: readonly number[]
}

export interface LineChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly x: Axis
  readonly y: Axis
  readonly series: readonly Series[]
  readonly marks?: readonly Mark[]
}

const RIM = 2
const DOT_RADIUS = 3
/** Leaves a gap of the ground around a dot. */
const RING_RADIUS = 6.5

/** Draws lines. Points outside the axes are clipped. */
export function lineChart(chart: LineChart): string {
  const legend = chart.series.flatMap(entriesOf)
  const frame = frameOf({ caption: chart.caption, legend, size: chart.size })
  const { plot } = frame
  const [xs, ys] = extents(chart.series)
  const x = scaleOver(plot.x, scaleOptions(chart.x, xs))
  const y = scaleOver(plot.y, scaleOptions(chart.y, ys))
  const clip = `${chart.caption.id}-clip`
  return frame.around([
    element('clipPath', { id: clip }, [area(plot)]),
    ...verticalAxis({ label: axisText(chart.y), scale: y }, plot),
    ...horizontalAxis({ label: axisText(chart.x), scale: x }, plot),
    element(
      'g',
      { 'clip-path': `url(#${clip})` },
      chart.series.map((one) => bandOf(one, x, y)),
    ),
    ...chart.series.map((one) => lineOf(one, { x, y, clip })),
    ...(chart.marks ?? []).flatMap((mark) => markAt(mark, x, plot)),
  ])
}

function entriesOf({ label: text, colour, look, band }: Series): readonly LegendEntry[] {
  const line: LegendEntry = { label: text, colour, look }
  return band === undefined ? [line] : [line, { label: band.label, colour, look: 'band' }]
}

/** Where the data begins and ends, on both axes. */
function extents(series: readonly Series[]): readonly [readonly number[], readonly number[]] {
  const points = series.flatMap((one) => one.points)
  const ranges = series.flatMap((one) => one.band?.ranges ?? [])
  const xs = [...points.map((point) => point.x), ...ranges.map((range) => range.x)]
  const ys = [...points.map((point) => point.y), ...ranges.flatMap(({ low, high }) => [low, high])]
  return [xs, ys]
}

function scaleOptions(axis: Axis, values: readonly number[]): ScaleOptions {
  const kind = axis.kind ?? 'linear'
  const usable = values.filter(
    (value) => Number.isFinite(value) && (kind === 'linear' || value > 0),
  )
  const low = axis.min ?? leastOf(usable, usable[0] ?? 0)
  const high = axis.max ?? mostOf(usable, usable[0] ?? 1)
  const { format, exact, ticks, ticksAt } = axis
  return {
    kind,
    min: kind === 'log' && low <= 0 ? 1 : low,
    max: high,
    format,
    exact,
    ticks,
    ticksAt,
  }
}

/** The plot and as much around it as a line at its edge is thick. */
function area({ x, y }: Plot): Svg {
  const size = { width: x.to - x.from + 2 * RIM, height: y.from - y.to + 2 * RIM }
  return element('rect', { x: x.from - RIM, y: y.to - RIM, ...size })
}

function bandOf({ colour, band }: Series, x: Scale, y: Scale): Svg {
  const ranges = band?.ranges ?? []
  const upper = ranges.map((range) => ({ x: x.at(range.x), y: y.at(range.high) }))
  const lower = ranges.map((range) => ({ x: x.at(range.x), y: y.at(range.low) })).reverse()
  if (ranges.length === 0) return words('')
  return element('path', {
    class: `hs-band ${fillOf(colour)}`,
    d: `${pathThrough([...upper, ...lower])}Z`,
  })
}

interface Scales {
  readonly x: Scale
  readonly y: Scale
  readonly clip: string
}

function lineOf({ points, colour, look, tell }: Series, { x, y, clip }: Scales): Svg {
  const spots = points.map((point) => ({ x: x.at(point.x), y: y.at(point.y) }))
  const line = element('path', {
    class: `hs-line ${strokeOf(colour)}${look === 'dashed' ? ' hs-thin' : ''}`,
    'stroke-dasharray': look === 'dashed' ? '5 4' : undefined,
    'clip-path': `url(#${clip})`,
    d: pathThrough(spots),
  })
  if (look === 'line' || look === 'dashed') return line
  const dots = spots.map((spot, at) => {
    const point = points[at]
    const told = point === undefined ? undefined : tell?.(point)
    const attributes = dotAt(spot, look, colour)
    return element('circle', attributes, told === undefined ? [] : [tooltip(told)])
  })
  return element('g', {}, look === 'dots' ? [line, ...dots] : dots)
}

function dotAt(spot: Spot, look: Series['look'], colour: number) {
  const place = { cx: short(spot.x), cy: short(spot.y) }
  return look === 'rings'
    ? { class: `hs-line ${strokeOf(colour)}`, ...place, r: RING_RADIUS }
    : { class: fillOf(colour), ...place, r: DOT_RADIUS }
}

/** What a pointer that rests is told. */
export function tooltip(text: string): Svg {
  return element('title', {}, [words(text)])
}

/** Marks are read over lines and bands, so they carry a rim of the ground's colour. */
const MARK = 'hs-ink hs-halo'

const LEVEL = 18

/** A dashed line up the plot with its name at its foot, on the side where there is room. */
function markAt(mark: Mark, scale: Scale, { x, y }: Plot): readonly Svg[] {
  const at = scale.at(mark.x)
  const isRight = at > (x.from + x.to) / 2
  const place = { x: at + (isRight ? -7 : 7), y: y.from - 9 - (mark.level ?? 0) * LEVEL }
  return [
    element('path', { class: 'hs-mark', d: `M${short(at)} ${short(y.from)}V${short(y.to)}` }),
    label(mark.label, place, { class: MARK, anchor: isRight ? 'end' : 'start' }),
  ]
}
