// `plan` as a row of the catalog.

import type { CommandRow } from '../command.ts'
import { seedFlag, workersFlag } from './flags.ts'

const group = 'Cluster:'

export const planRow: CommandRow = {
  name: 'plan',
  summary: 'what to expect of a cluster: time, bytes, detection, false alarms',
  examples: [
    'hearsay plan --nodes 1000 --loss 1% --rate 5 --size 200',
    'hearsay plan --nodes 200 --profile wan --latency 80ms',
    'hearsay plan --nodes 50 --probe-interval 500ms -o json',
  ],
  flags: [
    { flags: '--nodes <n>', help: 'members, 2 to 100000; 1000 by default', group },
    {
      flags: '--loss <share>',
      help: 'packets lost, 0 to below 1: 0.01 or 1%; 0 by default',
      group,
    },
    { flags: '--latency <duration>', help: 'time a packet takes one way; 1ms by default', group },
    {
      flags: '--rate <n>',
      help: 'rumors a second in the whole cluster, 0 to 10000; 1 by default',
      group,
    },
    { flags: '--size <bytes>', help: 'payload of a rumor, 0 to 500; 100 by default', group },
    { flags: '--tags <bytes>', help: 'tags a member carries, 0 to 400; 0 by default', group },
    {
      flags: '--profile <name>',
      help: 'protocol defaults',
      choices: ['lan', 'wan', 'local'],
      group,
    },
    { flags: '--interval <duration>', help: 'time between two rounds of gossip', group },
    { flags: '--probe-interval <duration>', help: 'time between two probes of a member', group },
    { flags: '--fanout <k>', help: 'members told in a round of gossip', group },
    { flags: '--strict', help: 'as memberlist does, without what hearsay adds', group },
    {
      flags: '--members <n>',
      help: 'members of a trial, beyond which figures are scaled, 2 to 1000; 60 by default',
    },
    { flags: '--trials <n>', help: 'trials of the real core, 1 to 10000; 8 by default' },
    { flags: '--runs <n>', help: "runs of a rumor's spread, 1 to 1000000; 200 by default" },
    seedFlag,
    workersFlag,
  ],
  takes: ['output'],
  forms: ['json', 'ndjson'],
  timeout: 'ends after so long with what is done, such as 30s; exit 5',
  load: async () => (await import('../commands/plan.ts')).plan,
}
