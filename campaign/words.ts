// The command lines of the campaign and of the crash test. A mistyped word must not run something
// else for minutes: a text says what is wrong, and nothing is run.

import { type ParseArgsConfig, parseArgs } from 'node:util'
import { allRows } from './rows/all.ts'

export interface Words {
  readonly isLong: boolean
  /** Real Serf agents go through the same rows, in turns. */
  readonly isBeside: boolean
  /** How often each row is run; figures are medians. */
  readonly rounds: number
  readonly rows: readonly string[] | undefined
  /** One lane after the other, where memory or processors are scarce. */
  readonly isOneByOne: boolean
  /** A folder for the logs of all agents. */
  readonly logs: string | undefined
  readonly isHelp: boolean
}

export interface CrashWords {
  /** Of kills on each side. */
  readonly rounds: number
  readonly logs: string | undefined
  readonly hasWorld: boolean
  readonly isHelp: boolean
}

export const HELP = `npm run campaign -- [flags]

Real processes in network namespaces, faults, and what must hold. Needs Linux, root, ip, nft,
unshare and prlimit. Exit 0: all held; 1: something did not; 2: wrong words; 77: not run.

  --long          all rows, each for as long as the fault matrix says
  --beside serf   real Serf agents go through the same rows in turns; tells both medians
  --rounds N      runs each row N times and judges the medians (1; with --beside 3)
  --rows A,B      only these: N1 stands for N1-30 and N1-60, too
  --one-by-one    one cluster at a time instead of four
  --logs DIR      keeps what every agent wrote, one file each`

export const CRASH_HELP = `npm run crash -- [flags]

Five real agents with --data-dir and --durability fsync: written to on both sides of a
partition, killed (SIGKILL) in the middle of writes, started again, healed; then all killed at
once and started again. In network namespaces with Linux, root, ip, nft and unshare; elsewhere
the two sides are two clusters on loopback that have not met yet.
Exit 0: all read the same and nothing acknowledged was lost; 1: not so; 2: wrong words.

  --rounds N      so many rounds of kills on each side (1)
  --logs DIR      keeps what every agent wrote, one file each
  --no-world      without namespaces, even where they can be made`

const TEXT = { type: 'string' } as const
const YES = { type: 'boolean', default: false } as const
const HELP_WORD = { ...YES, short: 'h' } as const

const WORDS = {
  long: YES,
  beside: TEXT,
  rounds: TEXT,
  rows: TEXT,
  'one-by-one': YES,
  logs: TEXT,
  help: HELP_WORD,
} as const

const CRASH_WORDS = { rounds: TEXT, logs: TEXT, 'no-world': YES, help: HELP_WORD } as const

/** Reads the words of the campaign; a text says what is wrong with them. */
export function readWords(argv: readonly string[]): Words | string {
  const given = parsed(argv, WORDS)
  if (typeof given === 'string') return given
  const { beside } = given
  if (beside !== undefined && beside !== 'serf') return `--beside takes serf, not ${beside}`
  const rounds = roundsOf(given.rounds ?? (beside === undefined ? '1' : '3'))
  if (rounds === undefined) return NO_ROUNDS
  const rows = given.rows?.split(',')
  const stranger = rows?.find(
    (one) => !allRows.some(({ id }) => id === one || id.startsWith(`${one}-`)),
  )
  if (stranger !== undefined) {
    return `--rows: there is no row ${stranger}; there are ${allRows.map(({ id }) => id).join(', ')}`
  }
  return {
    isLong: given.long,
    isBeside: beside !== undefined,
    rounds,
    rows,
    isOneByOne: given['one-by-one'],
    logs: given.logs,
    isHelp: given.help,
  }
}

/** Reads the words of the crash test; a text says what is wrong with them. */
export function readCrashWords(argv: readonly string[]): CrashWords | string {
  const given = parsed(argv, CRASH_WORDS)
  if (typeof given === 'string') return given
  const rounds = roundsOf(given.rounds ?? '1')
  if (rounds === undefined) return NO_ROUNDS
  return { rounds, logs: given.logs, hasWorld: !given['no-world'], isHelp: given.help }
}

const NO_ROUNDS = '--rounds takes a whole number from 1 up'

function roundsOf(text: string): number | undefined {
  const rounds = Number(text)
  return Number.isSafeInteger(rounds) && rounds >= 1 ? rounds : undefined
}

function parsed<T extends NonNullable<ParseArgsConfig['options']>>(
  argv: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...argv], options }).values
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
