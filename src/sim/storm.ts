// A storm: everything that a seed thinks of befalls a cluster for a while (the checkers
// watch all the time), then calm, and the members must agree again within a bound. Each
// seed turns on its own choice of faults, so that rare combinations come up.

import { type Millis, Random } from '../core/index.ts'
import type { Cluster } from './cluster.ts'
import { forge } from './forger.ts'
import type { Process } from './process.ts'

export interface StormReport {
  readonly members: number
  /** How often each fault struck. */
  readonly strikes: ReadonlyMap<FaultName, number>
  /** From the first calm moment to agreement. */
  readonly settledMs: Millis
}

interface Stage {
  readonly cluster: Cluster
  readonly random: Random
  readonly paused: Set<Process>
  rounds: number
}

const MEMBERS_MAX = 12
const CHAOS_MIN_MS = 40_000
const CHAOS_SPREAD_MS = 120_000
const STRIKE_EVERY_MEAN_MS = 2500
const STOP_AFTER_LEAVE_MS = 3000
/** Theal of the fault matrix for 12 members, and what a name needs to change its address. */
const CALM_MAX_MS = 112_000 + 30_000 + 62_000

const FAULTS = {
  crash: ({ cluster, random }) => {
    const id = pickLiving(cluster, random)
    if (id !== undefined) cluster.crash(id, random.chance(0.7) ? 'refuses' : 'silent')
  },
  restart: (stage) => restartOne(stage, 'same address'),
  move: (stage) => restartOne(stage, 'new address'),
  leave: ({ cluster, random }) => {
    const id = pickLiving(cluster, random)
    if (id === undefined) return
    cluster.leave(id)
    const { process } = cluster.population.seat(id)
    cluster.agenda.at(cluster.nowMs + STOP_AFTER_LEAVE_MS, () => process.stop('refuses'))
  },
  pause: (stage) => {
    const { cluster, random, paused } = stage
    const id = pickLiving(cluster, random)
    if (id === undefined) return
    const { process } = cluster.population.seat(id)
    process.pause()
    paused.add(process)
    const forMs = 500 + random.fraction() * 25_000
    cluster.agenda.at(cluster.nowMs + forMs, () => wake(stage, process))
  },
  slow: ({ cluster, random }) => {
    const id = pickLiving(cluster, random)
    if (id !== undefined) cluster.slow(id, random.chance(0.5) ? 0 : random.below(300))
  },
  split: ({ cluster, random }) => {
    const ids = cluster.population.seats.map(({ id }) => id)
    random.shuffle(ids)
    const [one, two] = [random.below(ids.length + 1), random.below(ids.length + 1)].sort(ascending)
    cluster.partition(ids.slice(0, one), ids.slice(one, two), ids.slice(two))
  },
  cut: ({ cluster, random }) => {
    const [from, to] = [pickLiving(cluster, random), pickLiving(cluster, random)]
    if (from !== undefined && to !== undefined && from !== to) cluster.cutOneWay([from], [to])
  },
  block: ({ cluster, random }) => {
    const id = pickLiving(cluster, random)
    if (id !== undefined) cluster.block(random.chance(0.5) ? 'udp' : 'tcp', [id])
  },
  mend: ({ cluster }) => cluster.network.heal('cuts only'),
  lose: ({ cluster, random }) => {
    const [datagrams, segments] = [random.fraction() * 0.5, random.fraction() * 0.3]
    cluster.lose(datagrams, random.chance(0.5) ? segments : 0)
  },
  burst: ({ cluster, random }) => {
    const badMeanMs = 200 + random.below(2500)
    cluster.disturb({ burst: { calmMeanMs: 8000, badMeanMs, loss: 1 } })
  },
  disorder: ({ cluster, random }) => {
    const jitterMs = random.below(400)
    cluster.disturb({ duplicate: random.fraction() * 0.4, reorder: random.fraction(), jitterMs })
  },
  delay: ({ cluster, random }) => cluster.disturb({ delayMinMs: random.below(200) }),
  damage: ({ cluster, random }) => cluster.disturb({ corrupt: random.fraction() * 0.2 }),
  reset: ({ cluster, random }) => cluster.disturb({ streamReset: random.fraction() * 0.3 }),
  replay: ({ cluster, random }) => cluster.network.replay(random.below(200), 5000),
  wall: ({ cluster, random }) => {
    const id = pickLiving(cluster, random)
    if (id !== undefined) cluster.jumpWall([id], (random.fraction() - 0.5) * 172_800_000)
  },
  tags: (stage) => {
    const id = pickLiving(stage.cluster, stage.random)
    if (id !== undefined) stage.cluster.setTags(id, { round: String(stage.rounds) })
  },
  forge: ({ cluster, random }) => {
    const id = pickLiving(cluster, random)
    if (id === undefined) return
    const targets = cluster.population.seats.map(({ config }) => ({
      name: config.name,
      address: config.advertise,
    }))
    for (let lies = random.below(20); lies > 0; lies--) cluster.inject(id, forge(targets, random))
  },
  event: (stage) => {
    const id = pickLiving(stage.cluster, stage.random)
    if (id !== undefined) stage.cluster.broadcast(id, `event-${stage.rounds}`)
  },
} as const satisfies Readonly<Record<string, (stage: Stage) => void>>

