// How long a crash stays unnoticed, against the number of members: one line a detector, with
// the range between its quick and slow runs. And how many of the healthy are wronged, where
// others stall.

import { barChart } from './bar-chart.ts'
import type { Caption, Size } from './frame.ts'
import { lineChart } from './line-chart.ts'
import { leastOf, mostOf } from './scales.ts'
import { countText, figureText } from './words.ts'

/** What one detector took, by size of the cluster. */
export interface DetectionCurve {
  readonly label: string
  readonly colour: number
  readonly look?: 'dots' | 'dashed' | 'rings'
  readonly points: readonly {
    readonly members: number
    /** Median and range in milliseconds. */
    readonly medianMs: number
    readonly lowMs?: number
    readonly highMs?: number
  }[]
}

export interface DetectionChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly curves: readonly DetectionCurve[]
}

/** Room below the least and above the most, as a share of them. */
const MARGIN = 0.1

/** Draws seconds against members on logarithmic axes, since detectors differ by factors. */
export function detectionChart({ caption, size, curves }: DetectionChart): string {
  const seconds = curves
    .flatMap(({ points }) => points.flatMap((one) => [one.medianMs, one.lowMs, one.highMs]))
    .flatMap((ms) => (ms === undefined || !(ms > 0) ? [] : [ms / 1000]))
  const members = curves.flatMap(({ points }) => points.map((point) => point.members))
  return lineChart({
    caption,
    size,
    x: {
      label: 'members',
      kind: 'log',
      exact: true,
      min: leastOf(members, members[0] ?? 1),
      max: mostOf(members, 1),
      ticksAt: [...new Set(members)],
    },
    y: {
      label: 'seconds from crash to verdict',
      kind: 'log',
      exact: true,
      min: leastOf(seconds, seconds[0] ?? 1) * (1 - MARGIN),
      max: mostOf(seconds, seconds[0] ?? 1) * (1 + MARGIN),
    },
    series: curves.map(({ label, colour, look = 'dots', points }) => ({
      label,
      colour,
      look,
      points: points.map((one) => ({ x: one.members, y: one.medianMs / 1000 })),
      tell: ({ x, y }) => `${label}, ${countText(x)} members: ${figureText(y)} s`,
      ...bandOf(label, points),
    })),
  })
}

function bandOf(label: string, points: DetectionCurve['points']) {
  const ranges = points.flatMap(({ members, lowMs, highMs }) =>
    lowMs === undefined || highMs === undefined
      ? []
      : [{ x: members, low: lowMs / 1000, high: highMs / 1000 }],
  )
  return ranges.length === 0 ? {} : { band: { label: `${label}: 5–95 %`, ranges } }
}

/** False alarms of several detectors, by what the members went through. */
export interface AlarmsChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  /** What the categories are. */
  readonly label: string
  readonly categories: readonly string[]
  readonly series: readonly {
    readonly label: string
    readonly colour: number
    /** One a category. */
    readonly alarms: readonly number[]
  }[]
}

/** Draws bars on a logarithmic height; where none was raised, none stands. */
export function alarmsChart({ caption, size, label, categories, series }: AlarmsChart): string {
  const all = series.flatMap(({ alarms }) => alarms)
  return barChart({
    caption,
    size,
    label,
    categories,
    height: { label: 'false alarms', kind: 'log', min: 0.5, max: mostOf(all, 10) },
    series: series.map((one) => ({ label: one.label, colour: one.colour, values: one.alarms })),
    figures: (value) => countText(value),
    tell: (one, at) => `${one.label}, ${categories[at] ?? ''}: ${countText(one.values[at] ?? 0)}`,
  })
}
