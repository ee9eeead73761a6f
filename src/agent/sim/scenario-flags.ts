// What is to be simulated, out of flags and of a JSON file: flags go before the file, the file
// before defaults. Whether the values make sense together is for the engine to say.

import { readFileSync } from 'node:fs'
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
import { nearest } from '../settings/suggest.ts'
import { visible } from '../terminal/text.ts'
import { durationMs } from '../terminal/time.ts'
import { flagByOption } from './flags.ts'

const SIZE_BYTES_MAX = 1_048_576
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
}

/** Reads flags and file; throws exit 2 that names what is wrong. */
export function askedOf(flags: Flags, defaults: Defaults): Asked {
  const file = textFlag(flags, 'scenario')
  const told = { ...(file === undefined ? {} : readScenario(file)), ...toldByFlags(flags) }
  const { runs = defaults.runs, seed = 1, ...options } = told
  const scenario = { protocol: defaults.protocol, nodes: defaults.nodes, ...options }
  return {
    ...checked(scenario),
    runs: wholeNumber('--runs', runs, [1, RUNS_MAX]),
    seed: wholeNumber('--seed', seed, [0, Number.MAX_SAFE_INTEGER]),
  }
}

type Told = Readonly<Record<string, unknown>>

/** A scenario that can be played, with its defaults filled in; throws exit 2 otherwise. */
export function checked(told: Told): Pick<Asked, 'scenario' | 'plan'> {
  if (isSpreadScenario(told)) return { scenario: told, plan: planOf(told) }
  const problems = spreadProblems(told)
    .map((one) => visible(one, 400))
    .join('\n       ')
  throw new CommandError(exits.usage, problems, 'every flag and its range: hearsay help sim')
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

/** `1000`, `1e6`, `0.1`, `.1` or `10%`; throws exit 2 for anything else. */
export function numberOf(flag: string, text: string): number {
  const match = /^((?:\d+(?:\.\d*)?|\.\d+)(?:e\d+)?)(%?)$/.exec(text.replaceAll('_', ''))
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
  const message = `${flag}: a whole number from ${low} to ${high} expected, got ${visible(String(value))}`
  throw new CommandError(exits.usage, message)
}

/** A scenario file, or an answer of `-o json`, whose scenario, runs and seed are taken. */
function readScenario(path: string): Told {
  const parsed = parseFile(path)
  const inner = parsed.scenario
  const told = isObject(inner) ? { ...inner, runs: parsed.runs, seed: parsed.seed } : parsed
  const known = ['protocol', ...Object.keys(spreadOptions), 'runs', 'seed']
  const problems = Object.keys(told)
    .filter((key) => !known.includes(key) && key !== '$schema')
    .map((key) => unknownKey(key, known))
  if (problems.length > 0) throw wrongFile(path, problems.join('; '))
  return Object.fromEntries(Object.entries(told).filter(([key]) => key !== '$schema'))
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = nearest(key, known)
  const help = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`
  return `there is no option ${visible(key)}; ${help}`
}

function parseFile(path: string): Told {
  const text = readText(path)
  if (text.length > SIZE_BYTES_MAX) throw wrongFile(path, 'it is larger than 1 MiB')
  const parsed = parse(path, text)
  if (isObject(parsed)) return parsed
  throw wrongFile(path, 'a JSON object of options expected')
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw wrongFile(path, error instanceof Error ? error.message : String(error))
  }
}

function parse(path: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw wrongFile(path, error instanceof Error ? error.message : String(error))
  }
}

function wrongFile(path: string, why: string): CommandError {
  const example = '{"protocol": "push", "nodes": 1000, "fanout": 2, "loss": 0.1, "runs": 500}'
  return new CommandError(
    exits.usage,
    `${visible(path)}: ${visible(why, 400)}`,
    `for example: ${example}`,
  )
}

function isObject(value: unknown): value is Told {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
