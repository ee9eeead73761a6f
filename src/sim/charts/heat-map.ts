// A table of shares as coloured cells, each with its figure written in it, so that the colour
// only guides the eye. The colours are the same on light and dark ground.

import { axisLabel, type Caption, frameOf, label, type Plot, type Size } from './frame.ts'
import { tooltip } from './line-chart.ts'
import { bandsOver } from './scales.ts'
import { element, type Svg } from './svg.ts'
import { TEXT } from './theme.ts'

export interface HeatMap {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly x: { readonly label: string; readonly categories: readonly string[] }
  readonly y: { readonly label: string; readonly categories: readonly string[] }
  /** `values[y][x]`, from 0 to 1; undefined where nothing was measured. */
  readonly values: readonly (readonly (number | undefined)[])[]
  /** What stands in a cell. */
  readonly format: (value: number) => string
  /** Turns a value into a share of the colours; the value itself by default. */
  readonly shade?: (value: number) => number
  readonly tell?: (x: number, y: number, value: number) => string
  /** Room for the names of the rows; 84 by default. */
  readonly left?: number
}

/** Draws a heat map; the first row of values stands at the bottom. */
export function heatMap(map: HeatMap): string {
  const frame = frameOf({ caption: map.caption, left: map.left ?? 84, size: map.size })
  const { plot } = frame
  return frame.around([
    ...map.values.flatMap((row, y) => row.map((value, x) => cell(map, { x, y, value }, plot))),
    ...labelsOf(map, plot),
  ])
}

interface Place {
  readonly x: number
  readonly y: number
  readonly value: number | undefined
}

function cell(map: HeatMap, { x, y, value }: Place, plot: Plot): Svg {
  const columns = bandsOver(plot.x, map.x.categories.length)
  const rows = bandsOver(plot.y, map.y.categories.length)
  const centre = { x: columns.centreOf(x), y: rows.centreOf(y) + TEXT * 0.35 }
  if (value === undefined) return label('–', centre, { anchor: 'middle' })
  const share = (map.shade ?? ((one: number) => one))(value)
  const told = map.tell?.(x, y, value)
  const box = element('rect', {
    x: columns.startOf(x) + 1,
    y: rows.startOf(y) + 1,
    width: columns.width - 2,
    height: rows.width - 2,
    rx: 2,
    fill: colourAt(share),
  })
  const text = label(map.format(value), centre, { anchor: 'middle', fill: inkOn(share) })
  return element('g', {}, [...(told === undefined ? [] : [tooltip(told)]), box, text])
}

function labelsOf({ x, y }: HeatMap, plot: Plot): readonly Svg[] {
  const columns = bandsOver(plot.x, x.categories.length)
  const rows = bandsOver(plot.y, y.categories.length)
  const middle = { x: 18, y: (plot.y.from + plot.y.to) / 2 }
  return [
    ...x.categories.map((text, at) =>
      label(text, { x: columns.centreOf(at), y: plot.y.from + 18 }, { anchor: 'middle' }),
    ),
    ...y.categories.map((text, at) => {
      const place = { x: plot.x.from - 8, y: rows.centreOf(at) + TEXT * 0.35 }
      return label(text, place, { anchor: 'end' })
    }),
    axisLabel(x.label, plot.x, plot.y.from),
    label(y.label, middle, {
      anchor: 'middle',
      transform: `rotate(-90 ${middle.x} ${middle.y})`,
    }),
  ]
}

type Colour = readonly [number, number, number]

// Dark violet over blue-green to light yellow: rises evenly in lightness, so that it also
// reads in grey and to people of any colour vision.
const STOPS: readonly Colour[] = [
  [64, 24, 84],
  [62, 68, 134],
  [42, 112, 142],
  [32, 154, 134],
  [104, 196, 92],
  [236, 226, 70],
]

/** The colour of a share from 0 to 1. */
function colourAt(share: number): string {
  const [red, green, blue] = mixed(share)
  return `rgb(${red},${green},${blue})`
}

function mixed(share: number): Colour {
  const at = Math.min(Math.max(share, 0), 1) * (STOPS.length - 1)
  const low = STOPS[Math.floor(at)] ?? [0, 0, 0]
  const high = STOPS[Math.ceil(at)] ?? low
  const between = (index: 0 | 1 | 2) =>
    Math.round(low[index] + (high[index] - low[index]) * (at - Math.floor(at)))
  return [between(0), between(1), between(2)]
}

/** Black or white, whichever is easier to read on the colour. */
function inkOn(share: number): string {
  const [red, green, blue] = mixed(share)
  return red * 0.299 + green * 0.587 + blue * 0.114 > 110 ? '#111' : '#fff'
}
