// The option table: every option that shapes the protocol, with its default per profile,
// its range and what it trades. Types, checks, command-line flags and
// docs/configuration.md follow from the rows; nothing else reads raw options.
// Defaults are memberlist's (its `config.go`) unless the row says otherwise.

import { Address } from './base/address.ts'
import { utf8Length } from './base/text.ts'
import { HearsayError } from './errors.ts'
import { metaOfTags, sizeOfTags } from './views.ts'
import { LABEL_BYTES_MAX, META_BYTES_MAX } from './wire/limits.ts'
import { Keyring } from './wire/sealing.ts'

export type Profile = 'lan' | 'wan' | 'local'
export type Application = 'memberlist' | 'serf'

interface NumberRow {
  readonly kind: 'number'
  readonly lan: number
  readonly wan: number
  readonly local: number
  readonly min: number
  readonly max: number
  /** Whole numbers only. */
  readonly whole: boolean
  readonly unit: 'ms' | 'bytes' | 'count'
  readonly help: string
  readonly trade: string
}

interface FlagRow {
  readonly kind: 'flag'
  readonly initial: boolean
  readonly help: string
  readonly trade: string
}

type Row = NumberRow | FlagRow

const HOUR_MS = 3_600_000

const ms = (defaults: readonly [number, number, number], help: string, trade: string): NumberRow =>
  number('ms', defaults, [0, 24 * HOUR_MS], help, trade)

const count = (
  defaults: readonly [number, number, number],
  range: readonly [number, number],
  help: string,
  trade: string,
): NumberRow => number('count', defaults, range, help, trade)

function number(
  unit: NumberRow['unit'],
  [lan, wan, local]: readonly [number, number, number],
  [min, max]: readonly [number, number],
  help: string,
  trade: string,
): NumberRow {
  return { kind: 'number', lan, wan, local, min, max, whole: true, unit, help, trade }
}

const flag = (initial: boolean, help: string, trade: string): FlagRow => ({
  kind: 'flag',
  initial,
  help,
  trade,
})

