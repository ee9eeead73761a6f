// The S-curve: which share of the living nodes knows after each round. The sample with its
// 5–95 % band, the exact expectation where there is one, and the rule of thumb beside it; or
// the curves of several protocols side by side.

import type { Caption, Size } from './frame.ts'
import { type LineChart, lineChart, type Series } from './line-chart.ts'
import { mostOf } from './scales.ts'
import { countText, percentText } from './words.ts'

/** What a sample says of one round, as shares of the living. */
export interface SpreadRow {
  readonly round: number
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface SpreadChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly rows: readonly SpreadRow[]
  readonly runs: number
  /** Expected share after round 0, 1, …, from the chain itself. */
  readonly exact?: readonly number[]
  /** A rule of thumb for the same, and how it is called. */
  readonly formula?: { readonly label: string; readonly shares: readonly number[] }
  /** Rounds until everybody knew: the median of the runs in which they did, and their share. */
  readonly toAll?: { readonly medianRounds: number; readonly share: number }
}

/** Draws one protocol's curve. */
export function spreadChart(chart: SpreadChart): string {
  const { rows, runs, exact, formula, toAll } = chart
  const last = rows.at(-1)?.round ?? 1
  const series: Series[] = []
  if (exact !== undefined) series.push(curve('exact expectation', 1, 'line', exact, last))
  if (formula !== undefined) series.push(curve(formula.label, 2, 'dashed', formula.shares, last))
  series.push({
    label: runs === 1 ? 'the run' : `mean of ${countText(runs)} runs`,
    colour: 0,
    look: exact === undefined ? 'dots' : 'points',
    points: rows.map(({ round, mean }) => ({ x: round, y: mean })),
    band: {
      label: '5–95 % of the runs',
      ranges: rows.map(({ round, low, high }) => ({ x: round, low, high })),
    },
    tell: ({ x, y }) => `round ${x}: ${percentText(y)}`,
  })
  return lineChart({
    caption: chart.caption,
    size: chart.size,
    ...axes(last),
    series,
    marks: toAll === undefined ? [] : [{ x: toAll.medianRounds, label: medianText(toAll) }],
  })
}

function medianText({ medianRounds, share }: NonNullable<SpreadChart['toAll']>): string {
  if (share === 1) return `everybody knows: round ${medianRounds} (median)`
  return `all know: round ${medianRounds} (median of ${percentText(share)} of runs)`
}

function curve(
  label: string,
  colour: number,
  look: Series['look'],
  shares: readonly number[],
  last: number,
): Series {
  const points = shares.slice(0, last + 1).map((y, x) => ({ x, y }))
  return { label, colour, look, points }
}

function axes(last: number): Pick<LineChart, 'x' | 'y'> {
  return {
    x: { label: 'round', min: 0, max: Math.max(last, 1), exact: true, ticks: Math.min(last, 12) },
    y: { label: 'living nodes that know', min: 0, max: 1, format: percentText, exact: true },
  }
}

/** One curve over time, for a comparison. */
export interface TimedCurve {
  readonly label: string
  readonly colour: number
  /** `step`: what is known stays as it was until the next point. */
  readonly look?: 'line' | 'points' | 'step'
  /** Shares of the living that know, at times in ms, the first at 0. */
  readonly points: readonly { readonly timeMs: number; readonly share: number }[]
}

export interface CompareChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly curves: readonly TimedCurve[]
}

/** Where the beginning stands on an axis that cannot show it. */
const BEGINNING_MS = 0.5

/** Draws several protocols' curves over one logarithmic time axis. */
export function compareChart({ caption, size, curves }: CompareChart): string {
  const times = curves.flatMap(({ points }) => points.map(({ timeMs }) => timeMs))
  const last = mostOf(times, 1)
  return lineChart({
    caption,
    size,
    x: {
      label: 'ms since the rumor began',
      kind: 'log',
      min: BEGINNING_MS,
      max: last,
      exact: true,
    },
    y: { label: 'living nodes that know', min: 0, max: 1, format: percentText, exact: true },
    series: curves.map(({ label, colour, look = 'line', points }) => ({
      label,
      colour,
      look: look === 'step' ? 'line' : look,
      points: (look === 'step' ? stepsOf(points) : points).map(({ timeMs, share }) => ({
        x: Math.max(timeMs, BEGINNING_MS),
        y: share,
      })),
    })),
  })
}

/** Each point, and before it one as late with the share so far. */
function stepsOf(points: TimedCurve['points']): TimedCurve['points'] {
  return points.flatMap((point, at) => {
    const before = points[at - 1]
    return before === undefined ? [point] : [{ ...point, share: before.share }, point]
  })
}
