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
import { durationMs } from '../terminal/time.ts'
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
    const text = textFlag(flags, attributeOf(flag))
    if (text !== undefined) told[option] = flagValue(option, flag, text)
  }
  for (const name of ['runs', 'seed']) {
    const text = textFlag(flags, name)
    if (text !== undefined) told[name] = numberOf(`--${name}`, text)
  }
  return told
}

/** commander's name for a flag: `--limit-unit` is `limitUnit`. */
function attributeOf(flag: string): string {
  return flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

function flagValue(option: string, flag: string, text: string): unknown {
  if (option === 'protocol') return text === 'demers' ? 'rumor-mongering' : text
  if (option.endsWith('Ms')) return durationOf(flag, text)
  const known = Object.entries(spreadOptions).find(([name]) => name === option)?.[1]
  return typeof known?.range[0] === 'number' ? numberOf(flag, text) : text
}

/** A duration flag as milliseconds; throws exit 2 for anything else. */
export function durationOf(flag: string, text: string): number {
  const ms = durationMs(text)
  if (ms !== undefined) return ms
  const message = `${flag}: a duration such as 200ms or 1s expected, got ${visible(text)}`
  throw new CommandError(exits.usage, message)
}

/** `1000`, `1e6`, `-0.1`, `.1` or `10%`; throws exit 2 for anything else. */
export function numberOf(flag: string, text: string): number {
  const match = /^(-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(%?)$/i.exec(text.replaceAll('_', ''))
  if (match !== null) return Number(match[1]) / (match[2] === '%' ? 100 : 1)
  throw new CommandError(exits.usage, `${flag}: a number expected, got ${visible(text)}`)
}

/** A whole number within bounds; throws exit 2 for anything else. */
export function wholeNumber(
  flag: string,
  value: unknown,
  [low, high]: readonly [number, number],
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) {
    return value
  }
  const got =
    typeof value === 'object' ? 'got a list or an object' : `got ${visible(String(value))}`
  const message = `${flag}: a whole number from ${low} to ${high} expected, ${got}`
  throw new CommandError(exits.usage, message)
}
