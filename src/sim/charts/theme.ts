// The look of all charts: one style sheet of plain classes, light and dark. No CSS variables,
// since viewers of SVG outside browsers do not know them. Series colours are those of Okabe
// and Ito, told apart by people of any colour vision, with lighter ones on dark ground.

/** Height of ordinary text. */
export const TEXT = 12.5
/** Height of labels where there is little room. */
export const SMALL = 10.5
/** Height of titles. */
export const TITLE = 16

/** How many series have a colour of their own. */
export const COLOURS = 6

const light = ['#0072b2', '#d55e00', '#009e73', '#a8589b', '#b07d00', '#4d5a66']
const dark = ['#56b4e9', '#ff8f4a', '#2fc79a', '#e59bd5', '#f0c04a', '#aab6c2']

const FONT = "system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

/** The style sheet that goes into each picture, or once into a page of many. */
export const styleSheet = [
  `.hs{font:${TEXT}px ${FONT}}`,
  `.hs-title{font-size:${TITLE}px;font-weight:600}`,
  `.hs-strong{font-weight:600}`,
  `.hs-small{font-size:${SMALL}px}`,
  '.hs-halo{paint-order:stroke;stroke-width:4;stroke-linejoin:round}',
  `.hs-line{fill:none;stroke-width:2.25;stroke-linejoin:round;stroke-linecap:round}`,
  `.hs-thin{stroke-width:1.5}`,
  `.hs-band{fill-opacity:.2;stroke:none}`,
  `.hs-axis{stroke-width:1}`,
  sheet({ ground: '#fff', edge: '#d8dee4', ink: '#1f2328', faint: '#59636e', grid: '#e6eaee' }),
  colours(light),
  '@media (prefers-color-scheme:dark){',
  sheet({ ground: '#0d1117', edge: '#30363d', ink: '#e6edf3', faint: '#9aa4af', grid: '#21282f' }),
  colours(dark),
  '}',
].join('')

interface Tones {
  readonly ground: string
  readonly edge: string
  readonly ink: string
  readonly faint: string
  readonly grid: string
}

function sheet({ ground, edge, ink, faint, grid }: Tones): string {
  return [
    `.hs-ground{fill:${ground};stroke:${edge}}`,
    `.hs-ink{fill:${ink}}`,
    `.hs-faint{fill:${faint}}`,
    `.hs-grid{stroke:${grid}}`,
    `.hs-axis{stroke:${faint}}`,
    `.hs-mark{stroke:${faint};stroke-dasharray:3 3}`,
    `.hs-halo{stroke:${ground}}`,
  ].join('')
}

function colours(list: readonly string[]): string {
  return list.map((colour, at) => `.hs-s${at}{stroke:${colour}}.hs-f${at}{fill:${colour}}`).join('')
}

/** Class of a line in this series' colour. */
export function strokeOf(colour: number): string {
  return `hs-s${colour % COLOURS}`
}

/** Class of a filled shape in this series' colour. */
export function fillOf(colour: number): string {
  return `hs-f${colour % COLOURS}`
}
