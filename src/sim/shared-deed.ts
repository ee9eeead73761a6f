// What a member does to a shared map, as plain data that can be kept in a plan: every kind of
// shared value, and few keys, so that members often write the same ones at once.

import type { LatticeKind, Random, SlotOp } from '../core/index.ts'

/** All deeds are done to one map of each kind. */
export const SHARED_MAP = 'm'
export const SHARED_KEYS = 3
const AMOUNT_MAX = 9

/** The kinds of shared values that deeds are done to; the application's own merges have none. */
export const DEED_LATTICES = [
  'register',
  'counter',
  'element',
  'multi',
  'flag',
  'max',
  'min',
] as const satisfies readonly LatticeKind[]

export interface SharedDeed {
  readonly lattice: (typeof DEED_LATTICES)[number]
  readonly key: string
  /** It takes away, where its kind can: deletes, removes, counts down. */
  readonly isLess: boolean
  /** Makes its value unlike others; a whole number from 0 to 65 535. */
  readonly number: number
}

/** Registers, counters and elements come up most. */
const DRAWN: readonly SharedDeed['lattice'][] = [
  ...DEED_LATTICES,
  'register',
  'register',
  'counter',
  'element',
]

/** A deed drawn at random. */
export function drawSharedDeed(random: Random): SharedDeed {
  return {
    lattice: DRAWN[random.below(DRAWN.length)] ?? 'register',
    key: `k${random.below(SHARED_KEYS)}`,
    isLess: random.chance(0.4),
    number: random.below(65_536),
  }
}

/** The operation that a deed is. */
export function opOf({ lattice, isLess, number }: SharedDeed): SlotOp {
  const value = Uint8Array.of(number & 255, number >> 8)
  const amount = 1 + (number % AMOUNT_MAX)
  switch (lattice) {
    case 'register':
      return isLess ? { lattice, kind: 'delete' } : { lattice, kind: 'set', value }
    case 'multi':
      return isLess ? { lattice, kind: 'delete' } : { lattice, kind: 'set', value }
    case 'counter':
      return { lattice, kind: 'add', by: isLess ? -amount : amount }
    case 'element':
      return { lattice, kind: isLess ? 'remove' : 'add' }
    case 'max':
    case 'min':
      return { lattice, kind: 'offer', value: amount }
    case 'flag':
      return { lattice, kind: 'raise' }
  }
}
