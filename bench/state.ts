// What replicated state costs: segments taken by one core, comparisons of many streams, a
// piece of ten thousand keys, and a newcomer that catches up over loopback.
//
//   npm run bench:state -- [--rounds 5]
//
// One JSON line a measurement; medians of the rounds. Takes about a minute.

import { createNode, type Node } from 'hearsay'
import { Core, type Effect, type Input, ipv4, makeConfig, metaOfTags, Random } from 'hearsay/core'
import { encodeMessage, encodeRumor, encodeSegment, type Segment } from 'hearsay/wire'
import { cpuMs, emit, median, numberWord, progress, round, rssKib } from './support/lines.ts'

const ROUNDS = Math.max(1, numberWord('rounds', 5))
const PEERS = 1000
const SEGMENTS = 50_000
const HUNDRED = new Uint8Array(100).fill(7)
const generation = 1_700_000_000_000

measureTaking()
measureComparing()
await measureCatchingUp()
process.exit(0)

// ---- one core -------------------------------------------------------------------------------

/** A started core that knows a thousand members, and ways to feed it and to let time pass. */
function startCore() {
  const config = makeConfig({
    name: 'self',
    advertise: ipv4(127, 0, 0, 1, 7946),
    probeIntervalMs: 0,
    gossipIntervalMs: 0,
    pushPullIntervalMs: 0,
    healIntervalMs: 0,
    stateSyncIntervalMs: 1000,
    compression: false,
  })
  const core = new Core(config, { random: new Random(1) })
  let now = generation
  const step = (input: Input) => {
    now += 0.02
    return core.step(now, input)
  }
  const wait = () => {
    now = Math.max(now, core.deadline)
    return step({ kind: 'tick' })
  }
  step({ kind: 'command', id: 1, command: { kind: 'start' } })
  for (let peer = 0; peer < PEERS; peer += 1) packet(step, peer, aliveOf(peer))
  return { core, step, wait }
}

function addressOf(peer: number) {
  return ipv4(127, 1, peer >> 8, peer & 255, 7946)
}

function aliveOf(peer: number): Uint8Array {
  const { ip, port } = addressOf(peer)
  const meta = metaOfTags(new Map()) ?? new Uint8Array(0)
  const vsn = Uint8Array.of(1, 5, 2, 0, 0, 0)
  const node = `peer-${peer}`
  return encodeMessage({ kind: 'alive', incarnation: 1, node, addr: ip, port, meta, vsn })
}

function packet(step: (input: Input) => unknown, peer: number, bytes: Uint8Array): void {
  step({ kind: 'packet', from: addressOf(peer), bytes })
}

/** A packet with one write of a peer's: 100 bytes under one of twenty keys. */
function writeOf(peer: number, version: number): Uint8Array {
  const key = `service/${version % 20}`
  const segment: Segment = {
    name: `peer-${peer}`,
    generation,
    channel: 0,
    gcFloor: 0,
    whole: false,
    above: version - 1,
    upTo: version,
    islands: [],
    entries: [{ key, version, kind: 'set', value: HUNDRED, ttlMs: undefined }],
  }
  return encodeMessage({ kind: 'user', payload: encodeRumor([encodeSegment(segment)], []) })
}

/** Packets of one segment each, of a thousand owners in turn: unpacked, taken, told to the host. */
function measureTaking(): void {
  const rates: number[] = []
  for (let at = 0; at < ROUNDS; at += 1) {
    progress(`segments taken: round ${at + 1} of ${ROUNDS}`)
    const { core, step } = startCore()
    const packets = Array.from({ length: SEGMENTS }, (_, i) => {
      return { peer: i % PEERS, bytes: writeOf(i % PEERS, 1 + Math.floor(i / PEERS)) }
    })
    const cpu = cpuMs()
    for (const { peer, bytes } of packets) packet(step, peer, bytes)
    rates.push((SEGMENTS / (cpuMs() - cpu)) * 1000)
    const taken = core.counters().state_segments_taken_total
    if (taken !== SEGMENTS) throw new Error(`${taken} of ${SEGMENTS} segments were taken`)
  }
  report('segments_taken', { per_cpu_second: Math.round(median(rates)), rss_kib: rssKib() })
}

/** The tick that opens a comparison of a thousand streams: fingerprints over all of them. */
function measureComparing(): void {
  const costs: number[] = []
  for (let at = 0; at < ROUNDS; at += 1) {
    progress(`comparisons: round ${at + 1} of ${ROUNDS}`)
    const { step, wait } = startCore()
    for (let peer = 0; peer < PEERS; peer += 1) packet(step, peer, writeOf(peer, 1))
    const opening = openingOf(wait)
    const times = 2000
    const cpu = cpuMs()
    for (let i = 0; i < times; i += 1) packet(step, 0, opening)
    costs.push(((cpuMs() - cpu) * 1000) / times)
  }
  report('equal_stores_of_1000_compared', { cpu_us: round(median(costs), 1) })
}

/** What the core sends when its own comparison is due: coming back it is found to be equal. */
function openingOf(wait: () => readonly Effect[]): Uint8Array {
  for (let i = 0; i < 10_000; i += 1) {
    for (const effect of wait()) {
      if (effect.kind === 'send' && isOpening(effect.bytes)) return effect.bytes
    }
  }
  throw new Error('a core with state opens comparisons')
}

/** A user message, E7, the type of a comparison, and no turn before it; compressed or not. */
function isOpening(bytes: Uint8Array): boolean {
  return bytes[0] === 8 && bytes[1] === 0xe7 && bytes[2] === 0x12 && bytes[3] === 0
}

// ---- real nodes -----------------------------------------------------------------------------

/** 10 MB of two members' keys, until a newcomer has all of it. */
async function measureCatchingUp(): Promise<void> {
  const times: number[] = []
  const costs: number[] = []
  for (let at = 0; at < Math.min(3, ROUNDS); at += 1) {
    progress(`catching up: round ${at + 1}`)
    const a = await createNode({ name: 'a', bind: '127.0.0.1:0' })
    const b = await createNode({ name: 'b', bind: '127.0.0.1:0', join: a.bound })
    await b.ready()
    await Promise.all([a, b].map((node) => fill(node, 5_000_000)))
    await until(() => b.state.stats().keys === a.state.stats().keys)
    const [from, cpu] = [performance.now(), cpuMs()]
    const late = await createNode({ name: 'late', bind: '127.0.0.1:0', join: a.bound })
    await until(() => late.state.stats().keys === a.state.stats().keys)
    times.push(performance.now() - from)
    costs.push(cpuMs() - cpu)
    await Promise.all([a, b, late].map((node) => node.close()))
  }
  report('newcomer_has_10_mb', {
    ms: Math.round(median(times)),
    cpu_ms: Math.round(median(costs)),
  })
}

async function fill({ state }: Node, bytes: number): Promise<void> {
  const value = new Uint8Array(1000).fill(65)
  for (let i = 0; i < bytes / value.length; i += 1) await state.own.set(`key-${i}`, value)
}

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5))
}

function report(name: string, fields: Readonly<Record<string, number>>): void {
  emit({ peer: 'hearsay', measure: 'state', name, ...fields })
}