/** Every tunable of the protocol. Order is the order of the documentation. */
export const optionTable = {
  probeIntervalMs: ms(
    [1000, 5000, 1000],
    'Time between two probes; each probes one member. 0 switches failure detection off.',
    'Shorter finds crashes sooner and costs two packets a node an interval; every suspicion timeout scales with it.',
  ),
  probeTimeoutMs: ms(
    [500, 3000, 200],
    'How long a direct ping may take before others are asked to try.',
    'Below the 99th percentile round trip, relays work for nothing; near the interval, they come too late.',
  ),
  indirectChecks: count(
    [3, 3, 1],
    [0, 16],
    'How many members are asked to ping on our behalf.',
    'More make a false alarm rarer (each needs all paths to fail) and cost four packets a failed ping each.',
  ),
  tcpPings: flag(
    true,
    'Also try a ping over TCP when the direct ping got no answer.',
    'Off, a network that drops UDP makes healthy members fail.',
  ),
  suspicionMult: count(
    [4, 6, 3],
    [1, 64],
    'Shortest suspicion: suspicionMult · max(1, log10 n) · probeIntervalMs.',
    'Higher gives the accused longer to answer and delays every true failure.',
  ),
  suspicionMaxTimeoutMult: count(
    [6, 6, 6],
    [1, 64],
    'Longest suspicion, as a multiple of the shortest; independent accusers shorten it (Lifeguard §4.2).',
    'Higher protects against one sick accuser; a lone true accuser takes longer.',
  ),
  awarenessMaxMultiplier: count(
    [8, 8, 8],
    [1, 64],
    'How far our own ill health may stretch our probe interval (Lifeguard §4.1).',
    '1 switches it off: a slow node then accuses healthy ones.',
  ),
  buddyPings: flag(
    true,
    'Tell a suspected member of its suspicion with the ping itself (Lifeguard §4.3).',
    'Off, it hears of it by gossip alone, and may answer too late.',
  ),
  retransmitMult: count(
    [4, 4, 2],
    [1, 64],
    'A rumor is passed on at most retransmitMult · ⌈log10(n+1)⌉ times by each member.',
    'Lower saves packets; under loss some members then wait for a push/pull.',
  ),
  gossipIntervalMs: ms(
    [200, 500, 100],
    'Time between two rounds of passing rumors on, while there are any.',
    'Shorter spreads queued news faster; packets are emptier. 0 leaves only eager and piggybacked sends.',
  ),
  gossipNodes: count(
    [3, 4, 3],
    [1, 64],
    'Members told in each gossip round (the fan-out k).',
    'Higher spreads in fewer rounds and uses up the transmit limit sooner.',
  ),
  gossipToTheDeadMs: ms(
    [30_000, 60_000, 15_000],
    'How long a failed member is still gossiped to, and kept in the table.',
    'Long enough for it to hear that it is called dead and answer; longer keeps ghosts in n.',
  ),
  pushPullIntervalMs: ms(
    [30_000, 60_000, 15_000],
    'Time between full exchanges with a random member; grows with log2 of the cluster above 32.',
    'The safety net for lost rumors. Shorter repairs sooner and costs a TCP connection each. 0 switches it off.',
  ),
  healIntervalMs: ms(
    [30_000, 30_000, 30_000],
    'Time between tries to reach a departed member or an unreached seed, so that islands re-join.',
    'Beyond memberlist. Shorter heals a partition sooner; each try is one TCP connection. 0 switches it off.',
  ),
  stateSyncIntervalMs: ms(
    [1000, 3000, 500],
    'Time between two comparisons of replicated state with another member, while there is any state.',
    'Shorter repairs lost rumors of state sooner; each comparison costs about 150 bytes where nothing differs. 0 leaves only rumors.',
  ),
  stateEvictAfterMs: number(
    'ms',
    [24 * HOUR_MS, 24 * HOUR_MS, 24 * HOUR_MS],
    [0, 30 * 24 * HOUR_MS],
    'How long a member may be gone before others take over what it added to shared maps, and no longer wait for it with forgetting what was deleted. Needs more than half of the members alive.',
    'Shorter frees deleted keys sooner; who returns later keeps of its own only what nobody had heard of. 0: never.',
  ),
  stateDeadVisibleMs: ms(
    [5000, 15_000, 1000],
    'How long after a member has failed its leases in shared maps are still read.',
    'Longer bridges failures that are taken back; shorter has others know sooner that it is gone. A goodbye ends leases at once.',
  ),
  stateBeat: flag(
    false,
    'Send beats beside the comparisons of state, and tell how surprising the silence of a member is (`phi`).',
    'Finds a member that answers pings while its state stands still. Costs one packet of up to 1.4 kB a comparison; above 300 members nobody beats.',
  ),
  tcpTimeoutMs: ms(
    [10_000, 30_000, 1000],
    'Longest time for a connection, and again for an exchange over it.',
    'Too short breaks push/pull of large clusters over slow links.',
  ),
  deadReclaimMs: ms(
    [30_000, 30_000, 30_000],
    'How long a failed name stays with its old address before another address may take it.',
    'Shorter lets a replaced machine back sooner; a paused one may find its name taken. 0: never taken.',
  ),
  packetBytesMax: number(
    'bytes',
    [1400, 1400, 1400],
    [512, 65_507],
    'Largest UDP payload we send, label and encryption included.',
    'Above the path MTU packets are fragmented, and one lost fragment loses all.',
  ),
  membersMax: count(
    [10_000, 10_000, 10_000],
    [2, 100_000],
    'Rows of the member table, dead and left included; strangers beyond it are refused and counted.',
    'Bounds what a flood of invented names can make us hold (about 1 KiB a row).',
  ),
  protocolVersion: count(
    [2, 2, 2],
    [1, 5],
    'The memberlist protocol we say we speak (PCur).',
    '1 makes encryption write its old padded form, for peers before memberlist 0.1.',
  ),
  compression: flag(
    true,
    'Compress packets where it makes them smaller, and streams always (LZW).',
    'Off saves processor time on both sides and costs bytes. Reading never depends on it.',
  ),
  verifyIncoming: flag(
    true,
    'With a keyring: drop what is not encrypted.',
    'Off only while a running cluster moves to encryption; anybody may then speak.',
  ),
  verifyOutgoing: flag(
    true,
    'With a keyring: encrypt what we send.',
    'Off only while a running cluster moves to encryption.',
  ),
  crcEverywhere: flag(
    false,
    'Send a checksum with every packet to members that understand it, not only where Go does.',
    'Costs 5 bytes a packet and guards pings and acks on links that corrupt data.',
  ),
  strict: flag(
    false,
    'Behave as memberlist does: no eager rumors, no early push/pull, no healer, no guards beyond its own.',
    'For comparison and for finding out whether hearsay itself is the cause of something.',
  ),
} as const satisfies Readonly<Record<string, Row>>

