// I12 under chance: members write, crash and come back on disks that lose what was not synced
// or tear it, or fail, behind partitions, with wall clocks set back. Nothing that
// was given to a life, version or stamp, is ever given again, and what was acknowledged is read.

import { describe, expect, test } from 'vitest'
import { ByteReader } from '../../../src/core/base/bytes.ts'
import { readVarint } from '../../../src/core/base/varint.ts'
import { Random } from '../../../src/core/index.ts'
import { readActor } from '../../../src/core/state/lattices/actors.ts'
import type { Cluster, DiskFate, Observation, Pending } from '../../../src/sim/index.ts'
import { newCluster, open, seconds } from '../story.ts'

const IDS = ['a', 'b', 'c']
const FATES: readonly DiskFate[] = ['kept', 'lost', 'torn']
const STEPS = 60

interface Written {
  readonly id: string
  readonly key: string
  readonly text: string
  readonly pending: Pending
}

/** What was written with each stamp of each writer; throws where one was given twice. */
class Stamps {
  readonly #meaningByStamp = new Map<string, string>()

  see(observation: Observation): void {
    if (observation.kind !== 'kept') return
    for (const record of observation.records) {
      if (record.record !== 'entry' || record.channel !== 1 || record.kind !== 'set') continue
      const stamp = stampText(record.value)
      const meaning = `${record.key} ${record.value.join()}`
      const before = this.#meaningByStamp.get(stamp)
      if (before !== undefined && before !== meaning) throw new Error(`${stamp} was given twice`)
      this.#meaningByStamp.set(stamp, meaning)
    }
  }
}

/** The stamp and the writer's name of a register's slot; not its life, to be strict. */
function stampText(slot: Uint8Array): string {
  const reader = new ByteReader(slot)
  reader.skip(1)
  const ms = readVarint(reader)
  return `stamp ${ms}.${reader.u16()} of ${readActor(reader).name}`
}

/** What is read where a key was deleted. */
const GONE = 'gone'

/** Plays a run; answers what was written, in order. */
function play(cluster: Cluster, random: Random): readonly Written[] {
  const written: Written[] = []
  for (let step = 0; step < STEPS; step++) {
    const id = IDS[random.below(IDS.length)] ?? 'a'
    const text = `${step}`
    if (random.chance(0.25)) restart(cluster, id, random)
    else if (random.chance(0.1)) cluster.failDisk(id, random.chance(0.5) ? 'fail' : 'work')
    else if (random.chance(0.05))
      cluster.partition(
        [id],
        IDS.filter((one) => one !== id),
      )
    else if (random.chance(0.15)) cluster.heal()
    else if (random.chance(0.2)) {
      const key = `k${random.below(4)}`
      written.push({ id, key, text: GONE, pending: cluster.unset(id, key) })
    } else if (random.chance(0.5)) {
      const key = `k${random.below(4)}`
      written.push({ id, key, text, pending: cluster.set(id, key, text) })
    } else cluster.share(id, 'kv', `s${random.below(4)}`, text)
    cluster.run(random.below(40) * random.below(40))
  }
  return written
}

function restart(cluster: Cluster, id: string, random: Random): void {
  cluster.crash(id)
  const disk = FATES[random.below(FATES.length)]
  cluster.restart(id, { disk, wallAheadMs: -random.below(20_000) })
  const others = IDS.filter((one) => one !== id)
  cluster.join(id, others[random.below(others.length)] ?? 'a')
}

/** The last write of each own key that was acknowledged, and those after it, which may be there. */
function expectAcknowledged(cluster: Cluster, written: readonly Written[]): void {
  for (const id of IDS) {
    const held = new Map(cluster.held(id, id).map((line) => [line.slice(0, 2), line.slice(3)]))
    for (const key of ['k0', 'k1', 'k2', 'k3']) {
      const writes = written.filter((one) => one.id === id && one.key === key)
      const last = writes.findLastIndex(({ pending }) => pending.outcome?.kind === 'ok')
      if (last === -1) continue
      const possible = writes.slice(last).map(({ text }) => text)
      expect(possible, `${id}/${key}`).toContain(held.get(key) ?? GONE)
    }
  }
}

describe('disks that lose and tear', () => {
  for (const seed of [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]) {
    test(`give nothing twice and keep what was acknowledged, seed ${seed}`, () => {
      const stamps = new Stamps()
      const cast = { members: IDS, seed, durability: 'fsync' } as const
      const cluster = newCluster({ ...cast, onObservation: (one) => stamps.see(one) })
      open(cluster, cast)
      const written = play(cluster, new Random(seed))
      for (const id of IDS) cluster.failDisk(id, 'work')
      cluster.heal()
      cluster.run(seconds(90))
      expectAcknowledged(cluster, written)
      const [first, ...others] = IDS.map((id) => cluster.shared(id, 'kv'))
      for (const other of others) expect(other).toEqual(first)
    })
  }
})

test('a stamp that went with the power is not given again, though the wall clock comes to it', () => {
  const stamps = new Stamps()
  const cast = { members: IDS, seed: 20, durability: 'fsync' } as const
  const cluster = newCluster({ ...cast, onObservation: (one) => stamps.see(one) })
  open(cluster, cast)
  cluster.share('a', 'kv', 'x', 'told, not kept')
  cluster.run(3)
  cluster.restart('a', { disk: 'lost', wallAheadMs: -3 })
  cluster.share('a', 'kv', 'y', 'at the same moment')
  cluster.run(seconds(1))
  expect(cluster.shared('a', 'kv')).toContain('y=at the same moment')
})
