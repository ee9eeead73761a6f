// Storms over replicated state: a seed's members write, delete and end keys while packets are
// lost, doubled and disordered, the network splits, and members crash, restart and pause. Every
// checker watches. Then calm, in which all must come to the same, and forget what is deleted.

import { env } from 'node:process'
import { expect, test } from 'vitest'
import { Random } from '../../src/core/index.ts'
import type { Cluster } from '../../src/sim/index.ts'
import { idsOf, newCluster, seconds } from '../stories/story.ts'

const COUNT = Number(env.HEARSAY_STATE_STORMS ?? 12)
const FIRST = Number(env.HEARSAY_STATE_SEED ?? 1)
/** 6 · ⌈log2 n⌉ + 10 rounds of comparing, for the eight members there are at most. */
const ROUNDS_MAX = 28

interface Stage {
  readonly cluster: Cluster
  readonly random: Random
  readonly ids: readonly string[]
  writes: number
}

const DEEDS: readonly ((stage: Stage) => void)[] = [
  (stage) => write(stage, { sizeBytes: stage.random.below(60) }),
  (stage) => write(stage, { sizeBytes: stage.random.below(60) }),
  (stage) =>
    write(stage, { sizeBytes: stage.random.below(200), ttlMs: 200 + stage.random.below(20_000) }),
  (stage) => write(stage, { sizeBytes: 901 + stage.random.below(4000) }),
  (stage) => remove(stage),
  (stage) => remove(stage),
  (stage) => {
    for (let i = 0; i < 30; i++) write(stage, { sizeBytes: stage.random.below(120) })
  },
  ({ cluster, random }) => cluster.lose(random.fraction() * 0.5, random.fraction() * 0.2),
  ({ cluster, random }) =>
    cluster.disturb({
      duplicate: random.fraction() * 0.4,
      reorder: random.fraction(),
      jitterMs: random.below(400),
    }),
  ({ cluster, random }) => cluster.disturb({ corrupt: random.fraction() * 0.2 }),
  ({ cluster, random, ids }) => {
    const shuffled = [...ids]
    random.shuffle(shuffled)
    const cut = random.below(ids.length)
    cluster.partition(shuffled.slice(0, cut), shuffled.slice(cut))
  },
  ({ cluster }) => cluster.heal(),
  (stage) => {
    const id = living(stage)
    if (id !== undefined) stage.cluster.crash(id)
  },
  (stage) => restartOne(stage),
  (stage) => {
    const id = living(stage)
    if (id === undefined || stage.cluster.population.seat(id).process.isPaused) return
    const { process } = stage.cluster.population.seat(id)
    process.pause()
    const { agenda, nowMs } = stage.cluster
    agenda.at(nowMs + stage.random.below(8000), () => process.resume())
  },
]

function living({ cluster, random }: Stage): string | undefined {
  const ids = cluster.living()
  return ids[random.below(ids.length)]
}

function write(
  stage: Stage,
  { sizeBytes, ttlMs }: { readonly sizeBytes: number; readonly ttlMs?: number },
): void {
  const id = living(stage)
  if (id === undefined) return
  const value = new Uint8Array(sizeBytes).fill(stage.writes++ % 256)
  stage.cluster.set(id, `key-${stage.random.below(12)}`, value, ttlMs)
}

function remove(stage: Stage): void {
  const id = living(stage)
  if (id !== undefined) stage.cluster.unset(id, `key-${stage.random.below(12)}`)
}

function restartOne({ cluster, random, ids }: Stage): void {
  const down = ids.filter((id) => !cluster.population.seat(id).process.isRunning)
  const id = down[random.below(down.length)]
  if (id !== undefined) cluster.restart(id)
}

/** What every member holds of every other, as one text each; equal if all agree. */
function views({ cluster, ids }: Stage): readonly string[] {
  return ids.map((id) => {
    const { state } = cluster.population.seat(id).process.machine
    return ids
      .map((owner) => {
        const items = state.items(owner, '').map(({ key, version }) => `${key}@${version}`)
        return `${owner}: ${items.sort().join(' ')}`
      })
      .join('\n')
  })
}

function storm(seed: number): void {
  const random = new Random(seed)
  // A damaged row of membership may be believed: plain packets have no better checksum.
  const cluster = newCluster({ members: 0, seed, exempt: ['S10'] })
  const ids = idsOf(2 + random.below(7))
  const stage: Stage = { cluster, random, ids, writes: 0 }
  for (const id of ids) cluster.start(id)
  for (const id of ids) cluster.seeds(id, ...ids.slice(0, 3))
  cluster.run(seconds(3))
  const endMs = cluster.nowMs + seconds(30 + random.below(60))
  while (cluster.nowMs < endMs) {
    cluster.run(random.below(1500))
    DEEDS[random.below(DEEDS.length)]?.(stage)
  }
  cluster.heal()
  cluster.run(seconds(8))
  for (const id of ids) {
    if (!cluster.population.seat(id).process.isRunning) cluster.restart(id)
  }
  cluster.settle(200_000)
  // Keys that end by time are over when the longest has, whoever ended it first.
  cluster.run(seconds(ROUNDS_MAX))
  const held = views(stage)
  for (const view of held) expect(view).toBe(held[0])
  // Graves wait for everybody's word, and nobody is missing now.
  cluster.run(seconds(90))
  for (const id of ids) {
    const { graves, islands } = cluster.population.seat(id).process.machine.state.stats()
    expect({ id, graves, islands }).toEqual({ id, graves: 0, islands: 0 })
  }
}

for (let seed = FIRST; seed < FIRST + COUNT; seed++) {
  test(`state storm ${seed}`, () => storm(seed), 120_000)
}
