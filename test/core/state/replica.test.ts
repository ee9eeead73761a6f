// One stream, held: any delivery of its segments, in any order, lossy and doubled, comes to the
// same, shows no key again that was deleted, and never goes back.

import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Replica } from '../../../src/core/state/replica.ts'
import type { StateEntry } from '../../../src/core/wire/state-parts.ts'

const ROOM = { nowMs: 0, bytesMax: 1_000_000, entriesMax: 1000 }
const bytes = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0))
const put = (key: string, text: string): Omit<StateEntry, 'version'> => ({
  key,
  kind: 'set',
  value: bytes(text),
  ttlMs: undefined,
})
const cut = (key: string): Omit<StateEntry, 'version'> => ({ ...put(key, ''), kind: 'deleted' })

function shown(replica: Replica): string {
  return [...replica.entries]
    .filter(({ kind }) => kind === 'set')
    .map(({ key, version, value }) => `${key}=${String.fromCharCode(...value)}@${version}`)
    .sort()
    .join(' ')
}

function owner(...writes: readonly Omit<StateEntry, 'version'>[]): Replica {
  const replica = new Replica()
  for (const write of writes) replica.write(write, 0)
  return replica
}

describe('a segment', () => {
  test('with a gap below is shown, and waits as an island', () => {
    const replica = new Replica()
    const entry = { ...put('k', 'x'), version: 5 }
    const piece = { above: 3, upTo: 5, gcFloor: 0, whole: false, islands: [], entries: [entry] }
    expect(replica.take(piece, 0).changes).toHaveLength(1)
    expect([replica.base, shown(replica)]).toEqual([0, 'k=x@5'])
    expect(replica.islands).toEqual([{ above: 3, upTo: 5 }])
    const rest = { above: 0, upTo: 3, gcFloor: 0, whole: false, islands: [], entries: [] }
    expect(replica.take(rest, 0).isNews).toBe(true)
    expect([replica.base, replica.islands]).toEqual([5, []])
  })

  test('taken twice is no news the second time', () => {
    const source = owner(put('k', 'x'), put('j', 'y'))
    const replica = new Replica()
    const delta = source.deltaAbove(0, ROOM)
    expect(delta && replica.take(delta, 0).isNews).toBe(true)
    expect(delta && replica.take(delta, 0)).toEqual({ isNews: false, changes: [] })
  })

  test('of old copies cannot bring back what was deleted and forgotten', () => {
    const source = owner(put('k', 'x'))
    const old = source.deltaAbove(0, ROOM)
    const replica = new Replica()
    source.write(cut('k'), 0)
    source.collect(2)
    const whole = source.deltaAbove(0, ROOM)
    expect(whole?.whole).toBe(true)
    expect(source.size).toBe(0)
    if (whole === undefined || old === undefined) throw new Error('both fit')
    replica.take(old, 0)
    expect(replica.take(whole, 0).changes).toMatchObject([{ kind: 'delete', key: 'k', version: 2 }])
    expect(replica.take(old, 0)).toEqual({ isNews: false, changes: [] })
    expect([replica.base, replica.gcFloor, replica.size]).toEqual([2, 2, 0])
  })

  test('of the whole keeps what is newer than it', () => {
    const source = owner(put('a', '1'), put('b', '2'), cut('a'))
    source.collect(3)
    const whole = source.deltaAbove(0, ROOM)
    source.write(put('c', '4'), 0)
    const newer = source.deltaAbove(3, ROOM)
    const replica = new Replica()
    if (whole === undefined || newer === undefined) throw new Error('both fit')
    replica.take(newer, 0)
    replica.take(whole, 0)
    expect([replica.base, shown(replica)]).toEqual([4, 'b=2@2 c=4@4'])
  })

  test('beyond 64 islands is shown, and asked for again', () => {
    const replica = new Replica()
    for (let i = 0; i < 70; i++) {
      const entry = { ...put(`k${i}`, 'x'), version: 10 * i + 5 }
      const range = { above: 10 * i + 4, upTo: 10 * i + 5 }
      replica.take({ ...range, gcFloor: 0, whole: false, islands: [], entries: [entry] }, 0)
    }
    expect([replica.size, replica.islands.length, replica.base]).toEqual([70, 64, 0])
  })
})

