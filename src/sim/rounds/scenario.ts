// What a run of the rounds engine is told: the scenario as people write it, the table of its
// options (from which flags, checks and help follow), and the plan with every default filled
// in. How each protocol spreads a rumor stands in the files of their own.

import { HearsayError, transmitLimit } from '../../core/index.ts'

/** Every way of spreading a rumor that can be played in rounds, with one sentence each. */
export const protocols = {
  direct: 'the source sends to every other node itself, once',
  tree: 'each node passes the rumor on to at most k children of a spanning tree',
  push: 'whoever knows tells k random nodes in every round',
  pull: 'whoever does not know asks k random nodes in every round',
  pushpull: 'everybody contacts k random nodes in every round: who knows tells, who does not asks',
  'infect-and-die': 'whoever learns the rumor tells k random nodes once',
  'transmit-limited': 'whoever knows tells k random nodes a round, up to a limit of messages',
  memberlist: "memberlist's schedule: transmit-limited, three messages on each tick of 200 ms",
  'rumor-mongering': 'Demers et al. 1987: one contact a cycle, interest is lost with contacts made',
  hearsay: "hearsay's rule: most copies at once, ring neighbours too, ended by echoes",
} as const

export type ProtocolName = keyof typeof protocols

/** One rumor among `nodes` nodes that know each other; what is left out takes its default. */
export interface SpreadScenario {
  readonly protocol: ProtocolName
  /** Nodes on a complete graph, the source and the crashed ones included, 1 … 20 000 000. */
  readonly nodes: number
  /** Targets of a node in a round (k), 1 … 10 000; default 2, 3 for limited ones and hearsay. */
  readonly fanout?: number
  /** Share of messages lost, each independently, 0 … 1; default 0. */
  readonly loss?: number
  /** Share of nodes crashed before the first round, never the source, 0 … 1; default 0. */
  readonly crash?: number
  /** `wor`: distinct targets, never oneself (default). `self`: any node, repeats and oneself too. */
  readonly selection?: 'wor' | 'self'
  /** Messages (or rounds) a node spends on the rumor; default 4·⌈log10(nodes + 1)⌉. */
  readonly limit?: number
  /** What `limit` counts; default `messages`. */
  readonly limitUnit?: 'messages' | 'rounds'
  /** Rumor mongering: who opens a contact; default `push`. */
  readonly direction?: 'push' | 'pull'
  /** Rumor mongering: lose interest by any contact, or by useless ones alone (default). */
  readonly feedback?: 'blind' | 'feedback'
  /** Rumor mongering: after `interest` contacts, or with chance 1 / interest; default `counter`. */
  readonly memory?: 'coin' | 'counter'
  /** Rumor mongering: the k of the paper, 1 … 1000; default 2. */
  readonly interest?: number
  /** Every so many rounds each node compares notes with a random one by stream; 0: never (default). */
  readonly repairEvery?: number
  /** A run that has not ended by then is cut off, 1 … 1 000 000; default 10 000. */
  readonly roundsMax?: number
  /** Length of a round of gossip in ms, for times only; default 200. */
  readonly roundMs?: number
  /** Time a message takes in ms, for times only; default 1. */
  readonly latencyMs?: number
}

/** A scenario with every default filled in and every value checked. */
export type Plan = Readonly<Required<SpreadScenario>> & {
  /** Nodes that are not crashed, the source included. */
  readonly alive: number
}

/** One option: how to check it, who understands it, and what to tell people. */
export interface SpreadOption {
  readonly meaning: string
  /** Lowest and highest value of a number, or the words allowed. */
  readonly range: readonly [number, number] | readonly string[]
  /** True if only whole numbers make sense. */
  readonly isWhole: boolean
  /** The protocols that take it; all of them if undefined. */
  readonly only: readonly ProtocolName[] | undefined
}

export type SpreadOptionName = Exclude<keyof SpreadScenario, 'protocol'>

/** memberlist's default multiplier of the limit. */
const RETRANSMIT_MULT = 4

const FANNED: readonly ProtocolName[] = [
  'tree',
  'push',
  'pull',
  'pushpull',
  'infect-and-die',
  'transmit-limited',
  'memberlist',
  'hearsay',
]
const CHOOSING: readonly ProtocolName[] = ['push', 'pull', 'pushpull', 'infect-and-die']
const LIMITED: readonly ProtocolName[] = ['transmit-limited', 'memberlist', 'hearsay']
const MONGERING: readonly ProtocolName[] = ['rumor-mongering']

