// Comma-separated values by RFC 4180, with plain line feeds: a header, then the rows.

import type { Cell, Table } from './table.ts'

/** A table as CSV, ending with a line feed. */
export function csvText({ columns, rows }: Table): string {
  const lines = [columns, ...rows.map((row) => row.map(textOf))]
  return lines.map((line) => `${line.map(field).join(',')}\n`).join('')
}

function textOf(cell: Cell | string): string {
  return typeof cell === 'string' ? cell : cell.text
}

/** Quoted where a separator, a quote or a line break would be misread. */
function field(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
