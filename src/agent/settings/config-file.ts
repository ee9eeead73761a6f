// The configuration file: JSON whose keys are the options' names, durations as texts. Every
// wrong key and value is reported at once, with the nearest right name.

import { CommandError, exits, reasonOf } from '../contract.ts'
import { visible } from '../terminal/text.ts'
import { readSmallFile } from './bounded-file.ts'
import { optionRows } from './rows.ts'
import { nearest } from './suggest.ts'
import { type OptionValue, readJson } from './values.ts'

const SIZE_BYTES_MAX = 1_048_576

/** Values by key. Throws a `CommandError` that lists every problem. */
export function readConfigFile(path: string): ReadonlyMap<string, OptionValue> {
  const { values, problems } = checkConfig(parseFile(path))
  if (problems.length > 0) {
    const list = problems.map((problem) => `\n  ${problem}`).join('')
    throw new CommandError(
      exits.usage,
      `${path} has ${problems.length === 1 ? 'a mistake' : 'mistakes'}:${list}`,
      'every option is described in docs/configuration.md',
    )
  }
  return values
}

/** Checks the parsed file: what it sets, and every problem as a sentence. */
export function checkConfig(parsed: Readonly<Record<string, unknown>>): {
  readonly values: ReadonlyMap<string, OptionValue>
  readonly problems: readonly string[]
} {
  const values = new Map<string, OptionValue>()
  const problems: string[] = []
  const rowByKey = new Map(optionRows.map((row) => [row.key, row]))
  for (const [key, raw] of Object.entries(parsed)) {
    const row = rowByKey.get(key)
    if (key === '$schema') continue
    if (row === undefined) problems.push(unknownKey(key, [...rowByKey.keys()]))
    else {
      const reading = readJson(row, raw)
      if (reading.ok) values.set(key, reading.value)
      else problems.push(`${key}: ${visible(reading.problem)}`)
    }
  }
  return { values, problems }
}

function unknownKey(key: string, known: readonly string[]): string {
  if (key === 'key' || key === 'keyring') {
    return `${key}: keys do not belong in this file; set keyringFile to a file of mode 0600`
  }
  const near = nearest(key.replace(/Ms$/, ''), known)
  return `${visible(key)}: no such option${near === undefined ? '' : `; did you mean ${near}?`}`
}

function parseFile(path: string): Readonly<Record<string, unknown>> {
  let text: string | undefined
  try {
    text = readSmallFile(path, SIZE_BYTES_MAX)
  } catch (error) {
    throw new CommandError(exits.usage, `cannot read ${path}: ${reasonOf(error)}`, undefined, error)
  }
  if (text === undefined) throw new CommandError(exits.usage, `${path} is over 1 MiB`)
  let parsed: unknown
  try {
    parsed = JSON.parse(text.replace(/^\ufeff/, ''))
  } catch (error) {
    const hint = 'the file is JSON: double quotes, no comments, no comma after the last entry'
    throw new CommandError(exits.usage, `${path}: ${reasonOf(error)}`, hint, error)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new CommandError(exits.usage, `${path}: an object { … } expected`)
  }
  return Object.fromEntries(Object.entries(parsed))
}
