// Flags of the commands that simulate, and what they can be. Written out here rather than made
// from the engine's table of options, since every start of `hearsay` reads the catalog and
// none but these commands needs the engine; a test holds the two together.

import type { FlagRow } from '../command.ts'

/** Ways of spreading a rumor that `--protocol` knows. */
export const protocolWords: readonly string[] = [
  'push',
  'pull',
  'pushpull',
  'direct',
  'tree',
  'infect-and-die',
  'transmit-limited',
  'memberlist',
  'rumor-mongering',
  'hearsay',
]

/** Which flag sets which option of a scenario. */
export const flagByOption: Readonly<Record<string, string>> = {
  protocol: '--protocol',
  nodes: '--nodes',
  fanout: '--fanout',
  loss: '--loss',
  crash: '--crash',
  selection: '--selection',
  limit: '--limit',
  limitUnit: '--limit-unit',
  direction: '--direction',
  feedback: '--feedback',
  memory: '--memory',
  interest: '--interest',
  repairEvery: '--repair-every',
  roundsMax: '--rounds-max',
  roundMs: '--round',
  latencyMs: '--latency',
}

const group = 'Scenario:'

const PROTOCOL: FlagRow = {
  flags: '--protocol <name>',
  help: 'how the rumor spreads, push by default; demers is rumor-mongering',
  choices: [...protocolWords, 'demers'],
  group,
}
const NODES: FlagRow = {
  flags: '--nodes <n>',
  help: 'nodes, the source included, 1 to 20000000; 1000 by default',
  group,
}
const FANOUT: FlagRow = {
  flags: '--fanout <k>',
  help: 'targets of a node in a round, 1 to 10000; 2, where a limit ends it 3',
  group,
}
const LOSS: FlagRow = {
  flags: '--loss <share>',
  help: 'messages lost, 0 to 1: 0.1 or 10%; 0 by default',
  group,
}
const CRASH: FlagRow = {
  flags: '--crash <share>',
  help: 'nodes crashed before the first round, never the source, 0 to 1; 0 by default',
  group,
}
const ROUND: FlagRow = {
  flags: '--round <duration>',
  help: 'length of a round, up to 1h, for times only; 200ms by default',
  group,
}
const LATENCY: FlagRow = {
  flags: '--latency <duration>',
  help: 'time a message takes, up to 1h, for times only; 1ms by default',
  group,
}
const RUNS: FlagRow = { flags: '--runs <n>', help: 'how many runs, 1 to 10000000; 500 by default' }
/** `--seed`, which every command that simulates takes. */
export const seedFlag: FlagRow = {
  flags: '--seed <n>',
  help: '0 or more; the same seed gives the same figures everywhere; 1 by default',
}
/** `--workers`, likewise. */
export const workersFlag: FlagRow = {
  flags: '--workers <n>',
  help: 'threads to use, 1 to 64, one a processor by default; never changes the figures',
}
const SVG: FlagRow = { flags: '--svg <file>', help: 'also write a chart as SVG' }
const REPORT: FlagRow = {
  flags: '--report <file>',
  help: 'also write one HTML page with all charts and figures',
}

/** Flags for some of the protocols only. */
const FINER: readonly FlagRow[] = [
  {
    flags: '--selection <how>',
    help: 'targets: distinct, or any node with itself among them',
    choices: ['wor', 'self'],
    group,
  },
  {
    flags: '--limit <n>',
    help: 'times a node tells the rumor, 1 to 1000000; by default as memberlist has it',
    group,
  },
  {
    flags: '--limit-unit <unit>',
    help: 'what --limit counts',
    choices: ['messages', 'rounds'],
    group,
  },
  {
    flags: '--direction <word>',
    help: 'rumor mongering: who opens a contact',
    choices: ['push', 'pull'],
    group,
  },
  {
    flags: '--feedback <word>',
    help: 'rumor mongering: lose interest by useless contacts only',
    choices: ['blind', 'feedback'],
    group,
  },
  {
    flags: '--memory <word>',
    help: 'rumor mongering: after so many, or by chance',
    choices: ['coin', 'counter'],
    group,
  },
  {
    flags: '--interest <n>',
    help: 'rumor mongering: the k of the paper, 1 to 1000; 2 by default',
    group,
  },
  {
    flags: '--repair-every <rounds>',
    help: 'rounds between two comparisons of notes, 0 to 1000000; 0, by default: never',
    group,
  },
  {
    flags: '--rounds-max <n>',
    help: 'a run is cut off after so many rounds, 1 to 1000000; 10000 by default',
    group,
  },
]

/** The parts of a simulation that can be asked for as one SVG. */
export const simCharts = ['spread', 'sends', 'faults', 'limits'] as const

export const compareCharts = ['spread', 'load', 'sends', 'coverage'] as const

export const detectCharts = ['sizes', 'alarms'] as const

function chartFlag(charts: readonly string[]): FlagRow {
  const help = `what --svg shows; ${charts[0]} by default`
  return { flags: '--chart <name>', help, choices: charts }
}

/** The flags for files beside the answer, for a command with these charts. */
export function fileFlags(charts: readonly string[]): readonly FlagRow[] {
  return [SVG, chartFlag(charts), REPORT]
}

/** The flags of `hearsay sim compare`. */
export const compareFlags: readonly FlagRow[] = [
  NODES,
  { ...LOSS, help: 'messages lost where some are, 0 to 1; 25% by default' },
  { ...CRASH, help: 'nodes crashed where some are, 0 to 1; 30% by default' },
  ROUND,
  LATENCY,
  { ...RUNS, help: 'how many runs each, 1 to 10000000; 200 by default' },
  seedFlag,
  workersFlag,
  ...fileFlags(compareCharts),
]

/** The flags of `hearsay sim`, in the order of its help. */
export const simFlags: readonly FlagRow[] = [
  PROTOCOL,
  NODES,
  FANOUT,
  LOSS,
  CRASH,
  ...FINER,
  ROUND,
  LATENCY,
  { flags: '--scenario <file>', help: 'JSON file of these, or an answer of -o json' },
  RUNS,
  seedFlag,
  workersFlag,
  ...fileFlags(simCharts),
]
