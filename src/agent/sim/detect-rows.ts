// `sim detect` as a row of the catalog.

import type { CommandRow, FlagRow } from '../command.ts'
import { detectCharts, fileFlags, seedFlag, workersFlag } from './flags.ts'

/** Detectors that `--detector` knows. */
export const detectorWords: readonly string[] = ['swim', 'lifeguard', 'hearsay', 'heartbeat']

const group = 'Scenario:'

const SCENARIO: readonly FlagRow[] = [
  { flags: '--nodes <n>', help: 'members, 2 to 1000; 128 by default', group },
  { flags: '--crash <members>', help: 'how many crash, in turn: 2 or 5%; 1 by default', group },
  {
    flags: '--stalled <members>',
    help: 'how many stall together, again and again: 8 or 10%',
    group,
  },
  { flags: '--stall <duration>', help: 'how long a stall lasts; 16s by default', group },
  { flags: '--between <duration>', help: 'how long they are well in between; 1s', group },
  { flags: '--loss <share>', help: 'packets lost, 0 to below 1: 0.1 or 10%; 0 by default', group },
  { flags: '--length <duration>', help: 'how long a trial lasts, up to 24h; 2m by default', group },
  {
    flags: '--lifeguard',
    help: "the experiment of Lifeguard's paper: 1 to 32 of 128 stalled for 128ms to 33s; exit 1 if the promise is broken",
    group,
  },
]

/** `sim detect`. */
export const detectRow: CommandRow = {
  name: 'sim detect',
  summary: 'play crashes and stalls to failure detectors: how soon found, how many wronged',
  examples: [
    'hearsay sim detect --nodes 64 --crash 2',
    'hearsay sim detect --stalled 8 --stall 16s --runs 5 -o csv',
    'hearsay sim detect --lifeguard',
  ],
  flags: [
    ...SCENARIO,
    {
      flags: '--detector <name>',
      help: 'only this one; hearsay is Lifeguard as this library has it',
      repeats: true,
      values: detectorWords,
    },
    {
      flags: '--runs <n>',
      help: 'trials a detector, 1 to 100000, each by a seed of its own; 5 by default',
    },
    seedFlag,
    workersFlag,
    ...fileFlags(detectCharts),
  ],
  takes: ['output'],
  forms: ['json', 'ndjson', 'csv'],
  timeout: 'ends after so long with the trials that are done, such as 30s; exit 5',
  load: async () => (await import('../commands/sim-detect.ts')).simDetect,
}
