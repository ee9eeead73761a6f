// Chains over the number of nodes without the rumor: applying one sender after the other, in
// place. State u is the index; it only falls.

import type { Run, Table } from './chances.ts'

/**
 * One sender does its part: state u becomes u − j with the chances of row u. Nothing but the
 * states 0 … `top` may be above 0.
 */
export function applySender(law: Float64Array, { width, cells }: Table, top: number): void {
  for (let to = 0; to <= top; to++) {
    const last = Math.min(width - 1, top - to)
    let sum = 0
    for (let j = 0; j <= last; j++) {
      const from = to + j
      sum += (law[from] as number) * (cells[from * width + j] as number)
    }
    law[to] = sum
  }
}

/** Adds `weight` times a run of chances to a law. */
export function addWeighted(law: Float64Array, { first, chances }: Run, weight: number): void {
  for (let i = 0; i < chances.length; i++) {
    law[first + i] = (law[first + i] as number) + weight * (chances[i] as number)
  }
}
