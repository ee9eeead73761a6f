// What every chart has around its data: ground, title, legend, axes with ticks and labels,
// and words for those who do not see it. Callers draw into the plot that is left.

import type { Scale, Span } from './scales.ts'
import { element, type Spot, type Svg, words } from './svg.ts'
import { fillOf, strokeOf, styleSheet, TEXT, TITLE } from './theme.ts'
import { roughWidth } from './words.ts'

/** What a chart says in words. */
export interface Caption {
  /** Unique among the pictures of one page; letters, digits and dashes. */
  readonly id: string
  readonly title: string
  /** One line under the title. */
  readonly subtitle?: string
  /** What is to be seen, for those who cannot see it: one or two sentences with figures. */
  readonly description: string
}

/** One entry of the legend. */
export interface LegendEntry {
  readonly label: string
  readonly colour: number
  readonly look: 'line' | 'dashed' | 'dots' | 'points' | 'rings' | 'band' | 'block'
}

/** Outer size in pixels; 720 × 420 by default. */
export interface Size {
  readonly width: number
  readonly height: number
}

const SIZE: Size = { width: 720, height: 420 }
const EDGE = 20
const LINE = 18

/** The inside of a frame. */
export interface Plot {
  /** From left to right. */
  readonly x: Span
  /** From bottom to top. */
  readonly y: Span
}

export interface FrameParts {
  readonly caption: Caption
  readonly size?: Size | undefined
  readonly legend?: readonly LegendEntry[]
  /** Room for the labels of the vertical axis; 70 by default. */
  readonly left?: number
  /** Room beside the plot on the right; 20 by default. */
  readonly right?: number
}

/** A frame with the room left for data. */
export interface Frame {
  readonly plot: Plot
  readonly size: Size
  /** The whole picture, with its content. */
  readonly around: (content: readonly Svg[]) => string
}

/** Lays a frame out. */
export function frameOf(parts: FrameParts): Frame {
  const size = parts.size ?? SIZE
  const legend = laidOut(parts.legend ?? [], size.width - 2 * EDGE)
  const top = headHeight(parts.caption) + legend.rows * (LINE + 3) + 16
  const plot = {
    x: { from: parts.left ?? 70, to: size.width - (parts.right ?? EDGE) },
    y: { from: size.height - 56, to: top },
  }
  const legendAt = headHeight(parts.caption) + 4
  const head = [...heading(parts.caption), ...legend.draw(legendAt)]
  return { plot, size, around: (content) => picture(parts.caption, size, [...head, ...content]) }
}

function headHeight({ subtitle }: Caption): number {
  return EDGE + TITLE + (subtitle === undefined ? 0 : LINE + 2) + 4
}

function heading({ title, subtitle }: Caption): readonly Svg[] {
  const first = label(title, { x: EDGE, y: EDGE + TITLE - 3 }, { class: 'hs-title hs-ink' })
  if (subtitle === undefined) return [first]
  return [first, label(subtitle, { x: EDGE, y: EDGE + TITLE + LINE }, {})]
}

function picture(caption: Caption, size: Size, content: readonly Svg[]): string {
  const { id, title, description } = caption
  const ground = element('rect', {
    class: 'hs-ground',
    x: 0.5,
    y: 0.5,
    width: size.width - 1,
    height: size.height - 1,
    rx: 6,
  })
  return element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      class: 'hs',
      viewBox: `0 0 ${size.width} ${size.height}`,
      width: size.width,
      height: size.height,
      role: 'img',
      'aria-labelledby': `${id}-title ${id}-desc`,
    },
    [
      element('title', { id: `${id}-title` }, [words(title)]),
      element('desc', { id: `${id}-desc` }, [words(description)]),
      element('style', {}, [words(styleSheet)]),
      ground,
      ...content,
    ],
  )
}

/** How a text stands. */
export interface LabelLook {
  /** Faint small text by default. */
  readonly class?: string
  readonly anchor?: 'start' | 'middle' | 'end'
  readonly transform?: string
  readonly fill?: string
}

/** A text at a place. */
export function label(text: string, { x, y }: Spot, look: LabelLook): Svg {
  const attributes = {
    class: look.class ?? (look.fill === undefined ? 'hs-faint' : undefined),
    x,
    y,
    'text-anchor': look.anchor === 'start' ? undefined : look.anchor,
    transform: look.transform,
    fill: look.fill,
  }
  return element('text', attributes, [words(text)])
}

/** What stands beside an axis: tenfolds of equal height have to be told. */
export function axisText(axis: {
  readonly label: string
  readonly kind?: 'linear' | 'log'
}): string {
  return axis.kind === 'log' ? `${axis.label} (log scale)` : axis.label
}

