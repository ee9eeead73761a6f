// One core by itself, fed by hand: what a segment, a comparison and a piece cost, and what it
// takes to keep them.

import { Core, type Effect, type Input, ipv4, makeConfig, metaOfTags, Random } from 'hearsay/core'
import {
  decodeStateMessage,
  encodeMessage,
  encodePull,
  encodeRumor,
  encodeSegment,
  type Segment,
  type StreamRecord,
} from 'hearsay/wire'
import { collectGarbage, cpuMs, median, progress, round } from '../support/lines.ts'
import { report } from './report.ts'

const PEERS = 1000
const SEGMENTS = 50_000
const SEGMENTS_MIN = 50_000
const KEYS = 10_000
/** Keys of one piece. */
const PIECE = 1000
const HUNDRED = new Uint8Array(100).fill(7)
const generation = 1_700_000_000_000

/** A started core that knows some members, and ways to feed it and to let time pass. */
function startCore(peers: number) {
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
  const step = (input: Input, afterMs = 0.02) => {
    now += afterMs
    return core.step(now, input)
  }
  const wait = () => {
    now = Math.max(now, core.deadline)
    return step({ kind: 'tick' })
  }
  step({ kind: 'command', id: 1, command: { kind: 'start' } })
  for (let peer = 0; peer < peers; peer += 1) packet(step, peer, aliveOf(peer))
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

/** A packet with one write of a peer's: 100 bytes under one of `keys` keys. */
function writeOf(peer: number, version: number, keys = 20): Uint8Array {
  const key = `service/${version % keys}`
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
export function measureTaking(rounds: number): void {
  const rates: number[] = []
  for (let at = 0; at < rounds; at += 1) {
    progress(`segments taken: round ${at + 1} of ${rounds}`)
    const { core, step } = startCore(PEERS)
    const packets = Array.from({ length: SEGMENTS }, (_, i) => {
      return { peer: i % PEERS, bytes: writeOf(i % PEERS, 1 + Math.floor(i / PEERS)) }
    })
    const cpu = cpuMs()
    for (const { peer, bytes } of packets) packet(step, peer, bytes)
    rates.push((SEGMENTS / (cpuMs() - cpu)) * 1000)
    const taken = core.counters().state_segments_taken_total
    if (taken !== SEGMENTS) throw new Error(`${taken} of ${SEGMENTS} segments were taken`)
  }
  const per_cpu_second = Math.round(median(rates))
  const isHeld = per_cpu_second >= SEGMENTS_MIN
  report('segments_taken', { per_cpu_second, wanted_min: SEGMENTS_MIN }, isHeld)
}

/** The tick that opens a comparison of a thousand streams: fingerprints over all of them. */
export function measureComparing(rounds: number): void {
  const costs: number[] = []
  for (let at = 0; at < rounds; at += 1) {
    progress(`comparisons: round ${at + 1} of ${rounds}`)
    const { step, wait } = startCore(PEERS)
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

/** Ten thousand keys of 100 bytes, built and encoded for somebody who pulls them in ten pieces. */
export function measurePieces(rounds: number): void {
  const costs: number[] = []
  const { step, wait } = startCore(1)
  for (let i = 0; i < KEYS; i += 1) {
    const command = { kind: 'state-set', key: `service/${i}`, value: HUNDRED } as const
    step({ kind: 'command', id: i + 2, command })
  }
  const record = ownRecord(openingOf(wait))
  const pieces = KEYS / PIECE
  let stream = 0
  for (let at = 0; at < rounds; at += 1) {
    progress(`pieces: round ${at + 1} of ${rounds}`)
    // The giver's ration is full again after a second.
    step({ kind: 'tick' }, 2000)
    const pulls = Array.from({ length: pieces }, (_, piece) => pullAbove(record, piece * PIECE + 1))
    const cpu = cpuMs()
    let given = 0
    for (const bytes of pulls) {
      stream += 2
      step({ kind: 'opened', stream, peer: addressOf(0) })
      given += writtenBy(step({ kind: 'received', stream, bytes }))
      step({ kind: 'closed', stream, reason: 'end' })
    }
    costs.push(cpuMs() - cpu)
    if (given < KEYS * HUNDRED.length) throw new Error(`only ${given} bytes were given`)
  }
  report('delta_of_10000_keys', { cpu_ms: round(median(costs), 1), pieces })
}

function ownRecord(opening: Uint8Array): StreamRecord {
  const message = decodeStateMessage(opening.subarray(1))
  if (typeof message !== 'string' && message.kind === 'sync') {
    for (const item of message.items) {
      const record = item.kind === 'records' ? item.records[0] : undefined
      if (record !== undefined) return record
    }
  }
  throw new Error('few streams are compared by their records')
}

function pullAbove(record: StreamRecord, base: number): Uint8Array {
  const records = [{ ...record, base }]
  const payload = encodePull({ name: 'peer-0', mask: 0xffff, records, resume: undefined })
  return encodeMessage({ kind: 'userStream', payload })
}

function writtenBy(effects: readonly Effect[]): number {
  return effects.reduce((sum, one) => sum + (one.kind === 'write' ? one.bytes.length : 0), 0)
}

/** What a thousand streams of one key take, and each of twenty keys of 100 bytes more. */
export function measureMemory(): void {
  progress('memory')
  const { core, step } = startCore(PEERS)
  const settled = () => {
    for (let i = 0; i < 100; i += 1) step({ kind: 'tick' }, 100)
    collectGarbage()
    const { heapUsed, arrayBuffers } = process.memoryUsage()
    return heapUsed + arrayBuffers
  }
  const before = settled()
  for (let peer = 0; peer < PEERS; peer += 1) packet(step, peer, writeOf(peer, 1))
  const withOne = settled()
  for (let version = 2; version <= 20; version += 1) {
    for (let peer = 0; peer < PEERS; peer += 1) packet(step, peer, writeOf(peer, version))
  }
  const withTwenty = settled()
  const perEntry = (withTwenty - withOne) / (19 * PEERS)
  report('memory', {
    bytes_per_entry_of_100: Math.round(perEntry),
    bytes_per_stream: Math.round((withOne - before) / PEERS - perEntry),
    keys: core.state.stats().keys,
  })
}
