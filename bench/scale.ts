// A large cluster of the real core in virtual time: all join one member, agree, run idle for a
// minute, one crashes, and everybody else must find out. Fails if they do not, or if it took
// more wall time or memory than a developer will wait for.
//
//   npm run scale -- [--members 1000] [--seconds 60] [--seed 1]

import { Core } from 'hearsay/core'
import { Cluster } from 'hearsay/sim'
import {
  collectGarbage,
  cpuMs,
  emit,
  numberWord,
  progress,
  round,
  rssKib,
} from './support/lines.ts'
import { expectWords } from './support/words.ts'

const WALL_MS_MAX = 60_000
const RSS_KIB_MAX = 1.5 * 1024 * 1024
const DETECTED_MS_MAX = 120_000

expectWords('npm run scale -- [--members 1000] [--seconds 60] [--seed 1]', {
  members: { type: 'string' },
  seconds: { type: 'string' },
  seed: { type: 'string' },
})
const members = numberWord('members', 1000)
const idleMs = numberWord('seconds', 60) * 1000
const seed = numberWord('seed', 1)
const base = { wallMs: performance.now(), cpuMs: cpuMs(), rssKib: rssKib() }
const cluster = new Cluster({
  seed,
  toldMax: 0,
  // Turns of rows are for checkers; a million of them would only cost time here.
  options: { trace: false },
  make: (config, random) => new Core(config, { random }),
})
let peakKib = 0

const ids = Array.from({ length: members }, (_, index) => `m${index + 1}`)
const victim = ids.at(-1) ?? ''
phase('join', () => {
  cluster.form(ids)
  return cluster.settle()
})
phase('idle', () => {
  cluster.run(idleMs)
  return idleMs
})
const failed = phase('crash', () => {
  cluster.crash(victim)
  const alive = ids.slice(0, -1)
  return cluster.runUntil(() => cluster.believe({ alive, suspect: [] }), DETECTED_MS_MAX)
})
report()

/** Runs a part of the story, and says what it cost; its virtual time, or undefined if it failed. */
function phase(name: string, run: () => number | undefined): number | undefined {
  progress(`${name} …`)
  const before = { wallMs: performance.now(), cpuMs: cpuMs(), steps: steps() }
  const virtualMs = run()
  const wallMs = performance.now() - before.wallMs
  peakKib = Math.max(peakKib, rssKib())
  emit({
    peer: 'hearsay',
    measure: 'scale',
    phase: name,
    n: members,
    virtual_ms: round(virtualMs ?? -1),
    wall_s: round(wallMs / 1000),
    cpu_s: round((cpuMs() - before.cpuMs) / 1000),
    steps: steps() - before.steps,
    steps_per_s: Math.round(((steps() - before.steps) / wallMs) * 1000),
    rss_kib: rssKib(),
  })
  return virtualMs
}

function steps(): number {
  return cluster.population.seats.reduce((sum, { process }) => sum + process.steps, 0)
}

/** Over what every member holds in the end: the same for a seed on every machine. */
function checksum(): string {
  let sum = 0
  for (const { process } of cluster.population.seats) {
    sum = (Math.imul(sum, 31) + process.machine.viewChecksum()) >>> 0
  }
  return sum.toString(16).padStart(8, '0')
}

function report(): void {
  const wallMs = performance.now() - base.wallMs
  collectGarbage()
  const heldKib = rssKib() - base.rssKib
  const held = failed !== undefined && wallMs <= WALL_MS_MAX && peakKib <= RSS_KIB_MAX
  emit({
    peer: 'hearsay',
    measure: 'scale',
    phase: 'all',
    n: members,
    wall_s: round(wallMs / 1000),
    wall_s_max: WALL_MS_MAX / 1000,
    cpu_s: round((cpuMs() - base.cpuMs) / 1000),
    steps: steps(),
    steps_per_s: Math.round((steps() / wallMs) * 1000),
    packets: cluster.network.tally.sent,
    rss_peak_kib: peakKib,
    rss_kib_max: RSS_KIB_MAX,
    bytes_per_member: Math.round((heldKib * 1024) / members),
    detected_ms: round(failed ?? -1),
    checksum: checksum(),
    held: held ? 'yes' : 'no',
  })
  process.exitCode = held ? 0 : 1
}
