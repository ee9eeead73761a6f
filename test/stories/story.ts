// Tells a story: a cluster, a mishap, what everybody believes in the end. Every checker
// watches, and a naive model of the rules must agree with every core; on failure the seed and
// the last transitions are printed with the reason.

import { expect, test } from 'vitest'
import { type Config, Core, type Durability, type Random } from '../../src/core/index.ts'
import { NONCE_BYTES } from '../../src/core/wire/index.ts'
import {
  allCheckers,
  type CheckerId,
  Cluster,
  type MemberOptions,
  type Observation,
  type Seat,
  toyCipher,
  withSecondOpinion,
} from '../../src/sim/index.ts'

export interface Cast {
  /** How many (a, b, c…, beyond 26 m1, m2…) or their ids. */
  readonly members: number | readonly string[]
  readonly seed: number
  /** Options of every member. */
  readonly options?: MemberOptions
  /** Members keep their own state on virtual disks, this safely. */
  readonly durability?: Durability
  /** Sees all that the checkers see. */
  readonly onObservation?: (observation: Observation) => void
  /** False: started, but nobody has joined anybody, and no time has passed. */
  readonly joined?: boolean
  /** Invariants that a forger in the story breaks by design. */
  readonly exempt?: readonly CheckerId[]
  /** False: without a second opinion, which knows no cap of the table and no allowed networks. */
  readonly doubted?: boolean
}

export interface Stage {
  /** A cluster whose members have joined and agree, unless told otherwise. */
  readonly start: (cast: Cast) => Cluster
}

const TRANSITIONS_SHOWN = 50
const DAY_MS = 86_400_000

/**
 * Registers a test whose name is `sentence`. Where nobody writes state, whose times are those of
 * wall clocks, it is told twice, the second time with wall clocks that jump by days: every decision
 * about members must be the same to the millisecond (S18).
 */
export function story(sentence: string, tell: (stage: Stage) => void): void {
  test(sentence, () => {
    const { turns, writesState } = perform(tell, 'steady')
    if (writesState) return
    const again = perform(tell, 'jumping')
    expect(again.turns, 'S18: wall clocks that jump change nothing').toEqual(turns)
  })
}

type Walls = 'steady' | 'jumping'

interface Performance {
  /** Of each cluster, every decision about members. */
  readonly turns: readonly string[]
  readonly writesState: boolean
}

function perform(tell: (stage: Stage) => void, walls: Walls): Performance {
  const clusters: Cluster[] = []
  let writesState = false
  const start = (cast: Cast): Cluster => {
    const onObservation = (one: Observation) => {
      writesState ||= one.kind === 'command' && one.command.kind.startsWith('state-')
      cast.onObservation?.(one)
    }
    const cluster = newCluster({ ...cast, onObservation })
    clusters.push(cluster)
    setWallsNowAndThen(cluster, walls)
    open(cluster, cast)
    return cluster
  }
  try {
    tell({ start })
    for (const cluster of clusters) cluster.population.sample()
  } catch (error) {
    throw new Error(clusters.map(programme).join('\n'), { cause: error })
  }
  const turns = clusters.map(({ journal }) => `${journal.count} ${journal.hash}`)
  return { turns, writesState }
}

/**
 * Ever more rarely sets all wall clocks: to what they show already, or to up to two days before or
 * after. Members hear of it either way, for to a slow one that is work.
 */
function setWallsNowAndThen(cluster: Cluster, walls: Walls): void {
  cluster.agenda.at(cluster.nowMs * 1.5 + 2500, () => {
    for (const [i, { process, wallAheadMs }] of cluster.population.seats.entries()) {
      const days = ((i * 7 + Math.round(cluster.nowMs)) % 5) - 2
      const aheadMs = walls === 'jumping' ? days * DAY_MS : wallAheadMs
      if (process.isRunning) cluster.population.jumpWall(process, aheadMs)
    }
    setWallsNowAndThen(cluster, walls)
  })
}

/** A cluster of real cores with every checker on, nobody started. */
export function newCluster(cast: Cast): Cluster {
  const { seed, options = {}, exempt = [], doubted = true, ...rest } = cast
  return new Cluster({
    seed,
    durability: rest.durability,
    ...(rest.onObservation && { onObservation: rest.onObservation }),
    options,
    checkers: allCheckers(exempt),
    make: (config, random) => {
      const core = makeCore(config, random)
      return doubted ? withSecondOpinion(core, config, toyCipher) : core
    },
  })
}

function makeCore(config: Config, random: Random): Core {
  return config.keyring.length === 0
    ? new Core(config, { random })
    : new Core(config, { random, cipher: toyCipher, nonce: () => nonceFrom(random) })
}

function nonceFrom(random: Random): Uint8Array {
  return Uint8Array.from({ length: NONCE_BYTES }, () => random.below(256))
}

/** Milliseconds of `count` seconds. */
export function seconds(count: number): number {
  return count * 1000
}

/** Milliseconds of `count` minutes. */
export function minutes(count: number): number {
  return count * 60_000
}

/** The ids of `count` members. */
export function idsOf(count: number): readonly string[] {
  return Array.from({ length: count }, (_, i) =>
    count <= 26 ? String.fromCharCode(97 + i) : `m${i + 1}`,
  )
}

/** Starts the cast of a cluster that was just made. */
export function open(cluster: Cluster, { members, joined = true }: Cast): void {
  const ids = typeof members === 'number' ? idsOf(members) : members
  if (joined) {
    cluster.form(ids)
    cluster.settle()
  } else {
    for (const id of ids) cluster.start(id)
  }
}

function programme(cluster: Cluster): string {
  const seats = cluster.population.seats.map(
    (seat: Seat) => `${seat.process.id}${seat.process.isRunning ? '' : ' (stopped)'}`,
  )
  return [
    `seed ${cluster.seed}, at ${cluster.nowMs} ms, members ${seats.join(' ')}`,
    ...cluster.journal.tail(TRANSITIONS_SHOWN),
  ].join('\n')
}
