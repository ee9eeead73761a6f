// The shared values of a fake cluster: one slot a key, which all members have at once. It stands
// in for the core behind `node.state`.

import type { Command, Notice, SharedItem, SlotView, StateReads } from '../../../src/core/index.ts'
import { applyOp, Lattices, type SlotPlace } from '../../../src/core/state/lattices/index.ts'
import type { LatticeKind } from '../../../src/core/state/lattices/lattice.ts'
import { HearsayError } from '../../../src/index.ts'

type Put = Extract<Command, { kind: 'state-put' }>
type SharedNotice = Extract<Notice, { kind: 'shared' }>

interface Held {
  readonly lattice: LatticeKind
  readonly map: string
  readonly key: string
  readonly bytes: Uint8Array
  /** Who wrote last. */
  readonly node: string
}

export class FakeSlots implements Pick<StateReads, 'slot' | 'slots' | 'map'> {
  readonly #lattices = new Lattices()
  readonly #heldByPlace = new Map<string, Held>()
  readonly #nowMs: () => number
  #count = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  readonly slot = (lattice: LatticeKind, map: string, key: string): SharedItem | undefined => {
    const held = this.#heldByPlace.get(placeOf(lattice, map, key))
    if (held === undefined) return undefined
    const value = this.#lattices.of(lattice, map).read(held.bytes, this.#nowMs())
    return value && { key, value, joined: held.bytes, slots: 1 }
  }

  readonly map = (lattice: LatticeKind, map: string, prefix: string): readonly SharedItem[] =>
    [...this.#heldByPlace.values()]
      .filter((one) => one.lattice === lattice && one.map === map && one.key.startsWith(prefix))
      .flatMap(({ key }) => this.slot(lattice, map, key) ?? [])

  /** One slot, which somebody has not heard of. */
  readonly slots = ({ lattice, map, key }: SlotPlace): readonly SlotView[] => {
    const held = this.#heldByPlace.get(placeOf(lattice, map, key))
    if (held === undefined) return []
    const value = this.slot(lattice, map, key)?.value
    const { node, bytes } = held
    const fixed = { generation: 1, version: 7, isOurs: true, coveredBy: [], unheard: ['cat'] }
    return [{ node, ...fixed, sizeBytes: bytes.length, value, hidden: undefined }]
  }

  /** A member writes; answers what the others are told. */
  put(name: string, { map, key, op }: Put): SharedNotice {
    this.#count += 1
    const { lattice } = op
    const place = placeOf(lattice, map, key)
    const own = this.#heldByPlace.get(place)?.bytes
    const wallMs = this.#nowMs()
    const applied = applyOp(this.#lattices.of(lattice, map), op, {
      joined: own,
      own,
      actor: { name, generation: 1 },
      dot: this.#count,
      stamp: { ms: wallMs, counter: this.#count },
      wallMs,
    })
    if (applied.kind === 'too-large') throw new HearsayError('HEARSAY_TOO_LARGE', 'too large')
    if (applied.kind !== 'slot') return { kind: 'shared', changes: [] }
    const joined = applied.bytes
    this.#heldByPlace.set(place, { lattice, map, key, bytes: joined, node: name })
    const kind = this.slot(lattice, map, key) === undefined ? 'delete' : 'set'
    return { kind: 'shared', changes: [{ kind, lattice, map, key, joined }] }
  }
}

function placeOf(lattice: LatticeKind, map: string, key: string): string {
  return `${lattice}\n${map}\n${key}`
}
