// All kinds of shared values as one table, and what an operation makes of a slot.

import { equalBytes } from '../../base/bytes.ts'
import { applyToCounter, counter } from './counter.ts'
import { type CustomRules, custom, encodeCustom } from './custom.ts'
import { applyToElement, element } from './element.ts'
import { encodeNumber, max, min } from './extremes.ts'
import { flag, RAISED } from './flag.ts'
import {
  type Applied,
  type Lattice,
  type LatticeKind,
  SLOT_BYTES_MAX,
  type SlotContext,
  type SlotOp,
  VALUE_BYTES_MAX,
} from './lattice.ts'
import { applyToMulti, multi } from './multi.ts'
import { applyToRegister, register } from './register.ts'

export type { CustomRules } from './custom.ts'
export * from './lattice.ts'
export { leaseHolder, withoutLease } from './register.ts'
export { type SlotPlace, slotKey, slotPlace } from './slot-key.ts'

/** The kinds by name, with the application's own merges by map. */
export class Lattices {
  readonly #byKind: Readonly<Record<LatticeKind, Lattice>> = {
    register,
    counter,
    element,
    flag,
    max,
    min,
    multi,
    custom: custom(),
  }
  readonly #customByMap = new Map<string, Lattice>()

  /** From now on values of this map are merged by these rules. What was joined before is stale. */
  define(map: string, rules: CustomRules): void {
    this.#customByMap.set(map, custom(rules))
  }

  of(kind: LatticeKind, map: string): Lattice {
    const own = kind === 'custom' ? this.#customByMap.get(map) : undefined
    return own ?? this.#byKind[kind]
  }
}

/** What an operation makes of our own slot of a key; `lattice` is the key's. */
export function applyOp(lattice: Lattice, op: SlotOp, context: SlotContext): Applied {
  const { own } = context
  const sizeBytes = valueBytesOf(op)
  if (sizeBytes > VALUE_BYTES_MAX) return tooLarge(sizeBytes)
  const bytes = newSlot(lattice, op, context)
  if (bytes === undefined || (own !== undefined && equalBytes(bytes, own))) return { kind: 'same' }
  if (bytes.length > SLOT_BYTES_MAX) {
    // A merge of the application has made it grow, or else it is the writers that take the room.
    return op.lattice === 'custom' ? tooLarge(bytes.length) : { kind: 'too-many' }
  }
  return lattice.isSlot(bytes) ? { kind: 'slot', bytes } : { kind: 'too-many' }
}

function valueBytesOf(op: SlotOp): number {
  return 'value' in op && typeof op.value !== 'number' ? op.value.length : 0
}

function tooLarge(sizeBytes: number): Applied {
  return { kind: 'too-large', what: 'value', sizeBytes, maxBytes: VALUE_BYTES_MAX }
}

function newSlot(lattice: Lattice, op: SlotOp, context: SlotContext): Uint8Array | undefined {
  switch (op.lattice) {
    case 'register':
      return applyToRegister(op, context)
    case 'counter':
      return applyToCounter(op, context)
    case 'element':
      return applyToElement(op, context)
    case 'flag':
      return unlessCovered(lattice, RAISED, context)
    case 'max':
    case 'min':
      return unlessCovered(lattice, encodeNumber(op.value), context)
    case 'multi':
      return applyToMulti(op, context)
    case 'custom':
      return unlessCovered(lattice, encodeCustom(op.value), context)
  }
}

/** What is offered, joined with our own slot; undefined if it is known already. */
function unlessCovered(
  lattice: Lattice,
  offered: Uint8Array,
  { joined, own }: SlotContext,
): Uint8Array | undefined {
  if (joined !== undefined && lattice.covers(joined, offered)) return undefined
  return own === undefined ? offered : lattice.merge(own, offered)
}
