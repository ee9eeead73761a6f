// The commands as a table: help, shell completion and the parser follow from these rows. Each
// command's code is loaded only when it runs.

import { type CommandRow, type FlagRow, groupOf } from './command.ts'
import { kvRows } from './kv/rows.ts'
import { agentFlags } from './settings/flags.ts'
import { simRows } from './sim/rows.ts'
import { eventKinds, statuses } from './words.ts'

export const commandRows: readonly CommandRow[] = [
  {
    name: 'up',
    args: '[count]',
    summary: 'start real members on this machine and watch gossip work (1 to 25, default 5)',
    examples: ['hearsay up 5', 'hearsay up 5 --once'],
    flags: [
      { flags: '--once', help: 'end after the story; exit 0 only if every step held' },
      { flags: '--profile <name>', help: 'protocol defaults', choices: ['lan', 'wan', 'local'] },
    ],
    takes: ['output'],
    timeout: 'longest time for the whole story; exit 5 if it is not over',
    ownsSignals: true,
    load: async () => (await import('./commands/up.ts')).up,
  },
  {
    name: 'agent',
    summary: 'run a member until it is told to stop',
    examples: [
      'hearsay agent --dev',
      'hearsay agent --join 10.0.0.4 --label shop --keyring-file keys --tag role=api',
      'hearsay agent --config agent.json --check-config',
    ],
    flags: [
      { flags: '--config <file>', help: 'JSON file of options; flags and HEARSAY_* go before it' },
      { flags: '--check-config', help: 'check all options, print them, and end' },
      {
        flags: '--key <base64>',
        help: 'encryption key; better HEARSAY_KEY or a file',
        repeats: true,
      },
      {
        flags: '--record <file>',
        help: 'write down all that goes in, for hearsay sim replay; a new file, up to 256 MiB',
      },
      { flags: '--child', help: 'end with the parent process', hidden: true },
      ...agentFlags(),
    ],
    takes: ['output'],
    timeout: 'taken everywhere, but an agent runs until it is told to stop',
    ownsSignals: true,
    load: async () => (await import('./commands/agent.ts')).agent,
  },
  {
    name: 'members',
    summary: 'list members as the agent sees them',
    examples: [
      'hearsay members',
      'hearsay members --status failed --tag role=api',
      'hearsay members --expect 5 --timeout 30s',
    ],
    flags: [
      {
        flags: '--status <status>',
        help: 'alive, suspect, failed or left',
        repeats: true,
        values: statuses,
      },
      { flags: '--tag <key=value>', help: 'only members with this tag', repeats: true },
      { flags: '--name <regex>', help: 'only names that match from end to end' },
      { flags: '--watch', help: 'print again at every change' },
      { flags: '--expect <count>', help: 'wait until so many match; exit 5 if they never do' },
    ],
    takes: ['output', 'agent'],
    timeout: 'longest wait for an answer or --expect, such as 500ms, 5s or 2m; ends --watch',
    load: async () => (await import('./commands/members.ts')).members,
  },
  {
    name: 'join',
    args: '<addresses...>',
    summary: 'join members at these addresses',
    examples: ['hearsay join 10.0.0.4', 'hearsay join dns:gossip.shop.svc 10.0.0.4:7946'],
    flags: [],
    takes: ['output', 'agent', 'dry-run'],
    load: async () => (await import('./commands/join.ts')).join,
  },
  {
    name: 'leave',
    args: '[name]',
    summary: 'say goodbye to the cluster and end the agent',
    examples: ['hearsay leave', 'hearsay leave bob --yes'],
    flags: [],
    takes: ['output', 'agent', 'confirm', 'dry-run'],
    load: async () => (await import('./commands/leave.ts')).leave,
  },
  {
    name: 'remove',
    args: '<name>',
    summary: 'forget a failed or left member at this agent',
    examples: ['hearsay remove worker-1', 'hearsay remove worker-1 --dry-run'],
    flags: [],
    takes: ['output', 'agent', 'confirm', 'dry-run'],
    load: async () => (await import('./commands/remove.ts')).remove,
  },
  {
    name: 'event',
    args: '<name> [payload]',
    summary: 'tell every member something; a payload of - is read from standard input',
    examples: ['hearsay event deploy v42 --wait', 'cat flags.json | hearsay event flags -'],
    flags: [
      { flags: '--wait', help: 'show how it spreads, until everybody has heard' },
      { flags: '--coalesce', help: 'receivers may keep only the newest of this name' },
    ],
    takes: ['output', 'agent', 'dry-run'],
    load: async () => (await import('./commands/event.ts')).event,
  },
  {
    name: 'monitor',
    summary: 'follow everything that happens, as it happens; in a pipe, one JSON object a line',
    examples: ['hearsay monitor', 'hearsay monitor --types member-failed,user --grep deploy'],
    flags: [
      {
        flags: '--types <kinds>',
        help: 'only these kinds, separated by commas',
        values: eventKinds,
      },
      { flags: '--grep <regex>', help: 'only lines that match' },
      { flags: '--count <n>', help: 'end after so many' },
    ],
    takes: ['output', 'agent'],
    forms: ['json', 'ndjson'],
    timeout: 'ends after so long, such as 5s or 2m; exit 5 if --count was not reached',
    load: async () => (await import('./commands/monitor.ts')).monitor,
  },
  ...kvRows,
  {
    name: 'why',
    args: '<name>',
    summary: 'the evidence behind what is believed about a member',
    examples: ['hearsay why worker-1', 'hearsay why worker-1 -o json'],
    flags: [],
    takes: ['output', 'agent'],
    load: async () => (await import('./commands/why.ts')).why,
  },
  {
    name: 'views',
    summary: 'ask every member for its view; show who disagrees and about whom',
    examples: ['hearsay views'],
    flags: [],
    takes: ['output', 'agent'],
    load: async () => (await import('./commands/views.ts')).views,
  },
  {
    name: 'info',
    summary: 'the agent and its options, with where each value came from',
    examples: ['hearsay info', 'hearsay info -o wide'],
    flags: [],
    takes: ['output', 'agent'],
    load: async () => (await import('./commands/info.ts')).info,
  },
  {
    name: 'doctor',
    summary: 'check this host and the cluster; findings worst first, each with a fix',
    examples: ['hearsay doctor', 'hearsay doctor -o json'],
    flags: [],
    takes: ['output', 'agent'],
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
  ...simRows,
  {
    name: 'keygen',
    summary: 'print a new encryption key',
    examples: ['hearsay keygen', '(umask 077; hearsay keygen > keys)'],
    flags: [{ flags: '--bytes <n>', help: 'length of the key', choices: ['16', '24', '32'] }],
    takes: ['output'],
    load: async () => (await import('./commands/keygen.ts')).keygen,
  },
  {
    name: 'completion',
    args: '<shell>',
    argumentChoices: ['bash', 'zsh', 'fish', 'pwsh'],
    summary: 'print a completion script for bash, zsh, fish or pwsh',
    examples: ['source <(hearsay completion bash)', 'hearsay completion fish | source'],
    flags: [],
    takes: [],
    load: async () => (await import('./commands/completion.ts')).completion,
  },
  {
    name: 'version',
    summary: 'print the version',
    examples: ['hearsay version'],
    flags: [],
    takes: ['output'],
    load: async () => (await import('./commands/version.ts')).version,
  },
]

/** The commands that stand under this one, in the order of the table. */
export function subcommandsOf(name: string): readonly CommandRow[] {
  return commandRows.filter((row) => groupOf(row.name) === name)
}

/** The row that the first words of a command line mean. */
export function rowOf(words: readonly string[]): CommandRow | undefined {
  const [first = '', second = ''] = words
  return (
    commandRows.find((row) => row.name === `${first} ${second}`) ??
    commandRows.find((row) => row.name === first)
  )
}

/** Flags that commands share, by what they take; those of nothing belong to every command. */
export const commonFlags: readonly (FlagRow & { readonly of?: CommandRow['takes'][number] })[] = [
  { flags: '-q, --quiet', help: 'no remarks on standard error' },
  { flags: '-v, --verbose', help: 'more detail; -vv for more still', repeats: true },
  { flags: '--color <when>', help: 'when to use colour', choices: ['auto', 'always', 'never'] },
  {
    flags: '-o, --output <form>',
    help: 'form of the answer',
    choices: ['json', 'ndjson', 'wide', 'name'],
    of: 'output',
    aka: ['--format', '--out'],
  },
  { flags: '--json', help: 'the same as -o json', of: 'output' },
  {
    flags: '--addr <address>',
    help: "the agent's HTTP address, or the name of one here; else HEARSAY_ADDR",
    of: 'agent',
    aka: ['--address', '--url', '--agent', '--host'],
  },
  { flags: '--timeout <duration>', help: 'longest wait, such as 500ms, 5s or 2m' },
  { flags: '-y, --yes', help: 'do not ask', of: 'confirm' },
  { flags: '--dry-run', help: 'only say what would happen', of: 'dry-run' },
]

/** The common flags of one command. */
export function commonFlagsOf(row: CommandRow): readonly FlagRow[] {
  return commonFlags
    .filter((flag) => flag.of === undefined || row.takes.includes(flag.of))
    .map((flag) => (flag.flags.startsWith('--timeout') ? timeoutFlag(flag, row) : flag))
    .map((flag) => (flag.flags.startsWith('-o') ? outputFlag(flag, row) : flag))
}

/** Scripts may give every command the same `--timeout`; its help says what it bounds there. */
function timeoutFlag(flag: FlagRow, { takes, timeout }: CommandRow): FlagRow {
  if (timeout !== undefined) return { ...flag, help: timeout }
  return takes.includes('agent') ? flag : { ...flag, help: 'taken everywhere; nothing waits here' }
}

/** Data about runs also comes as CSV; the forms for lists of members make no sense there. */
function outputFlag(flag: FlagRow, { forms }: CommandRow): FlagRow {
  return forms === undefined ? flag : { ...flag, choices: forms }
}

/** Every command with the common flags it takes. */
export const fullCommandRows: readonly CommandRow[] = commandRows.map((row) => ({
  ...row,
  flags: [...row.flags, ...commonFlagsOf(row)],
}))