export type OptionName = keyof typeof optionTable

/** What the rows of the table come to: one value each. */
export type Tunables = {
  readonly [Name in OptionName]: (typeof optionTable)[Name]['kind'] extends 'flag'
    ? boolean
    : number
}

/** What a host hands to the core: identity, and any tunables that differ from the profile. */
export interface CoreOptions extends Partial<Tunables> {
  /** Unique in the cluster; `[A-Za-z0-9._-]{1,128}`. */
  readonly name: string
  /** Where others reach us. */
  readonly advertise: Address
  readonly profile?: Profile | undefined
  readonly application?: Application | undefined
  /** At most 255 bytes of UTF-8; others' packets are dropped. Default: none. */
  readonly label?: string | undefined
  /** Raw keys of 16, 24 or 32 bytes; the first encrypts, all decrypt. Default: none. */
  readonly keyring?: readonly Uint8Array[] | undefined
  readonly tags?: ReadonlyMap<string, string> | undefined
  /** Raw meta bytes, instead of tags; such a node does not announce hearsay. */
  readonly meta?: Uint8Array | undefined
  /** Networks whose members are accepted; all if left out. */
  readonly allow?: readonly Network[] | undefined
  /** Emit a `transition` notice for every change of a row. */
  readonly trace?: boolean | undefined
}

/** A CIDR block: the address bytes and how many of their bits count. */
export interface Network {
  readonly ip: Uint8Array
  readonly prefixBits: number
}

/** The frozen result: nothing is optional any more. */
export interface Config extends Tunables {
  readonly name: string
  readonly advertise: Address
  readonly profile: Profile
  readonly application: Application
  readonly label: string
  readonly keyring: readonly Uint8Array[]
  readonly tags: ReadonlyMap<string, string>
  readonly meta: Uint8Array | undefined
  readonly allow: readonly Network[]
  readonly trace: boolean
}

const NAME = /^[A-Za-z0-9._-]{1,128}$/
const PROFILES: readonly Profile[] = ['lan', 'wan', 'local']
const APPLICATIONS: readonly Application[] = ['memberlist', 'serf']
const KNOWN = new Set<string>([
  ...Object.keys(optionTable),
  ...[
    'name',
    'advertise',
    'profile',
    'application',
    'label',
    'keyring',
    'tags',
    'meta',
    'allow',
    'trace',
  ],
])

/** Checks `options` and fills in the profile. Throws `HEARSAY_CONFIG` naming every problem. */
export function makeConfig(options: CoreOptions): Config {
  const problems = checkOptions(options)
  if (problems.length > 0) {
    const list = problems.join('; ')
    throw new HearsayError('HEARSAY_CONFIG', `wrong options: ${list}. See docs/configuration.md`, {
      problems,
    })
  }
  return Object.freeze({
    ...fillTunables(options),
    name: options.name,
    advertise: options.advertise,
    profile: options.profile ?? 'lan',
    application: options.application ?? 'memberlist',
    label: options.label ?? '',
    keyring: options.keyring ?? [],
    tags: options.tags ?? new Map(),
    meta: options.meta,
    allow: options.allow ?? [],
    trace: options.trace ?? false,
  })
}

/** The default of one option under a profile. */
export function defaultOf(name: OptionName, profile: Profile): number | boolean {
  const row: Row = optionTable[name]
  return row.kind === 'flag' ? row.initial : row[profile]
}

