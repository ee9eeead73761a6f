// A number that all may count up and down (a PN counter): each writer keeps its own two sums,
// what it added and what it took, and nobody else's. A restarted member begins new sums. Each of
// the two goes up to 2⁵³−1: what would pass that makes no slot, and is refused.

import { assert } from '../../base/assert.ts'
import type { Lattice, SlotContext, SlotOp } from './lattice.ts'
import { encodeTable, mergeTables, rowOf, type Table, tableLattice, tableOf } from './tables.ts'

export const counter: Lattice = {
  ...tableLattice,
  kind: 'counter',
  isTombstone: () => false,
  read: (bytes) => ({ kind: 'counter', value: sumOf(tableOf(bytes)) }),
}

function sumOf(table: Table): number {
  let up = 0
  let down = 0
  for (const row of table) {
    up += row.up
    down += row.down
  }
  const isExact = Number.isSafeInteger(up) && Number.isSafeInteger(down)
  return isExact ? up - down : exactSumOf(table)
}

/** What comes back below 2⁵³ is exact again; beyond it is the nearest number there is. */
function exactSumOf(table: Table): number {
  return Number(table.reduce((sum, { up, down }) => sum + BigInt(up) - BigInt(down), 0n))
}

/** What our slot becomes; undefined if nothing changes. */
export function applyToCounter(
  { by }: Extract<SlotOp, { lattice: 'counter' }>,
  { joined, own, actor }: SlotContext,
): Uint8Array | undefined {
  assert(Number.isSafeInteger(by), 'what is added is a whole number')
  if (by === 0) return undefined
  // Our own sums may stand in another's slot alone, once that has made ours needless.
  const { up, down } = rowOf(tableOf(joined), actor)
  const { name, generation } = actor
  const row = { name, generation, up: up + Math.max(0, by), down: down + Math.max(0, -by) }
  return encodeTable(mergeTables(tableOf(own), [row]))
}
