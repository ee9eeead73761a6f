// Checks of what the agent knows already: members, options, counters. Pure: facts in,
// findings out.

import type { Member } from '../../host/api.ts'
import { metricOf } from '../http/agent-side.ts'
import type { Finding } from '../http/shapes.ts'
import { listed, pasted, plural, visible } from '../terminal/text.ts'
import { broken, good, note, warning } from './findings.ts'
import { checkState } from './state-checks.ts'

/** A look at the agent, all at one moment. */
export interface AgentFacts {
  readonly self: Member
  /** All rows, ourselves and the departed included. */
  readonly members: readonly Member[]
  readonly metrics: Readonly<Record<string, number>>
  /** Who is gone, and waited for before anything deleted is forgotten. */
  readonly waitingFor: readonly string[]
  readonly lag: { readonly p99Ms: number; readonly maxMs: number }
  readonly isEncrypted: boolean
  /** Gossip can be reached from other machines. */
  readonly isExposed: boolean
  readonly label: string
}

type Check = (facts: AgentFacts) => readonly Finding[]

const META_BYTES_MAX = 512
const LAG_MS_WORRYING = 100

/** The findings of every check. */
export function checkFacts(facts: AgentFacts): readonly Finding[] {
  return checks.flatMap((check) => check(facts))
}

const checks: readonly Check[] = [
  statuses,
  clusterSize,
  advertised,
  encryption,
  strangers,
  versions,
  tagSize,
  health,
  loopLag,
  alertmanagerOrder,
  checkState,
]

function statuses({ members }: AgentFacts): readonly Finding[] {
  const named = (status: string) =>
    members.filter((one) => one.status === status).map((one) => one.name)
  const failed = named('failed')
  const suspect = named('suspect')
  const shown = (names: readonly string[]) => listed(names.map((name) => visible(name)))
  const findings: Finding[] = []
  if (failed.length > 0) {
    const fix = `hearsay why ${pasted(failed[0] ?? '')}; for one that will not return: hearsay remove`
    findings.push(warning('members', `failed: ${shown(failed)}`, fix))
  }
  if (suspect.length > 0) {
    const fix = `hearsay why ${pasted(suspect[0] ?? '')}`
    findings.push(warning('members', `suspect: ${shown(suspect)}`, fix))
  }
  return findings.length > 0 ? findings : [good('members', 'none is suspect or failed')]
}

function clusterSize({ members }: AgentFacts): readonly Finding[] {
  const alive = members.filter((one) => one.status === 'alive').length
  if (alive >= 3) return [good('size', `${alive} members are alive`)]
  if (alive === 1) {
    return [note('size', 'this member is alone', 'hearsay join ADDRESS, or start others')]
  }
  const message = 'two members are alive: neither can ask a third before it suspects the other'
  return [note('size', message, 'run at least three')]
}

function advertised({ self, members }: AgentFacts): readonly Finding[] {
  const { host } = self
  if (host === '0.0.0.0' || host === '::') {
    const message = `the advertised address ${host} means nothing to others`
    return [broken('advertise', message, 'set --advertise to an address others can reach')]
  }
  const others = members.filter((one) => !one.self && one.status !== 'left')
  const isLocal = isLoopbackHost(host)
  if (isLocal && others.some((one) => !isLoopbackHost(one.host))) {
    const message = `the advertised address ${self.address} is loopback, but members are elsewhere`
    return [broken('advertise', message, 'set --advertise to an address others can reach')]
  }
  if (/^172\.(1[7-9]|2\d|3[01])\.0\.1$/.test(host)) {
    const message = `${host} looks like a container bridge of this host; other hosts cannot reach it`
    return [warning('advertise', message, 'set --advertise to the address of a real interface')]
  }
  return [good('advertise', `others are told ${self.address}`)]
}

function encryption({ isEncrypted, isExposed, label }: AgentFacts): readonly Finding[] {
  if (!isExposed) return [good('encryption', 'gossip stays on this machine')]
  const findings: Finding[] = []
  if (isEncrypted) findings.push(good('encryption', 'gossip is encrypted'))
  else {
    const message = 'gossip is not encrypted: whoever reaches the port can join, read and lie'
    const fix = 'hearsay keygen > keys; then --keyring-file keys on every member'
    findings.push(warning('encryption', message, fix))
  }
  if (label === '') {
    const message = 'no label: a cluster without one may merge with this one by accident'
    findings.push(note('label', message, 'give every member the same --label'))
  }
  return findings
}

interface StrangerRow {
  readonly find: typeof warning
  readonly pattern: RegExp
  readonly check: string
  readonly says: string
  readonly fix: string
}

