// SVG as text: elements with escaped attributes and texts, numbers in two decimals. Knows no
// chart, no browser and no file; what is drawn is decided by its callers.

/** A piece of SVG: escaped, closed, ready to stand inside another. */
export type Svg = string & { readonly svg: unique symbol }

type Attribute = string | number | undefined

/** An element; attributes that are undefined are left out, numbers are rounded. */
export function element(
  name: string,
  attributes: Readonly<Record<string, Attribute>>,
  children: readonly Svg[] = [],
): Svg {
  const pairs = Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [` ${key}="${escaped(shown(value))}"`],
  )
  const inner = children.join('')
  return svg(
    inner === '' ? `<${name}${pairs.join('')}/>` : `<${name}${pairs.join('')}>${inner}</${name}>`,
  )
}

/** Text as it can stand between tags. */
export function words(text: string): Svg {
  return svg(escaped(text))
}

/** A `d` of straight lines through points; empty for none. */
export function pathThrough(points: readonly Spot[]): string {
  return points.map(({ x, y }, at) => `${at === 0 ? 'M' : 'L'}${short(x)} ${short(y)}`).join('')
}

/** A place on the picture, in its own units. */
export interface Spot {
  readonly x: number
  readonly y: number
}

/** A number as short as two decimals allow. */
export function short(value: number): string {
  const text = value.toFixed(2).replace(/\.?0+$/, '')
  return text === '-0' ? '0' : text
}

function shown(value: string | number): string {
  return typeof value === 'number' ? short(value) : value
}

// XML knows no other controls than tab and line breaks, not even escaped.
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu

function escaped(text: string): string {
  return text
    .replaceAll(FORBIDDEN, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}

/** The birth of a piece of SVG: the one place where text becomes markup. */
function svg(text: string): Svg {
  return text as Svg
}
