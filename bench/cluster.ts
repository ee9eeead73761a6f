// A whole cluster on loopback, measured: joining, idling, broadcasts, hard failures, and false
// alarms over all of it. One JSON line a measurement, the same words and counting places as
// `bench/peers/go-memberlist`, so that the two can stand side by side.
//
//   npm run bench:cluster -- --n 50 --idle 20 --settle 5 --broadcasts 20 --failures 3
//                            [--port P] [--variant lan|strict|encrypt|nocompress]

import { randomBytes, randomInt } from 'node:crypto'
import type { NodeOptions } from 'hearsay'
import {
  collectGarbage,
  cpuMs,
  emit,
  type Fields,
  machineUdp,
  numberWord,
  progress,
  round,
  rssKib,
  sleep,
  word,
} from './support/lines.ts'
import { expectWords } from './support/words.ts'
import {
  IDENTITY_BYTES,
  identityOf,
  type Peer,
  type Totals,
  totalsOf,
  World,
} from './support/world.ts'

const VARIANTS: Readonly<Record<string, NodeOptions>> = {
  lan: {},
  strict: { strict: true },
  encrypt: { keyring: [Buffer.from('0123456789abcdef0123456789abcdef')] },
  nocompress: { compression: false },
}

const JOINS_AT_ONCE = 16
const LIMIT_MS = 120_000
const BROADCAST_LIMIT_MS = 15_000
const MESSAGE_BYTES = 100

expectWords(
  `npm run bench:cluster -- [--n 10] [--idle 20] [--settle 5] [--broadcasts 20] [--failures 3]
         [--port P] [--variant ${Object.keys(VARIANTS).join('|')}]`,
  {
    n: { type: 'string' },
    idle: { type: 'string' },
    settle: { type: 'string' },
    broadcasts: { type: 'string' },
    failures: { type: 'string' },
    port: { type: 'string' },
    variant: { type: 'string' },
  },
)
const variant = word('variant', 'lan')
const n = numberWord('n', 10)
const world = new World()
const stopped = new Set<string>()
let falseAlarms = 0
let failed = false

await main()

async function main(): Promise<void> {
  const options = VARIANTS[variant]
  if (options === undefined || n < 2) {
    progress(`--variant is one of ${Object.keys(VARIANTS).join(', ')}; --n is 2 or more`)
    process.exit(2)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(3))
  collectGarbage()
  const baseKib = rssKib()
  await measureJoin(options)
  watchForFalseAlarms()
  await world.quiet(numberWord('settle', 5) * 1000)
  await measureIdle(baseKib)
  for (let run = 0; run < numberWord('broadcasts', 20); run += 1) await measureBroadcast(run)
  for (let run = 0; run < numberWord('failures', 3) && world.live.length > 2; run += 1) {
    await measureFailure(run)
  }
  const health = world.live.map((peer) => peer.node.metrics().health_score ?? 0)
  const max_health_score = Math.max(...health)
  line('false_positives', { count: falseAlarms, max_health_score, rss_end_kib: rssKib() })
  await world.close()
  process.exit(failed || falseAlarms > 0 ? 1 : 0)
}

function line(measure: string, fields: Fields): void {
  emit({ peer: 'hearsay', variant, measure, n, ...fields })
}

function watchForFalseAlarms(): void {
  world.hooks.onLeave = (_peer, name) => {
    if (!stopped.has(name)) falseAlarms += 1
  }
}

// ---- join ---------------------------------------------------------------------------

async function measureJoin(options: NodeOptions): Promise<void> {
  const port = numberWord('port', 20_000)
  const createdFrom = performance.now()
  await world.create(n, port, options)
  const create_ms = round(performance.now() - createdFrom)
  const before = world.totals()
  const cpu = cpuMs()
  const from = performance.now()
  const converged = allKnowAll(from)
  const join_failed = await joinAll(`127.0.0.1:${port}`)
  const join_calls_ms = round(performance.now() - from)
  const converge_ms = round(await converged)
  if (join_failed > 0 || converge_ms < 0) failed = true
  const { packets, bytes, dials } = since(before)
  const cpu_s = round((cpuMs() - cpu) / 1000, 4)
  const times = { create_ms, join_calls_ms, converge_ms, join_failed }
  line('join', { ...times, pkts: packets, bytes, dials, cpu_s })
  progress(`joined ${n} in ${converge_ms} ms`)
}

/** Joins every node but the first to it, a few at a time; returns how many could not. */
async function joinAll(seed: string): Promise<number> {
  const waiting = world.peers.slice(1)
  let failures = 0
  const worker = async (): Promise<void> => {
    for (let peer = waiting.shift(); peer !== undefined; peer = waiting.shift()) {
      await peer.node.join(seed).catch((error: unknown) => {
        progress(`${peer?.name} did not join: ${String(error)}`)
        failures += 1
      })
    }
  }
  await Promise.all(Array.from({ length: JOINS_AT_ONCE }, worker))
  return failures
}

/** When the last node knew of all, in ms from `from`; −1 after the limit. */
function allKnowAll(from: number): Promise<number> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(-1), LIMIT_MS)
    world.hooks.onJoin = () => {
      if (world.peers.some((peer) => peer.known !== n)) return
      clearTimeout(timer)
      world.hooks.onJoin = undefined
      resolve(performance.now() - from)
    }
  })
}

// ---- idle ---------------------------------------------------------------------------