/** The options by name; the order is that of help texts. */
export const spreadOptions: Readonly<Record<SpreadOptionName, SpreadOption>> = {
  nodes: whole([1, 20_000_000], 'Nodes, the source and the crashed ones included.'),
  fanout: whole([1, 10_000], 'Targets of a node in a round (k).', FANNED),
  loss: real([0, 1], 'Share of messages lost, each independently.'),
  crash: real([0, 1], 'Share of nodes crashed before the first round; the source never is.'),
  selection: words(
    ['wor', 'self'],
    'Targets without repetition, or any with oneself among them.',
    CHOOSING,
  ),
  limit: whole([1, 1_000_000], 'Messages a node spends on the rumor.', LIMITED),
  limitUnit: words(['messages', 'rounds'], 'What the limit counts.', ['transmit-limited']),
  direction: words(['push', 'pull'], 'Who opens a contact.', MONGERING),
  feedback: words(
    ['blind', 'feedback'],
    'Lose interest by any contact, or by useless ones.',
    MONGERING,
  ),
  memory: words(['coin', 'counter'], 'Lose interest by chance, or after a count.', MONGERING),
  interest: whole(
    [1, 1000],
    'The k of rumor mongering: contacts, or one over the chance.',
    MONGERING,
  ),
  repairEvery: whole([0, 1_000_000], 'Rounds between two comparisons of notes; 0: never.'),
  roundsMax: whole([1, 1_000_000], 'A run is cut off after so many rounds.'),
  roundMs: real([0, 3_600_000], 'Length of a round of gossip in ms, for times only.'),
  latencyMs: real([0, 3_600_000], 'Time a message takes in ms, for times only.'),
}

/** Checks a scenario and fills it in; a HearsayError `HEARSAY_CONFIG` names every wrong option. */
export function planOf(scenario: SpreadScenario): Plan {
  const problems = spreadProblems(scenario)
  if (problems.length > 0) {
    const message = `This scenario cannot be played: ${problems.join('; ')}.`
    throw new HearsayError('HEARSAY_CONFIG', message, { problems })
  }
  const { nodes, protocol, crash = 0 } = scenario
  const crashed = Math.min(nodes - 1, Math.round(crash * nodes))
  return {
    protocol,
    nodes,
    fanout: scenario.fanout ?? defaultFanout(protocol),
    loss: scenario.loss ?? 0,
    crash,
    selection: scenario.selection ?? 'wor',
    limit: scenario.limit ?? transmitLimit(RETRANSMIT_MULT, nodes),
    limitUnit: scenario.limitUnit ?? 'messages',
    direction: scenario.direction ?? 'push',
    feedback: scenario.feedback ?? 'feedback',
    memory: scenario.memory ?? 'counter',
    interest: scenario.interest ?? 2,
    repairEvery: scenario.repairEvery ?? 0,
    roundsMax: scenario.roundsMax ?? 10_000,
    roundMs: scenario.roundMs ?? 200,
    latencyMs: scenario.latencyMs ?? 1,
    alive: nodes - crashed,
  }
}

function defaultFanout(protocol: ProtocolName): number {
  if (LIMITED.includes(protocol)) return 3
  return protocol === 'rumor-mongering' ? 1 : 2
}

/** True for options, from wherever they came, that `planOf` takes. */
export function isSpreadScenario(told: object): told is SpreadScenario {
  return spreadProblems(told).length === 0
}

/** What is wrong with options, from wherever they came: a sentence each. */
export function spreadProblems(told: object): readonly string[] {
  const protocol = 'protocol' in told ? told.protocol : undefined
  if (!isProtocol(protocol)) {
    return [`protocol is ${show(protocol)}, it must be one of ${Object.keys(protocols).join(', ')}`]
  }
  return Object.entries(told)
    .flatMap(([name, value]) => {
      if (name === 'protocol' || value === undefined) return []
      const option = Object.entries(spreadOptions).find(([known]) => known === name)?.[1]
      if (option === undefined) {
        return [`there is no option ${name}; there are ${Object.keys(spreadOptions).join(', ')}`]
      }
      return problemOf(name, value, option, protocol)
    })
    .concat(
      'nodes' in told && told.nodes !== undefined ? [] : ['nodes is missing, e.g. nodes: 1000'],
    )
}

function isProtocol(value: unknown): value is ProtocolName {
  return typeof value === 'string' && Object.hasOwn(protocols, value)
}

function problemOf(
  name: string,
  value: unknown,
  { range, isWhole, only }: SpreadOption,
  protocol: ProtocolName,
): readonly string[] {
  if (only !== undefined && !only.includes(protocol)) {
    return [`${name} means nothing to ${protocol}, only to ${only.join(', ')}`]
  }
  const [low, high] = range
  if (typeof low !== 'number' || typeof high !== 'number') {
    const isWord = range.some((word) => word === value)
    return isWord ? [] : [`${name} is ${show(value)}, it must be one of ${range.join(', ')}`]
  }
  const isNumber = typeof value === 'number' && value >= low && value <= high
  if (isNumber && (!isWhole || Number.isInteger(value))) return []
  return [
    `${name} is ${show(value)}, it must be a ${isWhole ? 'whole ' : ''}number from ${low} to ${high}`,
  ]
}

function show(value: unknown): string {
  if (typeof value === 'object' && value !== null)
    return Array.isArray(value) ? 'a list' : 'an object'
  return typeof value === 'string' ? `'${value}'` : String(value)
}

function whole(
  range: readonly [number, number],
  meaning: string,
  only?: readonly ProtocolName[],
): SpreadOption {
  return { meaning, range, isWhole: true, only }
}

function real(range: readonly [number, number], meaning: string): SpreadOption {
  return { meaning, range, isWhole: false, only: undefined }
}

function words(
  range: readonly string[],
  meaning: string,
  only: readonly ProtocolName[],
): SpreadOption {
  return { meaning, range, isWhole: false, only }
}
