// What loss and crashes do to a rumor: coverage or rounds over a grid of both, coverage against
// the limit on transmissions, and coverage of several protocols under the same faults.

import type { Caption, Size } from './frame.ts'
import { heatMap } from './heat-map.ts'
import { lineChart, type Series } from './line-chart.ts'
import { leastOf, mostOf } from './scales.ts'
import { figureText, percentText } from './words.ts'

/** A figure by share crashed (rows) and share lost (columns). */
export interface FaultMap {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly losses: readonly number[]
  readonly crashes: readonly number[]
  /** Mean share of the living that hears, or rounds until all of them know. */
  readonly figure: 'coverage' | 'rounds'
  /** `values[crash][loss]`; undefined where it was not measured. */
  readonly values: readonly (readonly (number | undefined)[])[]
}

/** Draws the map. */
export function faultMap(map: FaultMap): string {
  const { losses, crashes, values } = map
  const isCoverage = map.figure === 'coverage'
  const format = isCoverage ? percentText : figureText
  return heatMap({
    caption: map.caption,
    size: map.size,
    x: { label: 'messages lost', categories: losses.map(percentText) },
    y: { label: 'nodes crashed', categories: crashes.map(percentText) },
    values,
    format,
    shade: isCoverage ? lightness : quickness(values),
    tell: (x, y, value) => {
      const place = `${percentText(losses[x] ?? 0)} lost, ${percentText(crashes[y] ?? 0)} crashed`
      return `${place}: ${format(value)} ${isCoverage ? 'hear' : 'rounds'}`
    },
  })
}

/** Where misses of one in 10 000 are told from none by colour, and no rarer ones. */
const MISSES_SEEN = 4

/** By how many are missed, tenfold by tenfold: 99.9 % and 99 % are as far apart as 90 % and 0 %. */
function lightness(coverage: number): number {
  return Math.min(1, -Math.log10(Math.max(1 - coverage, 1e-9)) / MISSES_SEEN)
}

/** Few rounds are as light as full coverage is; the most are dark. */
function quickness(values: FaultMap['values']): (value: number) => number {
  const known = values.flat().filter((value) => value !== undefined)
  const least = leastOf(known, known[0] ?? 0)
  const most = mostOf(known, least + 1)
  return (value) => 1 - (0.85 * (value - least)) / (most - least)
}

/** Coverage of protocols (rows) under conditions (columns). */
export interface ConditionMap {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly conditions: readonly string[]
  readonly protocols: readonly string[]
  /** `coverage[protocol][condition]`. */
  readonly coverage: readonly (readonly (number | undefined)[])[]
}

/** Draws protocols against conditions; the first protocol stands on top. */
export function conditionMap(map: ConditionMap): string {
  return heatMap({
    caption: map.caption,
    size: map.size,
    x: { label: 'conditions', categories: map.conditions },
    y: { label: '', categories: map.protocols.toReversed() },
    values: map.coverage.toReversed(),
    format: percentText,
    shade: lightness,
    left: 116,
  })
}

/** Coverage at rising limits on how often a node tells a rumor, under one condition. */
export interface LimitCurve {
  readonly label: string
  readonly colour: number
  readonly points: readonly {
    readonly limit: number
    /** Mean share of the living that heard. */
    readonly coverage: number
    /** Share of the runs in which everybody heard; undefined where there are too few to tell. */
    readonly complete: number | undefined
  }[]
}

export interface LimitChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly curves: readonly LimitCurve[]
  /** The limit that memberlist would choose. */
  readonly usual?: number
  /** The limit that was asked for. */
  readonly own?: number
}

/** Draws, for each condition, the share of nodes that hear and of runs in which all do. */
export function limitChart({ caption, size, curves, usual, own }: LimitChart): string {
  const limits = curves.flatMap(({ points }) => points.map(({ limit }) => limit))
  const most = mostOf(limits, 1)
  return lineChart({
    caption,
    size,
    x: { label: 'times a node may tell the rumor', min: 0, max: most, exact: true, ticks: 10 },
    y: { label: 'share', min: 0, max: 1, format: percentText, exact: true },
    series: curves.flatMap(pairOf),
    marks: [
      ...(usual === undefined ? [] : [{ x: usual, label: `memberlist's limit: ${usual}` }]),
      ...(own === undefined ? [] : [{ x: own, label: `limit asked for: ${own}`, level: 1 }]),
    ],
  })
}

function pairOf({ label, colour, points }: LimitCurve): readonly Series[] {
  const hearing: Series = {
    label: `${label}: nodes that hear`,
    colour,
    look: 'dots',
    points: points.map(({ limit, coverage }) => ({ x: limit, y: coverage })),
    tell: ({ x, y }) => `${label}, told ${x} times: ${percentText(y)} hear`,
  }
  const complete = points.flatMap(({ limit, complete: share }) =>
    share === undefined ? [] : [{ x: limit, y: share }],
  )
  if (complete.length === 0) return [hearing]
  return [
    hearing,
    { label: `${label}: runs in which all do`, colour, look: 'dashed', points: complete },
  ]
}
