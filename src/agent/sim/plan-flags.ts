// What `hearsay plan` is asked, out of its flags.

import {
  type Config,
  type CoreOptions,
  HearsayError,
  ipv4,
  makeConfig,
  transmitLimit,
} from '../../core/index.ts'
import type { SpreadScenario } from '../../sim/index.ts'
import { type Flags, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { durationFlag, numberFlag, wholeFlag } from './flag-values.ts'

/** A cluster to look ahead for. */
export interface PlanAsked {
  readonly nodes: number
  readonly loss: number
  readonly latencyMs: number
  readonly rumorsPerSecond: number
  readonly rumorBytes: number
  readonly tagBytes: number
  readonly options: Partial<CoreOptions>
  readonly config: Config
  /** Members of a trial, at most `nodes`. */
  readonly members: number
  readonly trials: number
  readonly runs: number
  readonly seed: number
}

const DEFAULTS = { nodes: 1000, members: 60, trials: 8, runs: 200 } as const
const NODES_MAX = 100_000
const MEMBERS_MAX = 1000
/** With its name an event has at most 512 bytes. */
const RUMOR_BYTES_MAX = 500
const TAG_BYTES_MAX = 400
const RATE_MAX = 10_000

/** Reads the flags; throws exit 2 that names what is wrong. */
export function planAskedOf(flags: Flags): PlanAsked {
  const nodes = wholeFlag(flags, '--nodes', DEFAULTS.nodes, [2, NODES_MAX])
  const options = optionsOf(flags)
  return {
    nodes,
    loss: shareOf(flags, '--loss'),
    latencyMs: durationFlag(flags, '--latency') ?? 1,
    rumorsPerSecond: within('--rate', numberFlag(flags, '--rate') ?? 1, [0, RATE_MAX]),
    rumorBytes: wholeFlag(flags, '--size', 100, [0, RUMOR_BYTES_MAX]),
    tagBytes: wholeFlag(flags, '--tags', 0, [0, TAG_BYTES_MAX]),
    options,
    config: configOf(options),
    members: Math.min(nodes, wholeFlag(flags, '--members', DEFAULTS.members, [2, MEMBERS_MAX])),
    trials: wholeFlag(flags, '--trials', DEFAULTS.trials, [1, 10_000]),
    runs: wholeFlag(flags, '--runs', DEFAULTS.runs, [1, 1_000_000]),
    seed: wholeFlag(flags, '--seed', 1, [0, Number.MAX_SAFE_INTEGER]),
  }
}

/** How a rumor spreads among so many nodes of this plan, for the rounds engine. */
export function spreadScenarioOf(asked: PlanAsked, nodes: number): SpreadScenario {
  const { config, loss, latencyMs } = asked
  return {
    protocol: config.strict ? 'memberlist' : 'hearsay',
    nodes,
    loss,
    fanout: config.gossipNodes,
    limit: transmitLimit(config.retransmitMult, nodes),
    roundMs: config.gossipIntervalMs,
    latencyMs,
  }
}

function optionsOf(flags: Flags): Partial<CoreOptions> {
  const profile = textFlag(flags, 'profile')
  const interval = durationFlag(flags, '--interval')
  const probe = durationFlag(flags, '--probe-interval')
  const fanout = numberFlag(flags, '--fanout')
  return {
    ...(profile === 'lan' || profile === 'wan' || profile === 'local' ? { profile } : {}),
    ...(interval === undefined ? {} : { gossipIntervalMs: interval }),
    ...(probe === undefined ? {} : { probeIntervalMs: probe }),
    ...(fanout === undefined ? {} : { gossipNodes: fanout }),
    ...(flags.strict === true ? { strict: true } : {}),
  }
}

/** The options with their defaults; throws exit 2 for one out of range. */
function configOf(options: Partial<CoreOptions>): Config {
  try {
    return makeConfig({ ...options, name: 'plan', advertise: ipv4(127, 0, 0, 1, 7946) })
  } catch (error) {
    if (!(error instanceof HearsayError)) throw error
    const list = error.problems.join('; ')
    const said = list.replaceAll(
      /\b[a-z][A-Za-z]+(?=:)/g,
      (name) => FLAG_BY_OPTION.get(name) ?? name,
    )
    throw new CommandError(exits.usage, said, 'every flag: hearsay help plan', error)
  }
}

const FLAG_BY_OPTION = new Map([
  ['gossipIntervalMs', '--interval (in ms)'],
  ['probeIntervalMs', '--probe-interval (in ms)'],
  ['gossipNodes', '--fanout'],
])

function shareOf(flags: Flags, flag: string): number {
  const value = numberFlag(flags, flag) ?? 0
  if (value >= 0 && value < 1) return value
  throw new CommandError(exits.usage, `${flag}: a share from 0 to below 1 expected, such as 5%`)
}

function within(flag: string, value: number, [low, high]: readonly [number, number]): number {
  if (value >= low && value <= high) return value
  throw new CommandError(exits.usage, `${flag}: a number from ${low} to ${high} expected`)
}