const STRANGERS: readonly StrangerRow[] = [
  {
    find: warning,
    pattern: /(^|_)label(_|$)/,
    check: 'label',
    says: 'packets or streams with another label were dropped',
    fix: 'somebody with another --label has this address: compare labels, or remove it from their join list',
  },
  {
    find: warning,
    pattern: /crypt|(^|_)key(_|$)|plaintext/,
    check: 'key',
    says: 'packets or streams could not be decrypted, or were not encrypted',
    fix: 'compare the keys of all members; hearsay info shows whether one is set',
  },
  {
    find: warning,
    pattern: /conflict/,
    check: 'name',
    says: 'claims of another address on a name in use were refused',
    fix: 'two members have one name: give each its own --name',
  },
  {
    find: warning,
    pattern: /rx_drop_vsn_/,
    check: 'version',
    says: 'members with versions that do not fit ours were skipped',
    fix: 'hearsay members -o wide shows versions; bring the oldest up to date',
  },
  {
    find: note,
    pattern:
      /rx_drop_(size|crc|compress|bomb|nesting|type|msgpack|state|name|addr|meta|truncated)_/,
    check: 'garbage',
    says: 'packets or entries made no sense',
    fix: 'a peer with a fault, a damaged link, or a stranger knocking; the log names addresses',
  },
  {
    find: warning,
    pattern: /overload|table_full|overflowed|streams_refused/,
    check: 'overload',
    says: 'packets or members were refused because there were too many',
    fix: 'see hearsay_* counters at /v1/metrics for which; raise membersMax or find the flood',
  },
]

function strangers({ metrics }: AgentFacts): readonly Finding[] {
  const findings = STRANGERS.flatMap(({ find, pattern, check, says, fix }): readonly Finding[] => {
    const hits = Object.entries(metrics).filter(([name, value]) => value > 0 && pattern.test(name))
    const count = hits.reduce((sum, [, value]) => sum + value, 0)
    return count === 0 ? [] : [find(check, `${count} ${says}`, fix)]
  })
  return findings.length > 0 ? findings : [good('strangers', 'no packet was refused')]
}

function versions({ self, members }: AgentFacts): readonly Finding[] {
  const [, , current = 0] = self.versions
  const odd = members.filter((one) => one.status !== 'left' && (one.versions[2] ?? 0) !== current)
  if (odd.length === 0) return [good('version', `all speak protocol ${current}`)]
  const names = listed(odd.map((one) => `${visible(one.name)} (${one.versions[2] ?? '?'})`))
  const message = `we speak protocol ${current}, others differ: ${names}`
  return [note('version', message, 'fine during an upgrade; finish it')]
}

function tagSize({ self }: AgentFacts): readonly Finding[] {
  const used = self.meta.length
  if (used < META_BYTES_MAX * 0.8) return [good('tags', `${used} of ${META_BYTES_MAX} bytes`)]
  const message = `tags use ${used} of ${META_BYTES_MAX} bytes`
  return [warning('tags', message, 'keep tags short; put what is large elsewhere')]
}

function health({ metrics }: AgentFacts): readonly Finding[] {
  const score = metricOf(metrics, 'health_score')
  if (score === 0) return [good('health', 'own health score 0')]
  const message = `own health score is ${score}: probes of this member fail or come late`
  const fix = 'is this process or its network overloaded? see loop lag and packet loss'
  return [warning('health', message, fix)]
}

function loopLag({ lag }: AgentFacts): readonly Finding[] {
  const shown = `event-loop lag p99 ${lag.p99Ms.toFixed(0)} ms, worst ${lag.maxMs.toFixed(0)} ms`
  if (lag.p99Ms < LAG_MS_WORRYING) return [good('loop', shown)]
  const fix = 'something in this process computes for too long; a busy member accuses healthy ones'
  return [warning('loop', shown, fix)]
}

/** Alertmanagers wait by their rank among all names, so ours must come last. */
function alertmanagerOrder({ self, members }: AgentFacts): readonly Finding[] {
  const others = members.filter((one) => !one.self && one.status !== 'left')
  const managers = others.filter(
    (one) => /:9094$/.test(one.address) || /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/.test(one.name),
  )
  const delayed = managers.filter((one) => self.name < one.name)
  if (managers.length === 0) return []
  if (delayed.length === 0) return [good('alertmanager', 'our name sorts after the Alertmanagers')]
  const message =
    `our name sorts before ${plural(delayed.length, 'Alertmanager')}: ` +
    'each of them sends its notifications 15 s later because of us'
  return [
    warning('alertmanager', message, 'choose a name that sorts last, such as --name z-hearsay'),
  ]
}

function isLoopbackHost(host: string): boolean {
  return host === '::1' || host.startsWith('127.')
}
