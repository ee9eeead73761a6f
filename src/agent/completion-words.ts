// What a shell may offer after `hearsay`, out of the catalog's rows: flags, their values, the
// words that may follow a command. How a shell is told is left to completion-scripts.ts.

import { type CommandRow, type FlagRow, groupOf, ownWordOf } from './command.ts'

/** All commands, common flags included. */
export type Rows = readonly CommandRow[]

/** A flag as it is typed. */
export interface FlagWord {
  /** `--output`. */
  readonly long: string
  /** `-o`, if it has one. */
  readonly short: string | undefined
  readonly help: string
  readonly value: FlagValue
}

/** What follows a flag: nothing, one of a few words, a file, or something nobody can guess. */
export type FlagValue =
  | { readonly kind: 'none' | 'file' | 'any' }
  | { readonly kind: 'words'; readonly words: readonly string[] }

/** Commands whose argument is a member. */
export const TAKES_MEMBER: readonly string[] = ['why', 'remove', 'leave']

/** The flags of a command that its help shows. */
export function flagWordsOf(row: CommandRow): readonly FlagWord[] {
  return row.flags.filter((flag) => flag.hidden !== true).map(flagWord)
}

function flagWord(flag: FlagRow): FlagWord {
  const [long = ''] = /--[a-z-]+/.exec(flag.flags) ?? []
  const [short] = /^-[a-z]\b/.exec(flag.flags) ?? []
  return { long, short, help: flag.help, value: flagValue(flag) }
}

function flagValue({ flags, choices, values }: FlagRow): FlagValue {
  const words = choices ?? values
  if (!flags.includes('<')) return { kind: 'none' }
  if (words !== undefined) return { kind: 'words', words }
  return { kind: flags.endsWith('<file>') ? 'file' : 'any' }
}

/** Words that may follow the command: its argument's choices, or the commands under it. */
export function argumentWords(row: CommandRow, rows: Rows): readonly string[] {
  const under = rows.filter((one) => groupOf(one.name) === row.name)
  return [...(row.argumentChoices ?? []), ...under.map((one) => ownWordOf(one.name))]
}

/** Commands that stand under no other. */
export function firstWords(rows: Rows): Rows {
  return rows.filter((row) => groupOf(row.name) === undefined)
}

/** Commands that stand under another: `sim compare`. */
export function twoWords(rows: Rows): readonly string[] {
  return rows.map((row) => row.name).filter((name) => groupOf(name) !== undefined)
}

/** One thing to offer, and after which `command --flag` it is offered. */
export interface ValuePlace {
  readonly value: FlagValue
  readonly places: readonly string[]
}

/** Every flag that takes a value, places with the same one together. */
export function valuePlaces(rows: Rows): readonly ValuePlace[] {
  const placesByValue = new Map<string, { value: FlagValue; places: string[] }>()
  for (const row of rows) {
    for (const { long, short, value } of flagWordsOf(row)) {
      if (value.kind === 'none') continue
      const key = JSON.stringify(value)
      const held = placesByValue.get(key) ?? { value, places: [] }
      const names = short === undefined ? [long] : [short, long]
      held.places.push(...names.map((name) => `${row.name} ${name}`))
      placesByValue.set(key, held)
    }
  }
  return [...placesByValue.values()]
}
