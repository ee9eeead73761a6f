// What is to be simulated, out of flags and of a JSON file: flags go before the file, the file
// before defaults. Whether the values make sense together is for the engine to say.

import {
  isSpreadScenario,
  type Plan,
  planOf,
  type SpreadScenario,
  spreadOptions,
  spreadProblems,
} from '../../sim/index.ts'
import { type Flags, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { visible } from '../terminal/text.ts'
import { durationOf, flagText, numberFlag, numberOf, wholeNumber } from './flag-values.ts'
import { flagByOption } from './flags.ts'
import { readScenario, type Told } from './scenario-file.ts'

const RUNS_MAX = 10_000_000

/** What a simulation is told. */
export interface Asked {
  readonly scenario: SpreadScenario
  readonly plan: Plan
  readonly runs: number
  readonly seed: number
}

export interface Defaults {
  readonly protocol: SpreadScenario['protocol']
  readonly nodes: number
  readonly runs: number
  /** The command whose help tells the ranges. */
  readonly command: string
}

/** Reads flags and file; throws exit 2 that names what is wrong, and where it stands. */
export function askedOf(flags: Flags, defaults: Defaults): Asked {
  const file = textFlag(flags, 'scenario')
  const typed = toldByFlags(flags)
  const told = { ...(file === undefined ? {} : readScenario(file)), ...typed }
  const { runs = defaults.runs, seed = 1, ...options } = told
  const scenario = { protocol: defaults.protocol, nodes: defaults.nodes, ...options }
  const nameOf = (option: string) =>
    file !== undefined && !(option in typed) ? `${visible(file)}: ${option}` : flagOf(option)
  return {
    ...checked(scenario, nameOf, defaults.command),
    runs: wholeNumber(nameOf('runs'), runs, [1, RUNS_MAX]),
    seed: wholeNumber(nameOf('seed'), seed, [0, Number.MAX_SAFE_INTEGER]),
  }
}

function flagOf(option: string): string {
  return `${flagByOption[option] ?? `--${option}`}${option.endsWith('Ms') ? ' (in ms)' : ''}`
}

/** A scenario that can be played, with its defaults filled in; throws exit 2 otherwise. */
export function checked(
  told: Told,
  nameOf: (option: string) => string = flagOf,
  command = 'sim',
): Pick<Asked, 'scenario' | 'plan'> {
  if (isSpreadScenario(told)) return { scenario: told, plan: planOf(told) }
  const problems = spreadProblems(told)
    // Each begins with the name of its option.
    .map((one) => visible(one, 400).replace(/^[A-Za-z]+/, nameOf))
    .join('\n       ')
  throw new CommandError(exits.usage, problems, `every flag and its range: hearsay help ${command}`)
}

function toldByFlags(flags: Flags): Told {
  const told: Record<string, unknown> = {}
  for (const [option, flag] of Object.entries(flagByOption)) {
    const text = flagText(flags, flag)
    if (text !== undefined) told[option] = flagValue(option, flag, text)
  }
  for (const name of ['runs', 'seed']) {
    const value = numberFlag(flags, `--${name}`)
    if (value !== undefined) told[name] = value
  }
  return told
}

function flagValue(option: string, flag: string, text: string): unknown {
  if (option === 'protocol') return text === 'demers' ? 'rumor-mongering' : text
  if (option.endsWith('Ms')) return durationOf(flag, text)
  const known = Object.entries(spreadOptions).find(([name]) => name === option)?.[1]
  return typeof known?.range[0] === 'number' ? numberOf(flag, text) : text
}
