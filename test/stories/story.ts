// Tells a story: a cluster, a mishap, what everybody believes in the end. Every checker
// watches, and a naive model of the rules must agree with every core; on failure the seed and
// the last transitions are printed with the reason.

import { test } from 'vitest'
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

/** Registers a test whose name is `sentence`. */
export function story(sentence: string, tell: (stage: Stage) => void): void {
  test(sentence, () => {
    const clusters: Cluster[] = []
    const start = (cast: Cast): Cluster => {
      const cluster = newCluster(cast)
      clusters.push(cluster)
      open(cluster, cast)
      return cluster
    }
    try {
      tell({ start })
      for (const cluster of clusters) cluster.population.sample()
    } catch (error) {
      throw new Error(clusters.map(programme).join('\n'), { cause: error })
    }
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
