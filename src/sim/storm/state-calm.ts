// What must come about in the calm for replicated state: all who share it hold the same (I1),
// and read no lease of a life that is over; deleted keys are forgotten by everybody (I9), and then
// nearly nothing is sent (I10).

import { announcesHearsay, type Millis } from '../../core/index.ts'
import type { Seat } from '../population.ts'
import { DEED_LATTICES, SHARED_KEYS, SHARED_MAP } from '../shared-deed.ts'
import type { Stage } from './fault.ts'
import { livingSeats, type Measured, Unmet, within } from './liveness.ts'

/** How often the owner looks through its deleted keys. */
const COLLECT_EVERY_MS = 30_000
/** A stream whose stamps were too far ahead is looked at again after this at most. */
const STALLED_MS = 60_000
/** Stamps may be so far ahead. */
const DRIFT_MS = 60_000
/** Between two clean-ups of shared maps, and after somebody came none is done for so long. */
const SWEEP_REST_MS = 20_000
const SWEEP_QUIET_MS = 60_000
const IDLE_MS = 20_000
const IDLE_TRIES_MAX = 15
const IDLE_BYTES_PER_SECOND = 400

/** Waits until state is as it must be; throws `Unmet` beyond a bound. */
export function settleState(stage: Stage): readonly Measured[] {
  const sharers = sharersOf(stage)
  const [first] = sharers
  if (first === undefined) return []
  const { stateSyncIntervalMs } = first.config
  const rounds = 6 * Math.ceil(Math.log2(sharers.length)) + 10
  const boundMs = rounds * stateSyncIntervalMs
  const agreed = [within(stage, { id: 'I1', boundMs }, () => ownDifference(stage))]
  // What was stamped ahead of time waits until that is less than a minute away.
  stage.cluster.run(stalledMs(sharers))
  agreed.push(within(stage, { id: 'I1', boundMs }, () => sharedDifference(stage)))
  agreed.push(within(stage, { id: 'I1', boundMs }, () => strayLease(stage)))
  // What is deleted reads the same before all have heard of it: each compares with all once more.
  stage.cluster.run((sharers.length + 1) * stateSyncIntervalMs)
  stage.cluster.population.mark(sharers, 'agreed')
  if (awaitsSomebody(sharers)) return [...agreed, countOn(stage, boundMs)]
  // Each hears from all once in a round of partners. Two rounds and more go by until a clean-up
  // of shared maps is proven, two until the owner may forget what is deleted, and looks.
  const roundMs = sharers.length * stateSyncIntervalMs
  const stableMs = SWEEP_REST_MS + 4 * roundMs + COLLECT_EVERY_MS
  const forgetMs: Millis = SWEEP_QUIET_MS + 3 * stableMs + boundMs
  const forgotten = within(stage, { id: 'I9', boundMs: forgetMs }, () => graves(sharers))
  return [...agreed, forgotten, idle(stage, sharers), countOn(stage, boundMs)]
}

/**
 * Everybody counts on, where it may have adopted what others had counted: each so much that no
 * two read the same before they have heard of all.
 */
function countOn(stage: Stage, boundMs: Millis): Measured {
  const sharers = sharersOf(stage)
  for (const [index, { id }] of sharers.entries()) {
    const op = { lattice: 'counter', kind: 'add', by: 2 ** index } as const
    for (let key = 0; key < SHARED_KEYS; key++) stage.cluster.put(id, SHARED_MAP, `k${key}`, op)
  }
  const counted = within(stage, { id: 'I1', boundMs }, () => sharedDifference(stage))
  stage.cluster.population.mark(sharers, 'agreed')
  return counted
}

/** How long the shared writes of the clock that was furthest ahead have to wait. */
function stalledMs(sharers: readonly Seat[]): Millis {
  const ahead = sharers.map(({ process }) => process.machine.state.stats().clockAheadMs)
  const hasStalled = sharers.some(
    ({ process }) => (process.machine.counters().state_stalls_total ?? 0) > 0,
  )
  return Math.max(hasStalled ? STALLED_MS : 0, Math.max(...ahead) - DRIFT_MS)
}

/** Who lives and takes part in state. */
function sharersOf(stage: Stage): readonly Seat[] {
  return livingSeats(stage).filter(({ config, process }) => {
    const own = process.machine.memberView(config.name)
    return own !== undefined && announcesHearsay(own.meta)
  })
}

/** Why two of those who share state read different things; undefined if all read the same. */
function ownDifference(stage: Stage): string | undefined {
  const sharers = sharersOf(stage)
  const names = new Set(sharers.flatMap(({ process }) => process.machine.state.nodes()))
  for (const name of names) {
    // Who has forgotten it, or never met it, holds nothing of it.
    const [first, ...others] = sharers.filter(
      ({ process }) => process.machine.memberView(name) !== undefined,
    )
    const view = first && viewOf(first, name)
    const other = others.find((seat) => viewOf(seat, name) !== view)
    if (first === undefined || other === undefined) continue
    return `of ${name}, ${first.id} holds ${view}; ${other.id} holds ${viewOf(other, name)}`
  }
  return undefined
}

