// One trial for `hearsay plan`: members that run the production core, first at rest, then with
// rumors, then with one of them crashed without a word. Measures what each costs and takes,
// and every doubt about a member that was well.

import { Core, type CoreOptions, type Millis, Random } from '../../core/index.ts'
import { Cluster } from '../cluster.ts'
import type { Observation } from '../observation.ts'

export interface PlanTrialOptions {
  /** 2 … 1000. */
  readonly members: number
  readonly seed: number
  /** Share of datagrams and of segments lost, 0 … 1. */
  readonly loss: number
  /** How long a packet takes one way. */
  readonly latencyMs: Millis
  /** Bytes of tags a member carries, 0 … 400. */
  readonly tagBytes: number
  /** Rumors a second in the whole cluster, and bytes of each. */
  readonly rumorsPerSecond: number
  readonly rumorBytes: number
  /** What differs from the defaults. */
  readonly options: Partial<CoreOptions>
}

/** What was measured; bytes are payload of datagrams and streams. */
export interface PlanTrial {
  readonly members: number
  /** How long members were watched for false alarms, added up. */
  readonly memberSeconds: number
  /** Sent by a member in a second: at rest, and what the rumors add. */
  readonly idleDatagramBytes: number
  readonly idleStreamBytes: number
  readonly idlePackets: number
  readonly rumorsBytes: number
  /** Until the first, and until every other member held the crashed one as failed. */
  readonly firstMs: Millis | undefined
  readonly allMs: Millis | undefined
  /** Doubts about members that were well: distinct ones, and those that ended in a verdict. */
  readonly wrongSuspicions: number
  readonly falseAlarms: number
}

const REST_MS = 10_000
const IDLE_MS = 60_000
const RUMORS_MS = 10_000
/** More would take long and say no more; a rumor costs the same. */
const RUMORS_MAX = 200
const DETECT_MS = 180_000
const FORM_MS = 300_000
const LOOK_MS = 50

/** Plays a trial; the same options give the same trial. */
export function planTrial(options: PlanTrialOptions): PlanTrial {
  const doubts = new Doubts()
  const cluster = formed(options, doubts)
  const { tally } = cluster.network
  const startMs = cluster.nowMs
  const atRest = { ...tally }
  cluster.run(IDLE_MS)
  const idle = { ...tally }
  const perMember = 1000 / (options.members * IDLE_MS)
  const idleDatagramBytes = (idle.sentBytes - atRest.sentBytes) * perMember
  const idleStreamBytes = (idle.streamBytes - atRest.streamBytes) * perMember
  const rumorsBytes = spendOnRumors(cluster, options, idleDatagramBytes + idleStreamBytes)
  const wellMs = cluster.nowMs - startMs
  const found = crashOne(cluster, options, doubts)
  return {
    members: options.members,
    memberSeconds: (options.members * wellMs) / 1000,
    idleDatagramBytes,
    idleStreamBytes,
    idlePackets: (idle.sent - atRest.sent) * perMember,
    rumorsBytes,
    ...found,
    wrongSuspicions: doubts.suspicions,
    falseAlarms: doubts.alarms,
  }
}

/** Members that know each other and have gone quiet, on a network that loses. */
function formed(options: PlanTrialOptions, doubts: Doubts): Cluster {
  const { members, seed, loss, latencyMs, tagBytes } = options
  const cluster = new Cluster({
    seed,
    make: (config, random) => new Core(config, { random }),
    options: options.options,
    toldMax: 1,
    onObservation: (observation) => doubts.hear(observation),
  })
  cluster.form(namesOf(members))
  if (tagBytes > 0) for (const id of namesOf(members)) cluster.setTags(id, tagsOf(tagBytes))
  cluster.settle(FORM_MS)
  cluster.disturb({ loss, streamLoss: loss, delayMinMs: latencyMs, delayMeanMs: latencyMs / 4 })
  cluster.run(REST_MS)
  doubts.start()
  return cluster
}

/** One tag of so many bytes, name and separators included. */
function tagsOf(bytes: number): Readonly<Record<string, string>> {
  return { t: 'x'.repeat(Math.max(1, bytes - 4)) }
}

/** Bytes a member and second that rumors at this rate add to what rest costs. */
function spendOnRumors(cluster: Cluster, options: PlanTrialOptions, idleBytes: number): number {
  const { members, rumorsPerSecond, rumorBytes, seed } = options
  if (rumorsPerSecond === 0) return 0
  const rumors = Math.min(RUMORS_MAX, Math.max(1, Math.round((rumorsPerSecond * RUMORS_MS) / 1000)))
  const random = new Random(seed)
  const { tally } = cluster.network
  const before = tally.sentBytes + tally.streamBytes
  for (let rumor = 0; rumor < rumors; rumor++) {
    const payload = Uint8Array.from({ length: rumorBytes }, () => random.below(256))
    cluster.broadcast(`m${random.below(members)}`, 'plan', payload)
    cluster.run(RUMORS_MS / rumors)
  }
  // The last ones are told out by then.
  cluster.run(RUMORS_MS)
  const bytes = tally.sentBytes + tally.streamBytes - before
  const cost = (bytes - (idleBytes * members * 2 * RUMORS_MS) / 1000) / rumors
  return (Math.max(0, cost) * rumorsPerSecond) / members
}

/** Crashes the last member; who finds out when. */
function crashOne(cluster: Cluster, { members }: PlanTrialOptions, doubts: Doubts) {
  const victim = `m${members - 1}`
  doubts.expect(victim)
  const crashMs = cluster.nowMs
  cluster.crash(victim, 'silent')
  const until = crashMs + DETECT_MS
  while (doubts.holders.size < members - 1 && cluster.nowMs < until) cluster.run(LOOK_MS)
  const times = [...doubts.holders.values()].map((atMs) => atMs - crashMs)
  return {
    firstMs: times.length === 0 ? undefined : Math.min(...times),
    allMs: times.length === members - 1 ? Math.max(...times) : undefined,
  }
}

function namesOf(members: number): readonly string[] {
  return Array.from({ length: members }, (_, member) => `m${member}`)
}

/** What members tell their hosts of others' health. */
class Doubts {
  /** Who holds the crashed member as failed, and since when. */
  readonly holders = new Map<string, Millis>()
  #isOn = false
  #crashed = ''
  readonly #suspected = new Set<string>()
  readonly #failed = new Set<string>()

  /** What came before does not count. */
  start(): void {
    this.#isOn = true
  }

  /** From now on this member is down. */
  expect(name: string): void {
    this.#crashed = name
  }

  get suspicions(): number {
    return this.#suspected.size
  }

  get alarms(): number {
    return this.#failed.size
  }

  hear(observation: Observation): void {
    if (!this.#isOn || observation.kind !== 'notice') return
    const { notice, observer, atMs } = observation
    if (notice.kind !== 'member') return
    const { change, member } = notice
    const isDown = member.name === this.#crashed
    if (isDown && change === 'failed' && !this.holders.has(observer)) {
      this.holders.set(observer, atMs)
    }
    if (isDown) return
    // One doubt is heard of by everybody; the incarnation tells one from the next.
    const doubt = `${member.name} ${member.incarnation}`
    if (change === 'suspect') this.#suspected.add(doubt)
    if (change === 'failed') this.#failed.add(doubt)
  }
}
