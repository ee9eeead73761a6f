// The crash test itself, in the world that crash.ts made for it or without one: the course of
// events, and the figures it ends with. Exit 0 only if all agents read the same in the end,
// twice, and nothing that was acknowledged is missing.

import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shell } from '../support/shell.ts'
import { now, pause } from '../support/time.ts'
import { type CrashWords, readCrashWords } from '../words.ts'
import { Agent } from './agent.ts'
import { aliveOf, differences, losses, type Reading, readAll } from './reading.ts'
import { HOSTS, loopbackSite, netSite, type Site } from './site.ts'
import { Writer } from './writer.ts'

const FORM_MS = 30_000
const EQUAL_MS = 60_000
const LOOK_MS = 200

/** Whoever started us is gone: so are we, and with us every process of this world. */
process.stdin.on('end', () => process.exit(130))
process.stdin.resume()

interface Outcome {
  readonly site: Site
  readonly agents: readonly Agent[]
  readonly writers: readonly Writer[]
  /** Seconds from the healing until all read the same, and from the start of all. */
  readonly healedS: number
  readonly startedS: number
  readonly problems: readonly string[]
}

const words = readCrashWords(process.argv.slice(2))
if (typeof words === 'string') process.exit(2)
const folder = mkdtempSync(join(tmpdir(), 'hearsay-crash-'))
const everyone: Agent[] = []
process.on('exit', () => {
  for (const agent of everyone) agent.end()
  rmSync(folder, { recursive: true, force: true })
})
const startMs = now()
const outcome = await play(words).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exit(1)
})
report(outcome)
process.exit(outcome.problems.length === 0 ? 0 : 1)

async function makeSite({ hasWorld }: CrashWords): Promise<Site> {
  if (!hasWorld) return await loopbackSite()
  // In our own mount namespace: `ip netns` keeps its list here.
  await shell('mount', ['-t', 'tmpfs', 'hs', '/run/netns'])
  await shell('ip', ['link', 'set', 'lo', 'up'])
  return await netSite()
}

async function play(given: CrashWords): Promise<Outcome> {
  const { rounds, logs } = given
  if (logs !== undefined) mkdirSync(logs, { recursive: true })
  const site = await makeSite(given)
  const agents = HOSTS.map((host) => new Agent({ host, site, folder, logs }))
  everyone.push(...agents)
  await Promise.all(agents.map((agent) => agent.start()))
  if (!site.isCutFromTheStart) await whole(agents)
  const writers = agents.map((agent) => new Writer(agent))
  for (const writer of writers) writer.start()
  tell('five agents are written to')
  await pause(1500)
  await site.cut()
  tell('cut: three against two')
  for (let round = 0; round < rounds; round++) await killOnBothSides(agents)
  await pause(1000)
  for (const [one, other] of await site.heal()) {
    const addresses = [site.gossip(other)]
    await agents.find(({ host }) => host === one)?.ask('POST', '/v1/join', { addresses })
  }
  tell('healed')
  const healedMs = now()
  await Promise.all(writers.map((writer) => writer.stop()))
  const first = await settle(agents, writers)
  const healedS = (now() - healedMs) / 1000
  tell(`all read the same ${healedS.toFixed(1)} s after the healing`)
  const second = await restartAll(agents, writers)
  const problems = [...first, ...second.problems]
  return { site, agents, writers, healedS, startedS: second.seconds, problems }
}

/** In the middle of writes, one after the other, and again while it has hardly begun. */
async function killOnBothSides(agents: readonly Agent[]): Promise<void> {
  const [, second, , fourth] = agents
  if (second === undefined || fourth === undefined) return
  for (const agent of [second, fourth, second]) {
    await pause(700)
    await agent.kill()
    tell(`${agent.name} is killed`)
    await pause(300)
    await agent.start()
    tell(`${agent.name} is back`)
  }
}

/**
 * All at once: what is not on the disks is gone. That may be writes without an answer, which
 * others had heard of before their author was killed; never one that was acknowledged.
 */
async function restartAll(
  agents: readonly Agent[],
  writers: readonly Writer[],
): Promise<{ readonly problems: readonly string[]; readonly seconds: number }> {
  await Promise.all(agents.map((agent) => agent.kill()))
  tell('all five are killed at once')
  const fromMs = now()
  await Promise.all(agents.map((agent) => agent.start()))
  const problems = await settle(agents, writers)
  const seconds = (now() - fromMs) / 1000
  tell(`all are back and read the same after ${seconds.toFixed(1)} s`)
  return { problems, seconds }
}

async function whole(agents: readonly Agent[]): Promise<void> {
  for (const endMs = now() + FORM_MS; now() < endMs; await pause(LOOK_MS)) {
    const counts = await Promise.all(agents.map(aliveOf))
    if (counts.every((count) => count === agents.length)) return
  }
  throw new Error(`they did not find each other within ${FORM_MS / 1000} s`)
}

/** Waits until all read the same; says what is wrong if they do not, or have lost something. */
async function settle(
  agents: readonly Agent[],
  writers: readonly Writer[],
): Promise<readonly string[]> {
  await whole(agents)
  let apart: readonly string[] = ['an agent does not answer']
  for (const endMs = now() + EQUAL_MS; now() < endMs; await pause(LOOK_MS)) {
    const readings = await readingsOf(agents)
    const [first, ...others] = readings
    if (first === undefined || readings.length < agents.length) continue
    apart = others.flatMap((other) => differences(first, other))
    if (apart.length === 0) return losses(first, writers)
  }
  return apart.map((place) => `${place}: not the same everywhere`)
}

async function readingsOf(agents: readonly Agent[]): Promise<readonly Reading[]> {
  const readings = await Promise.all(agents.map((agent) => readAll(agent, namesOf(agents))))
  return readings.filter((reading) => reading !== undefined)
}

function namesOf(agents: readonly Agent[]): readonly string[] {
  return agents.map(({ name }) => name)
}

function tell(text: string): void {
  console.error(`${((now() - startMs) / 1000).toFixed(1).padStart(6)} s  ${text}`)
}

function report({ site, agents, writers, healedS, startedS, problems }: Outcome): void {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0)
  for (const problem of problems) console.error(problem)
  const rows: readonly (readonly [string, string | number])[] = [
    ['network', site.isCutFromTheStart ? 'loopback, nothing cut' : 'namespaces, cut in two'],
    ['acknowledged writes', sum(writers.map(({ acknowledged }) => acknowledged))],
    ['writes without an answer', sum(writers.map(({ unanswered }) => unanswered))],
    ['kills (SIGKILL)', sum(agents.map(({ kills }) => kills))],
    ['same everywhere after heal', `${healedS.toFixed(1)} s`],
    ['same after all were killed', `${startedS.toFixed(1)} s`],
    ['lost or different', problems.length],
    ['took', `${((now() - startMs) / 1000).toFixed(1)} s`],
  ]
  for (const [name, value] of rows) console.log(`${name.padEnd(30)}${value}`)
  console.log(problems.length === 0 ? 'held' : 'DID NOT HOLD')
}
