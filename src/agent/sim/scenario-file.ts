// A scenario out of a JSON file: options as an object, or an answer of `hearsay sim -o json`,
// whose scenario, runs and seed are taken. What is wrong with a file names it.

import { spreadOptions } from '../../sim/index.ts'
import { apiVersion, CommandError, exits, reasonOf } from '../contract.ts'
import { readSmallFile } from '../settings/bounded-file.ts'
import { nearest } from '../settings/suggest.ts'
import { visible } from '../terminal/text.ts'

const SIZE_BYTES_MAX = 1_048_576

/** Options by name, from wherever they came; nothing is known of their values yet. */
export type Told = Readonly<Record<string, unknown>>

const OPTIONS = ['protocol', ...Object.keys(spreadOptions)]
const RUNS = ['runs', 'seed']

/** The options of a file, `runs` and `seed` among them; throws exit 2 that names the file. */
export function readScenario(path: string): Told {
  const { $schema: _, ...parsed } = parseFile(path)
  const isAnswer = 'kind' in parsed || 'apiVersion' in parsed
  if (isAnswer) checkAnswer(path, parsed)
  if (!isAnswer && !('scenario' in parsed)) {
    checkKeys(path, parsed, [...OPTIONS, ...RUNS])
    return parsed
  }
  const { scenario, runs, seed, ...others } = parsed
  if (!isObject(scenario)) throw wrongFile(path, 'scenario: an object of options expected')
  checkKeys(path, scenario, OPTIONS)
  checkBeside(path, others)
  if (!isAnswer) checkKeys(path, others, [])
  return { ...scenario, runs, seed }
}

function checkAnswer(path: string, { kind, apiVersion: version }: Told): void {
  if (kind === 'Simulation' && version === apiVersion) return
  const found = JSON.stringify({ apiVersion: version, kind })
  const wanted = JSON.stringify({ apiVersion, kind: 'Simulation' })
  throw wrongFile(path, `an answer of hearsay sim expected, ${wanted}, not ${found}`)
}

/** Options that would be passed over, since those in `scenario` are taken. */
function checkBeside(path: string, others: Told): void {
  const lost = Object.keys(others).filter((key) => OPTIONS.includes(key))
  if (lost.length === 0) return
  throw wrongFile(path, `${lost.join(', ')} beside scenario would not be read; move it there`)
}

function checkKeys(path: string, told: Told, known: readonly string[]): void {
  const problems = Object.keys(told)
    .filter((key) => !known.includes(key))
    .map((key) => unknownKey(key, [...OPTIONS, ...RUNS]))
  if (problems.length > 0) throw wrongFile(path, problems.join('; '))
}

function unknownKey(key: string, known: readonly string[]): string {
  const near = known.includes(key) ? undefined : nearest(key, known)
  const help = near === undefined ? `there are ${known.join(', ')}` : `did you mean ${near}?`
  return `there is no option ${visible(key)} here; ${help}`
}

function parseFile(path: string): Told {
  const parsed = attempt(path, () => JSON.parse(readText(path).replace(/^\ufeff/, '')))
  if (isObject(parsed)) return parsed
  throw wrongFile(path, 'a JSON object of options expected')
}

function readText(path: string): string {
  const text = attempt(path, () => readSmallFile(path, SIZE_BYTES_MAX))
  if (text !== undefined) return text
  throw wrongFile(path, 'it is larger than 1 MiB')
}

function attempt<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (error) {
    if (error instanceof CommandError) throw error
    throw wrongFile(path, reasonOf(error))
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
