// The commands of replicated state, as rows of the catalog: `kv` and what stands under it.

import type { CommandRow, FlagRow } from '../command.ts'

const own: FlagRow = { flags: '--own', help: "the agent's own keys" }
const node: FlagRow = {
  flags: '--node <name>',
  help: 'the own keys of this member',
  aka: ['--member'],
}
const nodes: FlagRow = { flags: '--nodes', help: 'the own keys of every member that is there' }
const forms = ['json', 'ndjson'] as const

/** `kv`, and its subcommands after it. */
export const kvRows: readonly CommandRow[] = [
  {
    name: 'kv',
    summary: 'keys that all members hold: list, read, set, delete, follow',
    examples: [
      'hearsay kv ls --nodes',
      'hearsay kv set role search --own',
      'hearsay kv watch --nodes',
    ],
    flags: [],
    takes: [],
    load: async () => (await import('../commands/kv.ts')).kv,
  },
  {
    name: 'kv ls',
    args: '[prefix]',
    summary: 'list keys, all or those that begin with a prefix',
    examples: [
      'hearsay kv ls --own',
      'hearsay kv ls svc/ --nodes',
      'hearsay kv ls --node web-2 -o name',
    ],
    flags: [own, node, nodes, { flags: '--limit <n>', help: 'at most so many; 10000 by default' }],
    takes: ['output', 'agent'],
    load: async () => (await import('../commands/kv-ls.ts')).kvLs,
  },
  {
    name: 'kv get',
    args: '<key>',
    summary: 'print what a key holds, byte for byte; exit 6 if there is none',
    examples: [
      'hearsay kv get role --own',
      'hearsay kv get role --node web-2',
      'hearsay kv get cert --own > cert.der',
    ],
    flags: [own, node],
    takes: ['output', 'agent'],
    forms,
    load: async () => (await import('../commands/kv-get.ts')).kvGet,
  },
  {
    name: 'kv set',
    args: '<key> [value]',
    summary: 'set a key; a value of - is read from standard input',
    examples: [
      'hearsay kv set role search --own --ttl 30s',
      'hearsay kv set flags --own --as json --file flags.json',
      'date | hearsay kv set seen - --own',
    ],
    flags: [
      own,
      { flags: '--file <file>', help: 'take the value from this file' },
      {
        flags: '--as <type>',
        help: 'refuse a value that is not this',
        choices: ['json', 'text', 'bytes'],
      },
      { flags: '--ttl <duration>', help: 'ends by itself after so long, such as 30s or 2h' },
    ],
    takes: ['output', 'agent', 'dry-run'],
    load: async () => (await import('../commands/kv-set.ts')).kvSet,
  },
  {
    name: 'kv rm',
    args: '<key>',
    summary: 'delete a key; exit 6 if there is none',
    examples: ['hearsay kv rm role --own', 'hearsay kv rm role --own --yes'],
    flags: [own],
    takes: ['output', 'agent', 'confirm', 'dry-run'],
    load: async () => (await import('../commands/kv-rm.ts')).kvRm,
  },
  {
    name: 'kv watch',
    args: '[prefix]',
    summary: 'follow changes of keys; in a pipe, one JSON object a line',
    examples: [
      'hearsay kv watch --nodes',
      'hearsay kv watch role --node web-2 --initial',
      'hearsay kv watch --own --count 1',
    ],
    flags: [
      own,
      node,
      nodes,
      { flags: '--initial', help: 'begin with what there is' },
      { flags: '--count <n>', help: 'end after so many' },
    ],
    takes: ['output', 'agent'],
    timeout: 'ends after so long, such as 5s or 2m; exit 5 if --count was not reached',
    load: async () => (await import('../commands/kv-watch.ts')).kvWatch,
  },
  {
    name: 'kv stats',
    summary: 'how much state the agent holds, and how far its own stream is',
    examples: ['hearsay kv stats', 'hearsay kv stats -o json'],
    flags: [],
    takes: ['output', 'agent'],
    forms,
    load: async () => (await import('../commands/kv-stats.ts')).kvStats,
  },
]
