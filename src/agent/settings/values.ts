// Reads one option's value from each place it may come from: text of a flag or variable,
// JSON of the configuration file. Problems come back as sentences; nothing throws.

import * as v from 'valibot'
import { durationMs } from '../terminal/time.ts'
import type { OptionRow } from './rows.ts'

export type OptionValue =
  | string
  | number
  | boolean
  | readonly string[]
  | Readonly<Record<string, string>>

export type Reading =
  | { readonly ok: true; readonly value: OptionValue }
  | { readonly ok: false; readonly problem: string }

/** What the value must look like, for error messages and documentation. */
export function expectation({ type }: OptionRow): string {
  switch (type.kind) {
    case 'text':
      return 'a text'
    case 'choice':
      return `one of ${type.choices.join(', ')}`
    case 'list':
      return 'a list of texts'
    case 'pairs':
      return 'key=value pairs'
    case 'duration':
      return 'a duration such as 500ms, 5s or 2m'
    case 'number':
      return `a whole number from ${type.min} to ${type.max}`
    case 'flag':
      return 'true or false'
  }
}

/** The schema of a value as it stands in the configuration file. */
export function schemaOf(row: OptionRow): v.GenericSchema<unknown, OptionValue> {
  const wrong = `${expectation(row)} expected`
  const { type } = row
  switch (type.kind) {
    case 'text':
      return v.pipe(v.string(wrong), v.minLength(1, wrong), v.maxLength(4096, wrong))
    case 'choice':
      return v.picklist(type.choices, wrong)
    case 'list':
      return v.pipe(v.array(v.string(wrong), wrong), v.maxLength(1024, wrong))
    case 'pairs':
      return v.record(v.string(), v.string(wrong), wrong)
    case 'duration':
      return durationSchema(type.min, type.max, wrong)
    case 'number':
      return v.pipe(
        v.number(wrong),
        v.integer(wrong),
        v.minValue(type.min, wrong),
        v.maxValue(type.max, wrong),
      )
    case 'flag':
      return v.boolean(wrong)
  }
}

/** Reads a value of the configuration file. */
export function readJson(row: OptionRow, raw: unknown): Reading {
  const result = v.safeParse(schemaOf(row), raw)
  if (result.success) return { ok: true, value: result.output }
  return { ok: false, problem: `${result.issues[0].message}, got ${show(raw)}` }
}

/** Reads the texts given by a flag (one or more) or by a variable (one). */
export function readText(row: OptionRow, texts: readonly string[]): Reading {
  const last = texts[texts.length - 1] ?? ''
  switch (row.type.kind) {
    case 'list':
      return readJson(row, texts.flatMap(commaParts))
    case 'pairs':
      return readPairs(row, texts)
    case 'number':
      return readJson(row, /^-?\d+$/.test(last) ? Number(last) : last)
    case 'flag':
      return readJson(row, FLAG_WORDS.get(last.toLowerCase()) ?? last)
    default:
      return readJson(row, last)
  }
}

const FLAG_WORDS = new Map([
  ['true', true],
  ['on', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['off', false],
  ['no', false],
  ['0', false],
])

function commaParts(text: string): readonly string[] {
  return text.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]))
}

function readPairs(row: OptionRow, texts: readonly string[]): Reading {
  const pairs = new Map<string, string>()
  for (const part of texts.flatMap(commaParts)) {
    const at = part.indexOf('=')
    if (at < 1) return { ok: false, problem: `${expectation(row)} expected, got ${show(part)}` }
    pairs.set(part.slice(0, at), part.slice(at + 1))
  }
  return { ok: true, value: Object.fromEntries(pairs) }
}

function durationSchema(min: number, max: number, wrong: string) {
  return v.pipe(
    v.string(wrong),
    v.transform((text) => durationMs(text) ?? Number.NaN),
    v.number(wrong),
    v.minValue(min, wrong),
    v.maxValue(max, wrong),
  )
}

function show(raw: unknown): string {
  const text = JSON.stringify(raw) ?? String(raw)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
