// One element of a set in which adding wins: who adds marks the element with a number of its own,
// who removes it crosses out the marks it has seen. A mark made meanwhile by somebody else stays,
// and the element with it. The two numbers of a writer are its last mark, and the last of its
// marks that was crossed out.

import type { Lattice, SlotContext, SlotOp } from './lattice.ts'
import { encodeTable, mergeTables, rowOf, type Table, tableLattice, tableOf } from './tables.ts'

export const element: Lattice = {
  ...tableLattice,
  kind: 'element',
  isTombstone: (bytes) => !isPresent(tableOf(bytes)),
  read: (bytes) => (isPresent(tableOf(bytes)) ? { kind: 'element' } : undefined),
}

function isPresent(table: Table): boolean {
  return table.some(({ up, down }) => up > down)
}

/** What our slot becomes; undefined if nothing changes. */
export function applyToElement(
  op: Extract<SlotOp, { lattice: 'element' }>,
  { joined, own, actor, dot }: SlotContext,
): Uint8Array | undefined {
  const seen = tableOf(joined)
  if (op.kind === 'remove') {
    if (!isPresent(seen)) return undefined
    const crossed = seen.map((row) => ({ ...row, down: Math.max(row.up, row.down) }))
    return encodeTable(mergeTables(tableOf(own), crossed))
  }
  const { up, down } = rowOf(seen, actor)
  // Adding again is a new mark: it must outlive a removal that has not seen it.
  const mark = { ...actor, up: Math.max(dot, up + 1, down + 1), down }
  return encodeTable(mergeTables(tableOf(own), [mark]))
}
