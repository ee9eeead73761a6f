// A few replicas that hold each other's slots as bytes, and operations drawn for them: what the
// laws of shared values are tried on. Each replica owns one slot and keeps copies of the others'.

import fc from 'fast-check'
import { HybridClock } from '../../../../src/core/state/clock.ts'
import {
  applyOp,
  type Lattice,
  type LatticeKind,
  Lattices,
  type SlotOp,
} from '../../../../src/core/state/lattices/index.ts'

/** Keeps the bytewise greater value: a lawful merge of an application. */
export const GREATER = {
  merge: (one: Uint8Array, other: Uint8Array): Uint8Array =>
    String(one) >= String(other) ? one : other,
}

/** The lattice of a kind; `custom` with rules of its own. */
export function latticeOf(kind: LatticeKind): Lattice {
  const lattices = new Lattices()
  lattices.define('m', GREATER)
  return lattices.of(kind, 'm')
}

const value = fc.uint8Array({ maxLength: 3 })

/** An operation on a value of a kind. */
export function opOf(lattice: LatticeKind): fc.Arbitrary<SlotOp> {
  switch (lattice) {
    case 'register':
      return fc.oneof(
        fc.record({
          lattice: fc.constant(lattice),
          kind: fc.constant('set' as const),
          value,
          endsMs: fc.option(fc.integer({ min: 0, max: 100 }), { nil: undefined }),
          lease: fc.boolean(),
        }),
        fc.constant({ lattice, kind: 'delete' as const }),
      )
    case 'counter':
      return fc.record({
        lattice: fc.constant(lattice),
        kind: fc.constant('add' as const),
        by: fc.integer({ min: -9, max: 9 }),
      })
    case 'element':
      return fc.constantFrom(
        { lattice, kind: 'add' as const },
        { lattice, kind: 'remove' as const },
      )
    case 'flag':
      return fc.constant({ lattice, kind: 'raise' as const })
    case 'max':
    case 'min':
      return fc.record({
        lattice: fc.constant(lattice),
        kind: fc.constant('offer' as const),
        value: fc.double({ noNaN: true, noDefaultInfinity: true }),
      })
    case 'multi':
      return fc.oneof(
        fc.record({ lattice: fc.constant(lattice), kind: fc.constant('set' as const), value }),
        fc.constant({ lattice, kind: 'delete' as const }),
      )
    case 'custom':
      return fc.record({
        lattice: fc.constant(lattice),
        kind: fc.constant('merge' as const),
        value,
      })
  }
}

/** At one replica: an operation, or taking another's slot. */
export type Step =
  | { readonly at: number; readonly op: SlotOp }
  | { readonly at: number; readonly from: number }

const REPLICAS = 3

export function stepsOf(kind: LatticeKind): fc.Arbitrary<readonly Step[]> {
  const at = fc.nat({ max: REPLICAS - 1 })
  const act = fc.record({ at, op: opOf(kind) })
  const take = fc.record({ at, from: at })
  return fc.array(fc.oneof(act, take), { maxLength: 14 })
}

/** Replicas of one key. Time stands still, so that many stamps are alike but for the counter. */
export class World {
  readonly lattice: Lattice
  /** Slots held: by replica, then by owner. */
  readonly #held: (Uint8Array | undefined)[][]
  readonly #clocks: readonly HybridClock[]
  #dot = 0
  readonly wallMs: number

  constructor(kind: LatticeKind, wallMs = 50) {
    this.lattice = latticeOf(kind)
    this.wallMs = wallMs
    this.#held = Array.from({ length: REPLICAS }, () => [])
    this.#clocks = Array.from({ length: REPLICAS }, () => new HybridClock())
  }

  run(steps: readonly Step[]): void {
    for (const step of steps) {
      if ('op' in step) this.apply(step.at, step.op)
      else this.take(step.at, step.from)
    }
  }

  /** All replicas take all slots. */
  settle(): void {
    for (let at = 0; at < REPLICAS; at++) {
      for (let from = 0; from < REPLICAS; from++) this.take(at, from)
    }
  }

  apply(at: number, op: SlotOp): void {
    const stamp = this.#clocks[at]?.next(this.wallMs)
    if (stamp === undefined) throw new Error('the clock ran ahead')
    const actor = { name: `node-${at}`, generation: 1 }
    const context = { joined: this.joined(at), own: this.#held[at]?.[at], actor, stamp }
    const { wallMs } = this
    const applied = applyOp(this.lattice, op, { ...context, dot: ++this.#dot, wallMs })
    const slots = this.#held[at]
    if (applied.kind === 'slot' && slots !== undefined) slots[at] = applied.bytes
  }

  take(at: number, from: number): void {
    const slot = this.#held[from]?.[from]
    const slots = this.#held[at]
    if (slot === undefined || slots === undefined) return
    slots[from] = slot
    const stamp = this.lattice.stampOf(slot)
    if (stamp !== undefined) this.#clocks[at]?.observe(stamp)
  }

  /** A replica's slots, merged in the order of `owners`. */
  joined(at: number, owners: readonly number[] = [0, 1, 2]): Uint8Array | undefined {
    let joined: Uint8Array | undefined
    for (const owner of owners) {
      const slot = this.#held[at]?.[owner]
      if (slot !== undefined)
        joined = joined === undefined ? slot : this.lattice.merge(joined, slot)
    }
    return joined
  }

  read(at: number) {
    const joined = this.joined(at)
    return joined && this.lattice.read(joined, this.wallMs)
  }
}

/** A state that operations lead to, in canonical bytes. */
export function stateOf(kind: LatticeKind): fc.Arbitrary<Uint8Array> {
  return stepsOf(kind)
    .map((steps) => {
      const world = new World(kind)
      world.run(steps)
      return world.joined(0)
    })
    .filter((bytes) => bytes !== undefined)
}