async function measureIdle(baseKib: number): Promise<void> {
  const before = world.totals()
  const cpu = cpuMs()
  const machine = machineUdp()
  const from = performance.now()
  await sleep(numberWord('idle', 20) * 1000)
  const seconds = (performance.now() - from) / 1000
  const cpu_ms = cpuMs() - cpu
  const { packets, bytes, dials } = since(before)
  const after = machineUdp()
  const rss_kib = rssKib()
  collectGarbage()
  const trimmed = rssKib()
  const perNodeSecond = (value: number): number => round(value / n / seconds)
  line('idle', {
    seconds: round(seconds),
    cpu_ms_per_node_s: perNodeSecond(cpu_ms),
    pkts_per_node_s: perNodeSecond(packets),
    bytes_per_node_s: perNodeSecond(bytes),
    tcp_dials_per_node_s: round(dials / n / seconds, 5),
    cpu_us_per_pkt: round((cpu_ms * 1000) / Math.max(1, packets)),
    snmp_pkts_per_node_s: perNodeSecond(after.sent - machine.sent),
    rcvbuf_errors: after.overrun - machine.overrun,
    rss_base_kib: baseKib,
    rss_kib,
    rss_trimmed_kib: trimmed,
    rss_per_node_kib: round((rss_kib - baseKib) / n, 1),
    rss_trimmed_per_node_kib: round((trimmed - baseKib) / n, 1),
  })
  progress('idle window done')
}

// ---- broadcast ----------------------------------------------------------------------

async function measureBroadcast(run: number): Promise<void> {
  const live = world.live
  const source = pick(live)
  const want = live.length - 1
  const message = newMessage()
  const before = live.map(totalsOf)
  const cpu = cpuMs()
  const from = performance.now()
  const arrivals = waitForMessage(identityOf(message), want)
  source.heard.add(identityOf(message))
  await source.node.gossip(message)
  const times = (await arrivals).map((atMs) => atMs - from)
  await world.quiet(0)
  const window_ms = round(performance.now() - from)
  const cpu_ms = round(cpuMs() - cpu, 2)
  const sent = live.map((peer, index) => difference(totalsOf(peer), before[index]))
  const copies = sent.map((one) => one.copies)
  if (times.length < want) failed = true
  line('broadcast', {
    run,
    reached: times.length,
    want,
    window_ms,
    t50_ms: atFraction(times, want, 0.5),
    t99_ms: atFraction(times, want, 0.99),
    t100_ms: atFraction(times, want, 1),
    pkts_total: sum(sent.map((one) => one.packets)),
    pkts_max_node: Math.max(...sent.map((one) => one.packets)),
    bytes_total: sum(sent.map((one) => one.bytes)),
    cpu_ms,
    msg_copies_total: sum(copies),
    msg_copies_max_node: Math.max(...copies),
    copies_per_node: round(sum(copies) / live.length),
  })
  progress(`broadcast ${run}: ${times.length} of ${want}`)
  await sleep(randomInt(200))
}

/** A message whose first bytes are its identity. */
function newMessage(): Uint8Array {
  const message = new Uint8Array(randomBytes(MESSAGE_BYTES))
  message.set(Buffer.from(randomBytes(IDENTITY_BYTES / 2).toString('hex'), 'latin1'))
  return message
}

/** Arrival times at the others, sorted: complete, or what came within the limit. */
function waitForMessage(identity: string, want: number): Promise<readonly number[]> {
  const arrivals: number[] = []
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      world.hooks.onMessage = undefined
      resolve(arrivals.sort((a, b) => a - b))
    }
    const timer = setTimeout(end, BROADCAST_LIMIT_MS)
    world.hooks.onMessage = (_peer, heard, atMs) => {
      if (heard !== identity) return
      arrivals.push(atMs)
      if (arrivals.length === want) end()
    }
  })
}

// ---- failure ------------------------------------------------------------------------

async function measureFailure(run: number): Promise<void> {
  const live = world.live
  const victim = pick(live)
  const want = live.length - 1
  await sleep(randomInt(1000))
  const before = world.totals()
  const cpu = cpuMs()
  stopped.add(victim.name)
  const from = performance.now()
  const verdicts = waitForVerdicts(victim, want)
  await world.stop(victim)
  const times = (await verdicts).map((atMs) => atMs - from)
  const { packets } = since(before)
  line('failure', {
    run,
    live: live.length,
    reached: times.length,
    want,
    first_ms: round(times[0] ?? -1),
    t50_ms: atFraction(times, want, 0.5),
    all_ms: atFraction(times, want, 1),
    pkts: packets,
    cpu_ms: round(cpuMs() - cpu, 2),
  })
  progress(`failure ${run}: ${times.length} of ${want}`)
  await world.quiet(2000)
}

/** When each of the others said that the victim failed, sorted. */
function waitForVerdicts(victim: Peer, want: number): Promise<readonly number[]> {
  const verdicts: number[] = []
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer)
      watchForFalseAlarms()
      resolve(verdicts.sort((a, b) => a - b))
    }
    const timer = setTimeout(end, LIMIT_MS)
    world.hooks.onLeave = (_peer, name, atMs) => {
      if (!stopped.has(name)) falseAlarms += 1
      if (name !== victim.name) return
      verdicts.push(atMs)
      if (verdicts.length === want) end()
    }
  })
}

// ---- small tools --------------------------------------------------------------------

function since(before: Totals): Totals {
  return difference(world.totals(), before)
}

function difference(now: Totals, before: Totals | undefined): Totals {
  return {
    packets: now.packets - (before?.packets ?? 0),
    bytes: now.bytes - (before?.bytes ?? 0),
    dials: now.dials - (before?.dials ?? 0),
    copies: now.copies - (before?.copies ?? 0),
  }
}

/** The time by which that fraction of all was reached; −1 if it was not. */
function atFraction(times: readonly number[], want: number, fraction: number): number {
  return round(times[Math.ceil(want * fraction) - 1] ?? -1)
}

function pick(peers: readonly Peer[]): Peer {
  const peer = peers[randomInt(peers.length)]
  if (peer === undefined) throw new Error('no peer is left')
  return peer
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}
