// What a detector is tried on: how many members, who crashes and who stalls, and when. Drawn
// from the seed before any member runs, so that every detector meets the very same faults.

import { type Millis, Random } from '../../core/index.ts'

/** Every field is needed to repeat a trial, and sufficient. */
export interface Scenario {
  /** Members in all; 2 … 1000. */
  readonly nodes: number
  /** How many crash for good, one after the other, in the first half of the trial. */
  readonly crashes: number
  /** How many stall: their messages wait both ways, while their timers run. */
  readonly stalled: number
  /** How long one stall lasts. */
  readonly stallMs: Millis
  /** How long the stalled are well again before the next stall. */
  readonly betweenMs: Millis
  /** Share of datagrams and of segments lost, 0 … 1. */
  readonly loss: number
  /** How long faults are played and verdicts counted. */
  readonly lengthMs: Millis
  readonly seed: number
}

/** One thing that befalls a member, in ms from the start of the trial. */
export interface Fault {
  readonly atMs: Millis
  readonly kind: 'crash' | 'stall' | 'unstall'
  readonly member: number
}

/** What will happen, and to whom. Members go by their number, from 0. */
export interface Plot {
  readonly crashing: readonly number[]
  readonly stalling: readonly number[]
  /** In the order of time. */
  readonly faults: readonly Fault[]
}

/** All members stall together, as in Lifeguard's interval experiment; nobody both stalls and crashes. */
export function plotOf(scenario: Scenario): Plot {
  const random = new Random(scenario.seed)
  const order = Array.from({ length: scenario.nodes }, (_, member) => member)
  random.shuffle(order)
  const stalling = order.slice(0, scenario.stalled)
  const crashing = order.slice(scenario.stalled, scenario.stalled + scenario.crashes)
  const faults = [...crashes(scenario, crashing, random), ...stalls(scenario, stalling)]
  return { crashing, stalling, faults: faults.sort((a, b) => a.atMs - b.atMs) }
}

/** Each crash has a part of the first half of the trial to itself, so that the last is seen too. */
function crashes(
  { lengthMs }: Scenario,
  members: readonly number[],
  random: Random,
): readonly Fault[] {
  const partMs = lengthMs / 2 / Math.max(1, members.length)
  return members.map((member, index) => ({
    kind: 'crash',
    member,
    atMs: (index + random.fraction()) * partMs,
  }))
}

function stalls(
  { stallMs, betweenMs, lengthMs }: Scenario,
  members: readonly number[],
): readonly Fault[] {
  const faults: Fault[] = []
  if (stallMs <= 0) return faults
  for (let atMs = 0; atMs < lengthMs; atMs += stallMs + betweenMs) {
    for (const member of members) faults.push({ atMs, kind: 'stall', member })
    const endMs = Math.min(atMs + stallMs, lengthMs)
    for (const member of members) faults.push({ atMs: endMs, kind: 'unstall', member })
  }
  return faults
}

/** What is wrong with a scenario, as a sentence naming the field and its range; undefined if nothing. */
export function scenarioProblem(scenario: Scenario): string | undefined {
  const { nodes, crashes: crashing, stalled, loss, stallMs, betweenMs, lengthMs } = scenario
  if (!isWhole(nodes, 2, NODES_MAX)) return `nodes: a whole number from 2 to ${NODES_MAX} expected`
  if (!isWhole(crashing, 0, nodes - 1)) return `crashes: a whole number below ${nodes} expected`
  if (!isWhole(stalled, 0, nodes - 1)) return `stalled: a whole number below ${nodes} expected`
  if (crashing + stalled > nodes - 1) {
    return 'crashes and stalled: at least one member must stay well, to watch the others'
  }
  if (!(loss >= 0 && loss < 1)) return 'loss: a share from 0 to below 1 expected'
  if (stalled > 0 && !(stallMs > 0)) return 'stallMs: a time above 0 expected'
  if (stalled > 0 && !(betweenMs > 0)) return 'betweenMs: a time above 0 expected'
  if (!(lengthMs > 0 && lengthMs <= LENGTH_MS_MAX)) {
    return `lengthMs: a time above 0 and up to ${LENGTH_MS_MAX} expected`
  }
  return undefined
}

const NODES_MAX = 1000
const LENGTH_MS_MAX = 24 * 3_600_000

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && value >= min && value <= max
}