/** Every problem of the tunables in `options`, as sentences; hosts use it for their own options. */
export function checkTunables(options: Readonly<Record<string, unknown>>): readonly string[] {
  const problems: string[] = []
  for (const [name, row] of Object.entries<Row>(optionTable)) {
    const value = options[name]
    if (value === undefined) continue
    const problem = row.kind === 'flag' ? checkFlag(value) : checkNumber(row, value)
    if (problem !== undefined) problems.push(`${name}: ${problem}, got ${show(value)}`)
  }
  return problems
}

function checkOptions(options: CoreOptions): readonly string[] {
  const problems = [...checkTunables({ ...options })]
  for (const key of Object.keys(options))
    if (!KNOWN.has(key)) problems.push(`${key}: no such option`)
  if (!NAME.test(options.name)) {
    problems.push(`name: 1 to 128 of A–Z a–z 0–9 . _ - expected, got ${show(options.name)}`)
  }
  if (options.profile !== undefined && !PROFILES.includes(options.profile)) {
    problems.push(`profile: one of ${PROFILES.join(', ')} expected, got ${show(options.profile)}`)
  }
  if (options.application !== undefined && !APPLICATIONS.includes(options.application)) {
    problems.push(
      `application: one of ${APPLICATIONS.join(', ')} expected, got ${show(options.application)}`,
    )
  }
  return [...problems, ...checkIdentity(options), ...checkMeta(options)]
}

function checkIdentity({ advertise, label, keyring }: CoreOptions): readonly string[] {
  const problems: string[] = []
  if (!(advertise instanceof Address) || advertise.port < 1 || advertise.port > 65_535) {
    problems.push(`advertise: an address with a port from 1 to 65535 expected, got ${advertise}`)
  }
  if (label !== undefined && utf8Length(label) > LABEL_BYTES_MAX) {
    problems.push(`label: at most ${LABEL_BYTES_MAX} bytes expected, got ${utf8Length(label)}`)
  }
  const ring = new Keyring()
  for (const [index, key] of (keyring ?? []).entries()) {
    const problem = ring.add(key)
    if (problem !== undefined) problems.push(`keyring[${index}]: ${problem}`)
  }
  return problems
}

function checkMeta({ tags, meta }: CoreOptions): readonly string[] {
  if (tags !== undefined && meta !== undefined) {
    return ['meta: raw meta excludes tags; give one of them']
  }
  if (meta !== undefined && meta.length > META_BYTES_MAX) {
    return [`meta: at most ${META_BYTES_MAX} bytes expected, got ${meta.length}`]
  }
  if (tags !== undefined && metaOfTags(tags) === undefined) {
    return [`tags: at most ${META_BYTES_MAX} bytes on the wire expected, got ${sizeOfTags(tags)}`]
  }
  return []
}

function checkFlag(value: unknown): string | undefined {
  return typeof value === 'boolean' ? undefined : 'true or false expected'
}

function checkNumber(row: NumberRow, value: unknown): string | undefined {
  const fits = typeof value === 'number' && value >= row.min && value <= row.max
  if (fits && (!row.whole || Number.isInteger(value))) return undefined
  return `a whole number of ${row.unit} from ${row.min} to ${row.max} expected`
}

function fillTunables(options: CoreOptions): Tunables {
  const profile = options.profile ?? 'lan'
  const chosen = {
    ...(options.strict === true ? STRICT_DEFAULTS : {}),
    ...withoutUndefined(options),
  }
  const entries = Object.keys(optionTable).map((name) => {
    const given = (chosen as Readonly<Record<string, unknown>>)[name]
    return [name, given === undefined ? defaultOf(name as OptionName, profile) : given]
  })
  return Object.fromEntries(entries) as Tunables
}

/** memberlist's own defaults where ours differ. */
const STRICT_DEFAULTS = { deadReclaimMs: 0, healIntervalMs: 0 }

function withoutUndefined(options: CoreOptions): Partial<CoreOptions> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

function show(value: unknown): string {
  const isPlain = value === null || typeof value !== 'object'
  const text =
    typeof value === 'string' ? JSON.stringify(value) : isPlain ? String(value) : 'an object'
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
