// All rows, in lanes: the rows of a lane follow one another on one cluster, lanes run side by
// side. Lanes are cut so that their short variants take about as long as each other.

import type { Row } from '../row.ts'
import { latencyRows } from './latency.ts'
import { linkRows } from './links.ts'
import { lossRows } from './loss.ts'
import { partitionRows } from './partitions.ts'
import { processRows } from './processes.ts'
import { resourceRows } from './resources.ts'

/** Every row there is, in the order of the fault matrix. */
export const allRows: readonly Row[] = [
  ...lossRows,
  ...partitionRows,
  ...latencyRows,
  ...linkRows,
  ...processRows,
  ...resourceRows,
]

const LANES: readonly (readonly string[])[] = [
  ['N11-300', 'N11-1000', 'N12', 'N1-1', 'N1-10', 'N1-30', 'N1-60', 'N13', 'N15', 'N16', 'R5'],
  ['N4', 'N5', 'N6', 'R1', 'R3-0.1', 'P13', 'P9'],
  ['N7', 'N8', 'N2-30', 'N2-60', 'N3', 'N9', 'N10'],
  ['P1', 'P2-4', 'P2-20', 'P2-120', 'R3-5', 'P4', 'N18', 'P6', 'P8'],
]

/** The lanes with those rows that are wanted; `undefined`: all of the variant. */
export function lanesOf(isLong: boolean, wanted?: readonly string[]): readonly (readonly Row[])[] {
  const isWanted = ({ id, isShort }: Row) =>
    wanted === undefined
      ? isLong || isShort
      : wanted.some((one) => id === one || id.startsWith(`${one}-`))
  return LANES.map((ids) =>
    ids.map((id) => allRows.find((row) => row.id === id)).filter((row) => row !== undefined),
  )
    .map((lane) => lane.filter(isWanted))
    .filter((lane) => lane.length > 0)
}
