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
