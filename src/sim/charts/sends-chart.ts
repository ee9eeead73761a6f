// Who does the work: how many messages each node sends, in bins that double. A direct
// broadcast's source stands alone at the right edge, and is named there.

import { type BarChart, type BarSeries, barChart, type Remark } from './bar-chart.ts'
import type { Caption, Size } from './frame.ts'
import { leastOf, mostOf } from './scales.ts'
import { countText, figureText, shortCount } from './words.ts'

/** How many nodes sent how many messages, on average over the runs. */
export interface SendsSeries {
  readonly label: string
  readonly colour: number
  /** Messages sent → nodes that sent so many, a run. */
  readonly nodesBySends: ReadonlyMap<number, number>
  /** Said at the bar of the busiest node. */
  readonly remark?: string
}

export interface SendsChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly series: readonly SendsSeries[]
}

/** Draws the histogram; both axes are logarithmic. */
export function sendsChart({ caption, size, series }: SendsChart): string {
  const most = mostOf(
    series.flatMap((one) => [...one.nodesBySends.keys()]),
    1,
  )
  const bins = binOf(most) + 1
  const bars = series.map((one) => barsOf(one, bins))
  const values = bars.flatMap((one) => one.values).filter((value) => value > 0)
  const least = leastOf(values, 1)
  const chart: BarChart = {
    caption,
    size,
    label: 'messages sent by one node',
    categories: Array.from({ length: bins }, (_, bin) => binText(bin)),
    height: {
      label: 'nodes',
      kind: 'log',
      min: Math.max(0.01, least / 2),
      max: mostOf(values, 1),
    },
    series: bars,
    remarks: series.flatMap((one, at) => remarkOf(one, at)),
    tell: (one, bin) => tell(one, bin),
  }
  return barChart(chart)
}

/** 0, 1, 2–3, 4–7, 8–15, …: the number of the bin. */
function binOf(sends: number): number {
  return sends < 1 ? 0 : Math.floor(Math.log2(sends) + 1e-9) + 1
}

function binText(bin: number): string {
  if (bin < 2) return String(bin)
  const low = 2 ** (bin - 1)
  const high = 2 ** bin - 1
  return high < 1024 ? `${low}–${high}` : `${countText(low / 1000, 1)}k+`
}

function barsOf({ label, colour, nodesBySends }: SendsSeries, bins: number): BarSeries {
  const values = Array.from({ length: bins }, () => 0)
  for (const [sends, nodes] of nodesBySends) {
    const bin = binOf(sends)
    values[bin] = (values[bin] ?? 0) + nodes
  }
  return { label, colour, values }
}

function remarkOf({ remark, nodesBySends }: SendsSeries, series: number): readonly Remark[] {
  if (remark === undefined) return []
  return [{ series, category: binOf(mostOf([...nodesBySends.keys()], 0)), text: remark }]
}

function tell({ label, values }: BarSeries, bin: number): string {
  const nodes = values[bin] ?? 0
  return `${label}: ${nodes < 10 ? figureText(nodes) : countText(nodes)} ${nodes === 1 ? 'node' : 'nodes'} sent ${binText(bin)}`
}

/** Total messages and those of the busiest node, protocol by protocol. */
export interface LoadChart {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly rows: readonly {
    readonly label: string
    readonly messages: number
    readonly busiest: number
  }[]
}

/** Draws total and busiest as pairs of bars on a logarithmic height. */
export function loadChart({ caption, size, rows }: LoadChart): string {
  const values = rows.flatMap(({ messages, busiest }) => [messages, busiest])
  const bar = (label: string, colour: number, key: 'messages' | 'busiest'): BarSeries => ({
    label,
    colour,
    values: rows.map((row) => row[key]),
  })
  return barChart({
    caption,
    size,
    label: 'protocol',
    categories: rows.map(({ label }) => label),
    height: {
      label: 'messages',
      kind: 'log',
      min: 1,
      max: mostOf(values, 10),
    },
    series: [bar('sent by all', 0, 'messages'), bar('sent by the busiest node', 1, 'busiest')],
    figures: shortCount,
    tell: (one, at) => `${rows[at]?.label ?? ''}: ${figureText(one.values[at] ?? 0)} ${one.label}`,
  })
}
