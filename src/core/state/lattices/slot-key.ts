// The key of a slot in its writer's stream: a letter for the kind, the name of the map, a zero,
// then the key in the map. Two kinds of one map name are two maps, so that members which
// disagree about a map's kind cannot harm each other's.

import { LATTICE_KINDS, type LatticeKind } from './lattice.ts'

/** Where a shared value lies. */
export interface SlotPlace {
  readonly lattice: LatticeKind
  /** At least one character, none of them a zero. */
  readonly map: string
  /** May be empty: a counter or a flag is a map with one key. */
  readonly key: string
}

const LETTER_BY_KIND: Readonly<Record<LatticeKind, string>> = {
  register: 'r',
  counter: 'c',
  element: 'e',
  flag: 'f',
  max: 'x',
  min: 'n',
  multi: 'm',
  custom: 'u',
}

const ZERO = '\u0000'

/** The key of a slot; 256 bytes of UTF-8 at most, which the caller checks. */
export function slotKey({ lattice, map, key }: SlotPlace): string {
  return LETTER_BY_KIND[lattice] + map + ZERO + key
}

/** Where a slot lies; undefined if its key is no such key. */
export function slotPlace(slot: string): SlotPlace | undefined {
  const zero = slot.indexOf(ZERO)
  const lattice = LATTICE_KINDS.find((kind) => LETTER_BY_KIND[kind] === slot[0])
  if (lattice === undefined || zero < 2) return undefined
  return { lattice, map: slot.slice(1, zero), key: slot.slice(zero + 1) }
}