export type FaultName = keyof typeof FAULTS

const NAMES = Object.keys(FAULTS).filter((name): name is FaultName => name in FAULTS)

/** The faults a storm may bring, in a fixed order. `forge` only comes where it is asked for. */
export const faultNames: readonly FaultName[] = NAMES

export interface Weather {
  /** Somebody inside the network lies: S6 and S10 cannot hold. */
  readonly forger?: boolean
}

/**
 * Lets `cluster`, which has no members yet, live through the storm of its seed. Throws what
 * a checker finds, or a `Disbelief` if the members do not agree in time once it is calm.
 */
export function weather(cluster: Cluster, { forger = false }: Weather = {}): StormReport {
  const random = new Random(cluster.seed * 2 + 1)
  const stage: Stage = { cluster, random, paused: new Set(), rounds: 0 }
  const members = 1 + random.below(MEMBERS_MAX)
  gather(cluster, members)
  cluster.network.record()
  const faults = NAMES.filter((name) => (name === 'forge' ? forger : random.chance(0.5)))
  const strikes = new Map<FaultName, number>()
  const endMs = cluster.nowMs + CHAOS_MIN_MS + random.fraction() * CHAOS_SPREAD_MS
  while (cluster.nowMs < endMs) {
    cluster.run(-Math.log(1 - random.fraction()) * STRIKE_EVERY_MEAN_MS)
    const fault = faults[random.below(faults.length)]
    if (fault === undefined) continue
    strikes.set(fault, (strikes.get(fault) ?? 0) + 1)
    stage.rounds++
    FAULTS[fault](stage)
  }
  calmDown(stage)
  return { members, strikes, settledMs: cluster.settle(CALM_MAX_MS) }
}

/** Starts the members; each is configured with up to three of the first as seeds. */
function gather(cluster: Cluster, members: number): void {
  const ids = Array.from({ length: members }, (_, i) => String.fromCharCode(97 + i))
  for (const id of ids) cluster.start(id)
  for (const id of ids) cluster.seeds(id, ...ids.slice(0, 3))
  cluster.run(3000)
}

function calmDown({ cluster, paused }: Stage): void {
  cluster.heal()
  for (const process of paused) process.resume()
  paused.clear()
  // Who is just leaving goes first, so that nobody stops after the calm has begun.
  cluster.run(STOP_AFTER_LEAVE_MS)
  for (const { id, process, hasLeft } of cluster.population.seats) {
    if (!process.isRunning || hasLeft) cluster.restart(id)
    cluster.slow(id, 0)
  }
}

function restartOne({ cluster, random }: Stage, where: 'same address' | 'new address'): void {
  const down = cluster.population.seats.filter(({ process }) => !process.isRunning)
  const seat = down[random.below(down.length)]
  if (seat === undefined) return
  if (where === 'same address') cluster.restart(seat.id)
  else cluster.restart(seat.id, { advertise: cluster.population.freshAddress() })
}

function wake({ paused }: Stage, process: Process): void {
  if (paused.delete(process)) process.resume()
}

function pickLiving(cluster: Cluster, random: Random): string | undefined {
  const ids = cluster.living()
  return ids[random.below(ids.length)]
}

function ascending(a: number, b: number): number {
  return a - b
}
