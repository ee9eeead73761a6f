// SWIM's failure detector in periods (Das, Gupta, Motivala 2002 §3–4): how long until some
// member first probes a crashed one, and how likely a probe fails although its target lives.
// Exact laws, and the same drawn. Time counts in probe periods; what follows the first probe
// (suspicion, and the news of it) is left to others.

import { HearsayError } from '../../core/index.ts'
import type { Draws } from './draws.ts'
import { thresholdOf } from './draws.ts'

/**
 * `random`: each period each member probes one random other. `round-robin`: each goes through
 * a shuffled list of all others and shuffles it anew (SWIM §4.3, memberlist).
 */
export type ProbeOrder = 'random' | 'round-robin'

export interface DetectionScenario {
  /** Members, the crashed one included, 2 … 10 000 000. */
  readonly members: number
  /** Others that have crashed too and probe nobody, 0 … members − 2; default 0. */
  readonly faultyOthers?: number
  /** Default `random`. */
  readonly order?: ProbeOrder
}

/** Chance that nobody has probed it after 0, 1, 2 … whole periods, as far as it matters. */
export function undetectedBy(scenario: DetectionScenario): readonly number[] {
  const { probers, others, order } = checked(scenario)
  const alone = (periods: number): number =>
    order === 'random' ? (1 - 1 / others) ** periods : roundRobinMissed(others, periods)
  const chances = [1]
  while ((chances.at(-1) ?? 0) > 1e-15) chances.push(alone(chances.length) ** probers)
  return chances
}

/**
 * Chance that a member that works through shuffled lists has not come to one given entry
 * after so many probes, if it was caught anywhere in its list.
 */
function roundRobinMissed(others: number, probes: number): number {
  // Done of the list when the crash came: 0 … others − 1, each as likely. The entry is missed
  // in the rest of this list, and then in as many probes of the next.
  let sum = 0
  for (let done = 0; done < others; done++) {
    const here = Math.min(probes, others - done)
    const next = Math.min(probes - here, others)
    sum += ((others - here) / others) * ((others - next) / others)
  }
  return sum / others
}

/** Expected periods until one given member has come to the crashed one, round robin. */
export function oneMemberDelay({ members }: DetectionScenario): number {
  let sum = 0
  for (let probes = 0; probes < 2 * members; probes++) {
    sum += roundRobinMissed(members - 1, probes)
  }
  return sum
}

/** The longest that one given member can take, round robin: the end of one list and all of the next. */
export function oneMemberDelayMax({ members }: DetectionScenario): number {
  return 2 * (members - 1) - 1
}

/**
 * Expected periods until a probe of the crashed member begins if every member has its own
 * phase, each moment as likely; random order.
 */
export function meanToFirstProbe(scenario: DetectionScenario): number {
  const { probers, others } = checked(scenario)
  // Within a period a member has probed by time t with chance t, and hit with 1 / others.
  const missed = 1 - 1 / others
  const withinOne = (others / (probers + 1)) * (1 - missed ** (probers + 1))
  return withinOne / (1 - missed ** probers)
}

/** Draws the period (1, 2, …) in which the crashed member is first probed; aligned periods. */
export function drawFirstDetection(scenario: DetectionScenario, draws: Draws): number {
  const { probers, others, order } = checked(scenario)
  if (order === 'random') {
    for (let period = 1; ; period++) {
      for (let i = 0; i < probers; i++) if (draws.below(others) === 0) return period
    }
  }
  let first = 2 * others
  for (let i = 0; i < probers; i++) first = Math.min(first, drawRoundRobin(others, draws))
  return first
}

/** Draws the probes that one member needs to come to a given entry, caught anywhere in its list. */
export function drawRoundRobin(others: number, draws: Draws): number {
  const done = draws.below(others)
  const place = draws.below(others)
  return place >= done ? place - done + 1 : others - done + draws.below(others) + 1
}

/** Draws when, in periods, a probe of the crashed member first begins; phases of their own. */
export function drawFirstProbe(scenario: DetectionScenario, draws: Draws): number {
  const { probers, others } = checked(scenario)
  let first = Number.POSITIVE_INFINITY
  for (let i = 0; i < probers; i++) {
    const phase = draws.bits() / 4_294_967_296
    let period = 0
    // Who cannot be first any more need not be followed further.
    while (phase + period < first && draws.below(others) !== 0) period++
    first = Math.min(first, phase + period)
  }
  return first
}

export interface ProbeScenario {
  /** Chance that a packet arrives in time, 0 … 1 (the paper's q_ml). */
  readonly inTime: number
  /** Members asked to ping on our behalf (k), 0 or more. */
  readonly relays: number
  /** Share of members that work, 0 … 1 (the paper's q_f); default 1. */
  readonly working?: number
}

/** Chance that a probe of a living member fails: neither the ping nor any relay gets through. */
export function probeFailure({ inTime, relays, working = 1 }: ProbeScenario): number {
  return (1 - inTime ** 2) * (1 - working * inTime ** 4) ** relays
}

/**
 * The paper's rate of false alarms: how many members are wrongly suspected in a period, as
 * each is probed by chance; with all working the failure of a probe times e / (e − 1).
 */
export function falseAlarmRate(scenario: ProbeScenario): number {
  const { working = 1 } = scenario
  return working * probeFailure(scenario) * (Math.exp(working) / Math.expm1(working))
}

/** False reports expected in a whole cluster in one period: every working member makes a probe. */
export function clusterFalseReports(scenario: ProbeScenario, members: number): number {
  return members * (scenario.working ?? 1) * probeFailure(scenario)
}

/** Draws one probe of a living member; true if it fails. */
export function drawProbeFails(
  { inTime, relays, working = 1 }: ProbeScenario,
  draws: Draws,
): boolean {
  const arrives = thresholdOf(inTime)
  const works = thresholdOf(working)
  const passes = (legs: number): boolean => {
    for (let leg = 0; leg < legs; leg++) if (!draws.isBelow(arrives)) return false
    return true
  }
  if (passes(2)) return false
  for (let relay = 0; relay < relays; relay++) if (draws.isBelow(works) && passes(4)) return false
  return true
}

interface Checked {
  /** Members that probe. */
  readonly probers: number
  /** Members that each of them may probe. */
  readonly others: number
  readonly order: ProbeOrder
}

function checked({ members, faultyOthers = 0, order = 'random' }: DetectionScenario): Checked {
  const probers = members - 1 - faultyOthers
  if (!Number.isInteger(members) || members > 10_000_000 || !(probers >= 1) || faultyOthers < 0) {
    throw new HearsayError(
      'HEARSAY_CONFIG',
      `Nobody can detect a crash among ${members} members of which ${faultyOthers} more have crashed: members must be a whole number from 2 to 10000000, and at least one must be left to probe.`,
    )
  }
  return { probers, others: members - 1, order }
}
