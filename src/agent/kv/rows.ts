// The commands of replicated state, as rows of the catalog: `kv` and what stands under it.

import type { CommandRow, FlagRow } from '../command.ts'
import { listed } from '../terminal/text.ts'
import { sharedKinds } from '../words.ts'

const map: FlagRow = { flags: '--map <name>', help: 'another shared map than kv' }
const own: FlagRow = { flags: '--own', help: "the agent's own keys instead" }
const node: FlagRow = {
  flags: '--node <name>',
  help: 'the own keys of this member instead',
  aka: ['--member'],
}
const nodes: FlagRow = { flags: '--nodes', help: 'the own keys of every member that is there' }
const acks: FlagRow = {
  flags: '--acks <count>',
  help: 'wait until so many members hold it, the agent included, or majority; exit 5 if not in time',
  values: ['majority'],
}
const sync: FlagRow = {
  flags: '--sync <count>',
  help: 'catch up with so many other members before, or majority; exit 5 if not in time',
  values: ['majority'],
}
const READ_TIMEOUT = 'longest wait for the agent, and for --sync, such as 500ms or 5s'
const WRITE_TIMEOUT = 'longest wait for the agent, and for --acks, such as 500ms or 5s'
const forms = ['json', 'ndjson'] as const

/** `kv`, and its subcommands after it. */
export const kvRows: readonly CommandRow[] = [
  {
    name: 'kv',
    summary: 'keys that all members hold: list, read, set, delete, follow',
    examples: ['hearsay kv set limit 100', 'hearsay kv get limit', 'hearsay kv ls --nodes'],
    flags: [],
    takes: [],
    load: async () => (await import('../commands/kv.ts')).kv,
  },
  {
    name: 'kv ls',
    args: '[prefix]',
    summary: 'list keys, all or those that begin with a prefix',
    examples: ['hearsay kv ls', 'hearsay kv ls svc/ --nodes', 'hearsay kv ls --node web-2 -o name'],
    flags: [
      map,
      own,
      node,
      nodes,
      sync,
      { flags: '--limit <n>', help: 'at most so many; 10000 by default' },
    ],
    takes: ['output', 'agent'],
    timeout: READ_TIMEOUT,
    load: async () => (await import('../commands/kv-ls.ts')).kvLs,
  },
  {
    name: 'kv get',
    args: '<key>',
    summary: 'print what a key holds, byte for byte; exit 6 if there is none',
    examples: [
      'hearsay kv get limit',
      'hearsay kv get role --node web-2',
      'hearsay kv get cert --map tls > cert.der',
    ],
    flags: [map, own, node, sync],
    takes: ['output', 'agent'],
    forms,
    timeout: READ_TIMEOUT,
    load: async () => (await import('../commands/kv-get.ts')).kvGet,
  },
  {
    name: 'kv set',
    args: '<key> [value]',
    summary: 'set a key; a value of - is read from standard input',
    examples: [
      'hearsay kv set limit 100 --acks majority',
      'hearsay kv set flags --map cfg --as json --file flags.json',
      'date | hearsay kv set seen - --own --ttl 30s',
      'hearsay kv set leader web-1 --lease',
    ],
    flags: [
      map,
      own,
      acks,
      { flags: '--file <file>', help: 'take the value from this file' },
      {
        flags: '--as <type>',
        help: 'refuse a value that is not this',
        choices: ['json', 'text', 'bytes'],
      },
      { flags: '--ttl <duration>', help: 'ends by itself after so long, such as 30s or 2h' },
      { flags: '--lease', help: "a shared key that is read only while the agent's node lives" },
    ],
    takes: ['output', 'agent', 'dry-run'],
    timeout: WRITE_TIMEOUT,
    load: async () => (await import('../commands/kv-set.ts')).kvSet,
  },
  {
    name: 'kv rm',
    args: '<key>',
    summary: 'delete a key; exit 6 if there is none',
    examples: ['hearsay kv rm limit', 'hearsay kv rm role --own --yes'],
    flags: [map, own, acks],
    takes: ['output', 'agent', 'confirm', 'dry-run'],
    timeout: WRITE_TIMEOUT,
    load: async () => (await import('../commands/kv-rm.ts')).kvRm,
  },
  {
    name: 'kv watch',
    args: '[prefix]',
    summary: 'follow changes of keys; in a pipe, one JSON object a line',
    examples: [
      'hearsay kv watch',
      'hearsay kv watch role --nodes --initial',
      'hearsay kv watch --map cfg --count 1',
    ],
    flags: [
      map,
      own,
      node,
      nodes,
      { flags: '--initial', help: 'begin with what there is' },
      { flags: '--count <n>', help: 'end after so many' },
    ],
    takes: ['output', 'agent'],
    forms,
    timeout: 'ends after so long, such as 5s or 2m; exit 5 if --count was not reached',
    load: async () => (await import('../commands/kv-watch.ts')).kvWatch,
  },
  {
    name: 'kv incr',
    args: '<counter> [by]',
    summary: 'add to a shared counter, 1 or so many, and print what it is then',
    examples: [
      'hearsay kv incr visits',
      'hearsay kv incr visits 10',
      'hearsay kv incr visits -- -1',
    ],
    flags: [acks],
    takes: ['output', 'agent'],
    forms,
    timeout: WRITE_TIMEOUT,
    load: async () => (await import('../commands/kv-count.ts')).kvIncr,
  },
  {
    name: 'kv count',
    args: '<counter>',
    summary: 'print what a shared counter is; 0 if nobody has counted',
    examples: ['hearsay kv count visits', 'hearsay kv count visits --sync majority'],
    flags: [sync],
    takes: ['output', 'agent'],
    forms,
    timeout: READ_TIMEOUT,
    load: async () => (await import('../commands/kv-count.ts')).kvCount,
  },
  {
    name: 'kv add',
    args: '<set> <elements...>',
    summary: 'add elements to a shared set',
    examples: ['hearsay kv add blocked 10.0.0.9 10.0.0.8'],
    flags: [acks],
    takes: ['output', 'agent'],
    timeout: WRITE_TIMEOUT,
    load: async () => (await import('../commands/kv-elements.ts')).kvAdd,
  },
  {
    name: 'kv remove',
    args: '<set> <elements...>',
    summary: 'remove elements from a shared set; exit 6 if one is not there',
    examples: ['hearsay kv remove blocked 10.0.0.9'],
    flags: [acks],
    takes: ['output', 'agent'],
    timeout: WRITE_TIMEOUT,
    load: async () => (await import('../commands/kv-elements.ts')).kvRemove,
  },
  {
    name: 'kv members',
    args: '<set>',
    summary: 'print the elements of a shared set, one a line',
    examples: ['hearsay kv members blocked'],
    flags: [sync],
    takes: ['output', 'agent'],
    timeout: READ_TIMEOUT,
    load: async () => (await import('../commands/kv-elements.ts')).kvMembers,
  },
  {
    name: 'kv explain',
    args: '<key>',
    summary: 'why a shared key reads as it does: who added what, and what keeps its traces',
    examples: [
      'hearsay kv explain limit',
      'hearsay kv explain visits --type counter',
      'hearsay kv explain 10.0.0.9 --type set --map blocked',
    ],
    flags: [
      { flags: '--map <name>', help: 'another map than kv, or the set that it may be in' },
      {
        flags: '--type <type>',
        help: `what the key is: ${listed(sharedKinds)}; a map has it by default`,
        values: sharedKinds,
      },
    ],
    takes: ['output', 'agent'],
    forms,
    load: async () => (await import('../commands/kv-explain.ts')).kvExplain,
  },
  {
    name: 'kv stats',
    summary: 'how much state the agent holds, and how far its own stream is',
    examples: ['hearsay kv stats', 'hearsay kv stats -o name # who is gone and waited for'],
    flags: [],
    takes: ['output', 'agent'],
    forms: [...forms, 'name'],
    load: async () => (await import('../commands/kv-stats.ts')).kvStats,
  },
]