describe('a delta', () => {
  test('that does not fit is none, and comes in pieces that are complete in the end', () => {
    const source = owner(...Array.from({ length: 30 }, (_, i) => put(`k${i % 20}`, `${i}`)))
    const small = { nowMs: 0, bytesMax: 200, entriesMax: 1000 }
    expect(source.deltaAbove(0, small)).toBeUndefined()
    const entries: StateEntry[] = []
    let after = 0
    for (let i = 0; i < 100; i++) {
      const { piece, isLast } = source.pieceAbove({ above: 0, after }, small)
      entries.push(...piece.entries)
      after = piece.entries.at(-1)?.version ?? after
      // Written meanwhile: the last piece has it, or it is above the last piece's end.
      if (i === 1) source.write(put('k19', 'late'), 0)
      if (!isLast) continue
      const replica = new Replica()
      replica.take({ ...piece, entries }, 0)
      expect([replica.base, shown(replica)]).toEqual([source.base, shown(source)])
      return
    }
    throw new Error('the last piece comes')
  })

  test('has what took the place of a key, though it lies above a gap', () => {
    const source = owner(put('k', 'old'), put('l', 'same'))
    const entry = { ...put('k', 'new'), version: 9 }
    source.take({ above: 7, upTo: 9, gcFloor: 0, whole: false, islands: [], entries: [entry] }, 0)
    const { piece, isLast } = source.pieceAbove({ above: 0, after: 0 }, ROOM)
    const replica = new Replica()
    replica.take(piece, 0)
    expect([isLast, replica.base, shown(replica)]).toEqual([true, 2, 'k=new@9 l=same@2'])
  })
})

// ---- any delivery -----------------------------------------------------------------------

type Deed =
  | { readonly kind: 'write'; readonly key: number; readonly text: string }
  | { readonly kind: 'delete'; readonly key: number }
  | { readonly kind: 'tell'; readonly keys: number }
  | { readonly kind: 'sync'; readonly from: number; readonly to: number }
  | { readonly kind: 'deliver'; readonly which: number; readonly to: number }
  | { readonly kind: 'collect' }

const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      key: fc.nat(5),
      text: fc.nat(99).map(String),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('delete' as const), key: fc.nat(5) }) },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('tell' as const), keys: fc.nat(3) }) },
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('sync' as const), from: fc.nat(3), to: fc.nat(3) }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('deliver' as const),
      which: fc.nat(1000),
      to: fc.nat(2),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'collect' as const }) },
)

/** The owner is 0; messages wait in a bag, are drawn at random, and may be drawn again. */
class World {
  readonly replicas = [new Replica(), new Replica(), new Replica(), new Replica()]
  readonly #bag: { readonly piece: Parameters<Replica['take']>[0] }[] = []
  /** Where each base was when it was looked at last, and what each showed of each key. */
  readonly #bases = [0, 0, 0, 0]
  readonly #seen = this.replicas.map(() => new Map<string, number>())
  /** The owner's writes: what base b must look like. */
  readonly #history: string[] = ['']
  #told = 0

  get owner(): Replica {
    return this.replicas[0] as Replica
  }

  do(one: Deed): void {
    if (one.kind === 'write' || one.kind === 'delete') this.#write(one)
    else if (one.kind === 'tell') this.#tell()
    else if (one.kind === 'sync') this.sync(one.from, one.to)
    else if (one.kind === 'collect') this.#collect()
    else if (this.#bag.length > 0) {
      const message = this.#bag[one.which % this.#bag.length]
      if (message !== undefined) this.#take(one.to + 1, message.piece)
    }
  }

