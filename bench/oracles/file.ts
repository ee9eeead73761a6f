// A file of reference values as a list of cells. A section that nobody knows is an error: its
// cells would otherwise count as held.

import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Cell } from './cell.ts'
import { SWIM_SECTIONS, serfCell, swimCells } from './detection.ts'
import { roundsCell, spreadCell } from './dissemination.ts'
import { BadFile, Fields } from './fields.ts'
import { demersCell, infectCell, limitCell } from './limited.ts'

const LISTS = {
  dissemination: spreadCell,
  expected_per_round: roundsCell,
  infect_and_die: infectCell,
  transmit_limited: limitCell,
  demers_1987: demersCell,
  serf_page: serfCell,
} as const

/** The file that comes with the repository, seen from this file or from what is built of it. */
export const OWN_FILE = fileURLToPath(
  new URL(
    `${import.meta.url.includes('/build/') ? '../' : ''}../../test/golden/data/oracles.json`,
    import.meta.url,
  ),
)

/** Every cell of a file, in its order; a BadFile or an error of reading if it cannot be. */
export function readCells(path: string): readonly Cell[] {
  return cellsOf(JSON.parse(readFileSync(path, 'utf8')))
}

/** Every cell of reference values; a BadFile names what is not as it must be. */
export function cellsOf(values: unknown): readonly Cell[] {
  const file = new Fields('file', values)
  const known = ['meta', 'swim', ...Object.keys(LISTS)]
  refuseUnknown(file, known)
  const cells = Object.entries(LISTS).flatMap(([section, cellOf]) =>
    file.has(section) ? file.objects(section).map((fields) => cellOf(fields)) : [],
  )
  const swim = file.has('swim') ? file.object('swim') : undefined
  if (swim !== undefined) refuseUnknown(swim, SWIM_SECTIONS)
  const all = [...cells, ...(swim === undefined ? [] : swimCells(swim))]
  if (all.length === 0) throw new BadFile('there is no cell in this file')
  return all
}

function refuseUnknown(fields: Fields, known: readonly string[]): void {
  const unknown = fields.keys().filter((key) => !known.includes(key))
  if (unknown.length === 0) return
  throw new BadFile(`${fields.place} has ${unknown.join(', ')}; known are ${known.join(', ')}`)
}
