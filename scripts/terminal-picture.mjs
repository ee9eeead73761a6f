// Turns what a terminal showed into a picture, docs/terminal.svg:
//   node dist/agent/main.js up 5 --once --color always | node scripts/terminal-picture.mjs \
//     --title 'npm start' > docs/terminal.svg
// Reads text with the few colour codes our own commands use. Every run of one colour is placed
// by its column and stretched to its width, so that any fixed-width font gives the same picture.

import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'

const COLUMNS = 96
const CELL = { width: 8.4, height: 20 }
const FONT_PX = 14
const PADDING = { left: 20, top: 56, bottom: 20 }
const RADIUS = 10

const COLORS = {
  ground: '#12161f',
  bar: '#1c2230',
  title: '#8b95a9',
  plain: '#d5dbe7',
  bold: '#ffffff',
  dim: '#8b95a9',
  red: '#ff7b7b',
  green: '#7fd88f',
  yellow: '#f2c96d',
  cyan: '#6cc7e8',
}

/** What each code of `src/agent/terminal/style.ts` switches on; 22 and 39 switch off. */
const SHADES = { 1: 'bold', 2: 'dim', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' }

const { values } = parseArgs({ options: { title: { type: 'string', default: 'hearsay' } } })
const captured = (await text(process.stdin)).replaceAll('\r', '').trimEnd()
process.stdout.write(picture(captured.split('\n').flatMap(wrap), values.title))

/** The cells of a line: each a character and its shade. */
function cellsOf(line) {
  const cells = []
  let shade = 'plain'
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the codes begin with one.
  for (const [, code, char] of line.matchAll(/\u001b\[(\d+)m|(.)/gu)) {
    if (code === undefined) cells.push({ char, shade })
    else shade = SHADES[code] ?? 'plain'
  }
  return cells
}

/** Breaks a long line between words; what follows stands under the text behind its time. */
function wrap(line) {
  const rows = []
  let rest = cellsOf(line)
  const words = rest.map((cell) => cell.char).join('')
  const [{ length: indent }] = /^ *([\d:.]+ +)?/.exec(words) ?? ['']
  while (rest.length > COLUMNS) {
    const at = rest.findLastIndex((cell, index) => cell.char === ' ' && index <= COLUMNS)
    const cut = at > indent ? at : COLUMNS
    rows.push(rest.slice(0, cut))
    const margin = Array.from({ length: indent }, () => ({ char: ' ', shade: 'plain' }))
    rest = [...margin, ...rest.slice(rest[cut]?.char === ' ' ? cut + 1 : cut)]
  }
  return [...rows, rest]
}

/** Neighbouring cells of one shade; a gap of two blanks ends a run, so that columns stay put. */
function runsOf(cells) {
  const runs = []
  for (const [column, { char, shade }] of cells.entries()) {
    const last = runs.at(-1)
    if (last?.shade === shade && !last.text.endsWith('  ')) last.text += char
    else runs.push({ column, shade, text: char })
  }
  return runs.map((run) => {
    const leading = run.text.length - run.text.trimStart().length
    return { ...run, column: run.column + leading, text: run.text.trim() }
  })
}

function picture(rows, title) {
  const width = Math.ceil(PADDING.left * 2 + COLUMNS * CELL.width)
  const height = PADDING.top + rows.length * CELL.height + PADDING.bottom
  const lines = rows.flatMap((cells, row) =>
    runsOf(cells)
      .filter((run) => run.text !== '')
      .map((run) => runElement(run, row)),
  )
  const lights = ['red', 'yellow', 'green'].map(
    (shade, at) => `<circle cx="${22 + at * 18}" cy="19" r="5.5" fill="${COLORS[shade]}"/>`,
  )
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(title)} in a terminal">`,
    `<rect width="${width}" height="${height}" rx="${RADIUS}" fill="${COLORS.ground}"/>`,
    `<path d="M0 38V${RADIUS}a${RADIUS} ${RADIUS} 0 0 1 ${RADIUS}-${RADIUS}h${width - 2 * RADIUS}a${RADIUS} ${RADIUS} 0 0 1 ${RADIUS} ${RADIUS}v${38 - RADIUS}z" fill="${COLORS.bar}"/>`,
    ...lights,
    `<g font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono','Liberation Mono',monospace" font-size="${FONT_PX}" xml:space="preserve">`,
    `<text x="${width / 2}" y="24" text-anchor="middle" font-size="13" fill="${COLORS.title}">${escaped(title)}</text>`,
    ...lines,
    '</g>',
    '</svg>',
  ].join('\n')}\n`
}

function runElement({ column, shade, text: words }, row) {
  const x = round(PADDING.left + column * CELL.width)
  const y = PADDING.top + row * CELL.height + FONT_PX
  const wide = round([...words].length * CELL.width)
  const weight = shade === 'bold' ? ' font-weight="600"' : ''
  return `<text x="${x}" y="${y}" textLength="${wide}" lengthAdjust="spacingAndGlyphs" fill="${COLORS[shade]}"${weight}>${escaped(words)}</text>`
}

function round(number) {
  return Math.round(number * 10) / 10
}

function escaped(words) {
  return words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