  /** What `to` lacks of what `from` has, put into the bag as it is now. */
  sync(from: number, to: number): void {
    const [source, target] = [this.replicas[from], this.replicas[to]]
    const piece = source?.deltaAbove(target?.base ?? 0, ROOM)
    if (piece !== undefined) this.#bag.push({ piece })
  }

  /** The owner is gone: the others give each other what they have. */
  survive(): void {
    for (let round = 0; round < 2; round++) {
      for (let from = 1; from < 4; from++) {
        for (let to = 1; to < 4; to++) {
          const piece = this.replicas[from]?.deltaAbove(this.replicas[to]?.base ?? 0, ROOM)
          if (from !== to && piece !== undefined) this.#take(to, piece)
        }
      }
    }
  }

  /** Everybody gets everything from the owner. */
  settle(): void {
    for (const [index, replica] of this.replicas.entries()) {
      const piece = this.owner.deltaAbove(replica.base, ROOM)
      if (index > 0 && piece !== undefined) this.#take(index, piece)
    }
  }

  #write(one: Extract<Deed, { kind: 'write' | 'delete' }>): void {
    const key = `k${one.key}`
    this.owner.write(one.kind === 'write' ? put(key, one.text) : cut(key), 0)
    this.#history.push(shown(this.owner))
  }

  /** A rumor as the owner makes it. */
  #tell(): void {
    const { owner } = this
    const above = Math.max(owner.newestAt(this.#told), owner.gcFloor)
    const entries = [...owner.above(this.#told)].map(({ key, version, kind, value }) => ({
      key,
      version,
      kind,
      value,
      ttlMs: undefined,
    }))
    this.#told = owner.base
    const piece = {
      above,
      upTo: owner.base,
      gcFloor: owner.gcFloor,
      whole: false,
      islands: [],
      entries,
    }
    this.#bag.push({ piece })
  }

  #collect(): void {
    this.owner.collect(Math.min(...this.replicas.map(({ base }) => base)))
  }

  #take(index: number, piece: Parameters<Replica['take']>[0]): void {
    const replica = this.replicas[index]
    const seen = this.#seen[index]
    if (replica === undefined || seen === undefined) return
    const { changes } = replica.take(piece, 0)
    for (const { kind, key, version } of changes) {
      const last = seen.get(key) ?? 0
      if (kind === 'set' ? version <= last : version < last) {
        throw new Error(`${key} went back from ${last} to ${kind} ${version}`)
      }
      seen.set(key, version)
    }
    if (replica.base < (this.#bases[index] ?? 0)) throw new Error('the base fell')
    if (replica.gcFloor > replica.base) throw new Error('more is forgotten than held')
    this.#bases[index] = replica.base
    this.#checkBase(replica)
  }

  /** Without what is held above the base, the replica is what the owner was at its base. */
  #checkBase(replica: Replica): void {
    const above = new Set([...replica.above(replica.base)].map(({ key }) => key))
    const strip = (text: string) =>
      text
        .split(' ')
        .filter((one) => one !== '' && !above.has(one.slice(0, 2)))
        .join(' ')
    const wanted = strip(this.#history[replica.base] ?? '')
    const held = strip(shown(replica))
    if (held !== wanted) throw new Error(`base ${replica.base} holds [${held}], not [${wanted}]`)
  }
}

test('any delivery keeps every base honest, shows nothing twice dead, and ends in agreement', () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 80 }), (deeds) => {
      const world = new World()
      for (const one of deeds) world.do(one)
      world.survive()
      const [, first, ...others] = world.replicas
      for (const { base, fringe } of others) {
        expect([base, fringe]).toEqual([first?.base, first?.fringe])
      }
      for (const other of others) expect(shown(other)).toBe(first && shown(first))
      world.settle()
      for (const replica of world.replicas) {
        expect([replica.base, shown(replica)]).toEqual([world.owner.base, shown(world.owner)])
        expect(replica.fringe).toBe(0)
      }
    }),
    { numRuns: 500, seed: 41 },
  )
})