function sharedDifference(stage: Stage): string | undefined {
  const [first, ...others] = sharersOf(stage)
  const shared = first && sharedViewOf(first)
  const other = others.find((seat) => sharedViewOf(seat) !== shared)
  if (first === undefined || other === undefined) return undefined
  return `of shared maps ${first.id} reads ${shared}; ${other.id} reads ${sharedViewOf(other)}`
}

/** A lease that is read though nobody lives the life it is bound to; undefined if there is none. */
function strayLease(stage: Stage): string | undefined {
  const lives = livingSeats(stage).map(({ config, process }) => {
    return `${config.name} ${process.machine.state.stats().shared?.generation}`
  })
  for (const { id, process } of sharersOf(stage)) {
    for (const { key, value } of process.machine.state.map('register', SHARED_MAP, '')) {
      if (value.kind !== 'register' || !value.lease) continue
      const { name, generation } = value.writer
      if (lives.includes(`${name} ${generation}`)) continue
      return `${id} reads ${key}, a lease of ${name}, whose life ${generation} is over`
    }
  }
  return undefined
}

function sharedViewOf({ process }: Seat): string {
  const items = DEED_LATTICES.flatMap((lattice) =>
    process.machine.state.map(lattice, SHARED_MAP, ''),
  )
  return items
    .map(({ key, value }) => `${value.kind} ${key} ${JSON.stringify(value)}`)
    .sort()
    .join(' ')
}

function viewOf({ process }: Seat, owner: string): string {
  const items = process.machine.state.items(owner, '')
  return items
    .map(({ key, version, value }) => `${key}@${version}=${value.length}x${value[0] ?? 0}`)
    .sort()
    .join(' ')
}

/**
 * Somebody is remembered who may come back with what was deleted, or whose own deletions nobody
 * else may forget; or there may be somebody, of whom one that came alone from its disk cannot know.
 */
function awaitsSomebody(sharers: readonly Seat[]): boolean {
  const [first, second] = sharers
  if (second === undefined && first?.keeper !== undefined && first.lives > 1) return true
  const living = new Set(sharers.map(({ config }) => config.name))
  return sharers.some(
    (seat) =>
      authorsOf(seat).some((name) => !living.has(name)) ||
      seat.process.machine.memberViews().some((row) => row.hearsay && row.status === 'dead'),
  )
}

/** Whose writes it holds: a goodbye may be forgotten by all, but what was shared waits for a day. */
function authorsOf({ process: { machine } }: Seat): readonly string[] {
  const { state } = machine
  const shared = DEED_LATTICES.flatMap((lattice) =>
    state
      .map(lattice, SHARED_MAP, '')
      .flatMap(({ key }) => state.slots({ lattice, map: SHARED_MAP, key })),
  )
  return [...state.nodes(), ...shared.map(({ node }) => node)]
}

function graves(sharers: readonly Seat[]): string | undefined {
  for (const { id, process } of sharers) {
    const { graves, islands } = process.machine.state.stats()
    if (graves + islands > 0) return `${id} has ${graves} graves and ${islands} islands`
  }
  return undefined
}

/**
 * Measures what state costs where nothing changes; its bound is one of bytes. Who came back
 * adopts what it wrote before a minute later, and clean-ups go on: then it is measured again.
 */
function idle(stage: Stage, sharers: readonly Seat[]): Measured {
  const limit = { id: 'I10', boundMs: IDLE_BYTES_PER_SECOND } as const
  for (let tries = 0; tries < IDLE_TRIES_MAX; tries++) {
    const [bytes, news] = [sharers.map(sentBytes), sum(sharers.map(newsOf))]
    stage.cluster.run(IDLE_MS)
    if (sum(sharers.map(newsOf)) > news) continue
    const sent = sharers.map((seat, index) => sentBytes(seat) - (bytes[index] ?? 0))
    const perSecond = Math.max(...sent) / (IDLE_MS / 1000)
    if (perSecond < IDLE_BYTES_PER_SECOND) return { ...limit, tookMs: perSecond }
    throw new Unmet('I10', `${perSecond.toFixed(0)} bytes a second, where nothing changes`)
  }
  throw new Unmet('I10', `something is written at least every ${IDLE_MS} ms`)
}

function sentBytes({ process }: Seat): number {
  return process.machine.counters().state_bytes_sent_total ?? 0
}

/** What it has written, and what was new to it. */
function newsOf({ process }: Seat): number {
  const { state_writes_total = 0, state_segments_taken_total = 0 } = process.machine.counters()
  return state_writes_total + state_segments_taken_total
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0)
}
