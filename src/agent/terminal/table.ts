// Columns: aligned for a terminal, separated by tabs when piped, so that `cut` and `awk`
// work. Cells are made harmless here; callers pass what they got.

import type { Paint, Shade } from './style.ts'
import { visible, widthOf } from './text.ts'

export interface Cell {
  readonly text: string
  readonly shade?: Shade
}

export interface Table {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (Cell | string)[])[]
}

const GAP = '  '

/** Lines of a table with aligned columns; trailing blanks are cut. */
export function alignedLines(table: Table, paint: Paint): readonly string[] {
  const header = table.columns.map((text): Cell => ({ text: visible(text), shade: 'bold' }))
  const rows = [header, ...table.rows.map((row) => row.map(cleanCell))]
  const widths = table.columns.map((_, column) =>
    Math.max(...rows.map((row) => widthOf(row[column]?.text ?? ''))),
  )
  return rows.map((row) => alignedLine(row, widths, paint))
}

/**
 * A table for a terminal that is too narrow for its columns: each row's first cell on a line of
 * its own, below it what stands in the others, with their columns' names, as many as fit.
 */
export function stackedLines(table: Table, columns: number, paint: Paint): readonly string[] {
  return table.rows.flatMap((row) => {
    const [first = { text: '' }, ...others] = row.map(cleanCell)
    const cells = others.flatMap(({ text }, at) =>
      text === '' ? [] : [`${visible(table.columns[at + 1] ?? '')} ${text}`.trim()],
    )
    return [paint('bold', first.text), ...packed(cells, columns)]
  })
}

/** Pieces side by side, set in below their title, in as many lines as they need. */
function packed(pieces: readonly string[], columns: number): readonly string[] {
  const lines: string[] = []
  for (const piece of pieces) {
    const longer = `${lines.at(-1) ?? ''}${GAP}${piece}`
    if (lines.length > 0 && widthOf(longer) <= columns) lines[lines.length - 1] = longer
    else lines.push(`${GAP}${piece}`)
  }
  return lines
}

/** Lines with one tab between cells, for pipes. */
export function tabbedLines(table: Table): readonly string[] {
  const rows = table.rows.map((row) => row.map((cell) => cleanCell(cell).text))
  return [table.columns.map((column) => visible(column)), ...rows].map((row) => row.join('\t'))
}

function alignedLine(row: readonly Cell[], widths: readonly number[], paint: Paint): string {
  let last = row.length - 1
  while (last > 0 && row[last]?.text === '') last--
  return row
    .slice(0, last + 1)
    .map((cell, column) => {
      const shown = cell.shade === undefined ? cell.text : paint(cell.shade, cell.text)
      const room = column === last ? 0 : (widths[column] ?? 0) - widthOf(cell.text)
      return shown + ' '.repeat(room)
    })
    .join(GAP)
}

function cleanCell(cell: Cell | string): Cell {
  if (typeof cell === 'string') return { text: visible(cell) }
  return { ...cell, text: visible(cell.text) }
}