/** What an axis says, and where its values lie. */
export interface AxisParts {
  readonly label: string
  readonly scale: Scale
}

/** Lines across the plot at the ticks, tick labels, and the axis' own label at its top left. */
export function verticalAxis({ label: text, scale }: AxisParts, { x, y }: Plot): readonly Svg[] {
  const ticks = scale.ticks.flatMap((tick) => {
    const at = scale.at(tick.value)
    return [
      element('path', { class: 'hs-grid', d: `M${x.from} ${at.toFixed(1)}H${x.to}` }),
      label(tick.label, { x: x.from - 8, y: at + TEXT * 0.35 }, { anchor: 'end' }),
    ]
  })
  const middle = { x: EDGE - 3, y: (y.from + y.to) / 2 }
  const turned = { anchor: 'middle', transform: `rotate(-90 ${middle.x} ${middle.y})` } as const
  return [...ticks, label(text, middle, turned)]
}

/** The base line, tick labels below it, and the axis' label in the middle. */
export function horizontalAxis({ label: text, scale }: AxisParts, plot: Plot): readonly Svg[] {
  const { x, y } = plot
  const ticks = apart(scale).flatMap((tick) => {
    const at = scale.at(tick.value)
    return [
      element('path', { class: 'hs-axis', d: `M${at.toFixed(1)} ${y.from}v4` }),
      label(tick.label, { x: at, y: y.from + 18 }, { anchor: 'middle' }),
    ]
  })
  return [baseLine(plot), ...ticks, axisLabel(text, x, y.from)]
}

/** Ticks whose labels do not touch each other. */
function apart(scale: Scale): Scale['ticks'] {
  let end = Number.NEGATIVE_INFINITY
  return scale.ticks.filter((tick) => {
    const half = roughWidth(tick.label, TEXT) / 2
    const at = scale.at(tick.value)
    if (at - half < end + 8) return false
    end = at + half
    return true
  })
}

/** The line the data stands on. */
export function baseLine({ x, y }: Plot): Svg {
  return element('path', { class: 'hs-axis', d: `M${x.from} ${y.from}H${x.to}` })
}

/** The label of a horizontal axis, under its ticks. */
export function axisLabel(text: string, x: Span, bottom: number): Svg {
  return label(text, { x: (x.from + x.to) / 2, y: bottom + 40 }, { anchor: 'middle' })
}

interface LaidOut {
  readonly rows: number
  readonly draw: (top: number) => readonly Svg[]
}

/** Entries side by side, in as many rows as they need. */
function laidOut(entries: readonly LegendEntry[], width: number): LaidOut {
  const places: { readonly entry: LegendEntry; readonly x: number; readonly row: number }[] = []
  let x = 0
  let row = 0
  for (const entry of entries) {
    const room = 30 + roughWidth(entry.label, TEXT) + 18
    if (x > 0 && x + room > width) {
      x = 0
      row += 1
    }
    places.push({ entry, x, row })
    x += room
  }
  const rows = entries.length === 0 ? 0 : row + 1
  const draw = (top: number) =>
    places.flatMap((one) =>
      drawn(one.entry, { x: EDGE + one.x, y: top + one.row * (LINE + 3) + 8 }),
    )
  return { rows, draw }
}

function drawn({ label: text, colour, look }: LegendEntry, at: Spot): readonly Svg[] {
  return [...sample(look, colour, at), label(text, { x: at.x + 30, y: at.y + 4.5 }, {})]
}

/** The sign in front of an entry, drawn as its series is. */
function sample(look: LegendEntry['look'], colour: number, { x, y }: Spot): readonly Svg[] {
  if (look === 'band' || look === 'block') {
    const kind = look === 'band' ? `hs-band ${fillOf(colour)}` : fillOf(colour)
    return [element('rect', { class: kind, x, y: y - 6, width: 22, height: 12, rx: 2 })]
  }
  if (look === 'rings') {
    const ring = { class: `hs-line ${strokeOf(colour)}`, cx: x + 11, cy: y, r: 5.5 }
    return [element('circle', ring)]
  }
  const dot = element('circle', { class: fillOf(colour), cx: x + 11, cy: y, r: 3.5 })
  if (look === 'points') return [dot]
  const dash = look === 'dashed' ? '5 4' : undefined
  const line = element('path', {
    class: `hs-line ${strokeOf(colour)}`,
    'stroke-dasharray': dash,
    d: `M${x} ${y}h22`,
  })
  return look === 'dots' ? [line, dot] : [line]
}
