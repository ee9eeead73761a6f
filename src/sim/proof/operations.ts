// Operations on shared maps, drawn: every kind of shared value, and few keys, so that members
// often write the same ones at once.

import type { Random, SlotOp } from '../../core/index.ts'

const KEYS = 3
const AMOUNT_MAX = 9

export interface Operation {
  readonly map: string
  readonly key: string
  readonly op: SlotOp
}

/** An operation; `number` makes its value unlike any other. */
export function drawOperation(random: Random, number: number): Operation {
  const value = Uint8Array.of(number & 255, number >> 8)
  const key = `k${random.below(KEYS)}`
  return { map: 'm', key, op: drawOp(random, value) }
}

function drawOp(random: Random, value: Uint8Array): SlotOp {
  const isGone = random.chance(0.4)
  const amount = 1 + random.below(AMOUNT_MAX)
  switch (random.below(10)) {
    case 0:
    case 1:
    case 2:
      return isGone
        ? { lattice: 'register', kind: 'delete' }
        : { lattice: 'register', kind: 'set', value }
    case 3:
    case 4:
      return { lattice: 'counter', kind: 'add', by: isGone ? -amount : amount }
    case 5:
    case 6:
      return { lattice: 'element', kind: isGone ? 'remove' : 'add' }
    case 7:
      return isGone
        ? { lattice: 'multi', kind: 'delete' }
        : { lattice: 'multi', kind: 'set', value }
    case 8:
      return { lattice: random.chance(0.5) ? 'max' : 'min', kind: 'offer', value: amount }
    default:
      return { lattice: 'flag', kind: 'raise' }
  }
}
