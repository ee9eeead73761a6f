// The commands that simulate, as rows of the catalog: `sim` and what stands under it, and
// `plan`.

import type { CommandRow } from '../command.ts'
import { detectRow } from './detect-rows.ts'
import { compareFlags, simFlags } from './flags.ts'
import { planRow } from './plan-rows.ts'
import { replayRow } from './replay-row.ts'

const TIMEOUT = 'ends after so long with the runs that are done, such as 30s; exit 5'
const forms = ['json', 'ndjson', 'csv'] as const

/** `sim`, its subcommands after it, and `plan`. */
export const simRows: readonly CommandRow[] = [
  {
    name: 'sim',
    summary: 'play a rumor many times over: how far, how fast, at what cost',
    examples: [
      'hearsay sim --nodes 1000 --fanout 2',
      'hearsay sim --protocol memberlist --loss 0.1 --crash 0.3 --runs 500 --svg spread.svg',
      'hearsay sim --scenario scenario.json --report report.html',
    ],
    flags: simFlags,
    takes: ['output'],
    forms,
    timeout: TIMEOUT,
    load: async () => (await import('../commands/sim.ts')).sim,
  },
  {
    name: 'sim compare',
    summary: 'direct broadcast, tree, push, memberlist and hearsay side by side',
    examples: [
      'hearsay sim compare',
      'hearsay sim compare --nodes 10000 --loss 10% --crash 20% --report compare.html',
      'hearsay sim compare --svg load.svg --chart load',
    ],
    flags: compareFlags,
    takes: ['output'],
    forms,
    timeout: TIMEOUT,
    load: async () => (await import('../commands/sim-compare.ts')).compare,
  },
  detectRow,
  replayRow,
  planRow,
]
