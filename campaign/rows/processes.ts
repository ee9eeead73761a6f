// Processes that die, freeze and come back, or whose wall clock jumps (P1, P2, P6, P8, P9, P13):
// the dead are found in time, those who slept are forgiven, and none makes anybody else look bad.

import type { Bound, Row } from '../row.ts'
import type { Cluster } from '../support/cluster.ts'
import { median } from '../support/figures.ts'
import type { Member, StartOptions } from '../support/member.ts'
import { lose } from '../support/net.ts'
import { askAgent } from '../support/programs.ts'
import { now, pause, until } from '../support/time.ts'
import { WHOLE_MS } from './during.ts'

const DETECT_MS = 45_000
const START_MS = 20_000

const crash: Row = {
  id: 'P1',
  fault: 'kill -9 of three members, one after the other (medians)',
  bounds: {
    'first notices s': { max: 12, bar: 6 },
    'last notices s': { max: 12, bar: 7 },
    'spread s': { max: 3, bar: 1 },
    'false failures': { max: 0 },
    'back after start s': { max: 5, bar: 1.5 },
  },
  isShort: true,
  alsoSerf: true,
  run: async (cluster) => {
    const startMs = now()
    const falls: Fall[] = []
    for (const victim of [3, 6, 9]) falls.push(await fall(cluster, victim))
    const killed = new Set(falls.map(({ name }) => name))
    const middle = (pick: (one: Fall) => number) => median(falls.map(pick))
    return {
      'first notices s': middle(({ firstS }) => firstS),
      'last notices s': middle(({ lastS }) => lastS),
      'spread s': middle(({ firstS, lastS }) => lastS - firstS),
      'false failures': cluster.failures(startMs, ({ about }) => !killed.has(about)).length,
      'back after start s': middle(({ backS }) => backS),
    }
  },
}

interface Fall {
  readonly name: string
  readonly firstS: number
  readonly lastS: number
  readonly backS: number
}

/** Kills one, waits until all others say so, starts it again and waits until all have it back. */
async function fall(cluster: Cluster, victim: number): Promise<Fall> {
  const member = cluster.member(victim)
  const sinceMs = now()
  member.kill()
  const noticed = await cluster.failedAfter(victim, cluster.others(victim), DETECT_MS, sinceMs)
  const againMs = now()
  member.start()
  const started = () =>
    cluster.sights.since('started', againMs).find(({ by }) => by === member.name)
  await until(() => started() !== undefined, START_MS)
  const backS = await cluster.wholeAfter(started()?.atMs ?? againMs, WHOLE_MS)
  return { name: member.name, ...noticed, backS }
}

function frozen(seconds: number, isShort: boolean, bounds: Readonly<Record<string, Bound>>): Row {
  return {
    id: `P2-${seconds}`,
    fault: `SIGSTOP for ${seconds} s`,
    bounds,
    isShort,
    alsoSerf: true,
    run: async (cluster) => {
      const sleeper = cluster.member(5)
      const sinceMs = now()
      sleeper.pause()
      await pause(seconds * 1000)
      const awakeMs = now()
      sleeper.resume()
      const wholeS = await cluster.wholeAfter(awakeMs, WHOLE_MS)
      // What it might accuse others of, it would by now.
      await pause(8000)
      const ofIt = cluster.failures(sinceMs, ({ about }) => about === sleeper.name)
      const times = ofIt.map(({ atMs }) => (atMs - sinceMs) / 1000)
      return {
        'failures of it': ofIt.length,
        'failures of others': cluster.failures(sinceMs).length - ofIt.length,
        'last notices s': Math.max(0, ...times),
        'whole after waking s': wholeS,
      }
    },
  }
}

const wallJumps: Row = {
  id: 'P6',
  fault: "a member's wall clock jumps an hour ahead, a day further, and back",
  bounds: {
    'failures of anybody': { max: 0 },
    'members it sees': { min: 9 },
    'seconds it is ahead': { min: 3500, max: 3700 },
  },
  isShort: true,
  alsoSerf: false,
  run: async (cluster, { hold }) => {
    const odd = cluster.member(8)
    await again(cluster, odd, { isWallMovable: true })
    const sinceMs = now()
    const beforeMs = await startOf(cluster, odd)
    odd.moveWall()
    await pause(hold(7, 70))
    const aheadMs = (await startOf(cluster, odd)) - beforeMs
    for (let jump = 0; jump < 2; jump += 1) {
      odd.moveWall()
      await pause(hold(7, 70))
    }
    const seen = await cluster.program.alive(cluster.net, odd.host).catch(() => [])
    const failures = cluster.failures(sinceMs).length
    await again(cluster, odd)
    return {
      'failures of anybody': failures,
      'members it sees': seen.length,
      'seconds it is ahead': aheadMs / 1000,
    }
  },
}

/** Since when a member says that it lives, by its own wall clock. */
async function startOf(cluster: Cluster, { host, name }: Member): Promise<number> {
  const text = await askAgent(cluster.net, host, '/v1/members')
  const { members }: { members: readonly { name: string; since: string }[] } = JSON.parse(text)
  return Date.parse(members.find((one) => one.name === name)?.since ?? '')
}

/** Kills a member and starts it otherwise, once all others hold it failed. */
async function again(cluster: Cluster, member: Member, options?: StartOptions): Promise<void> {
  const others = cluster.others(member.host)
  member.kill()
  await until(() => cluster.agree(others, [member.host], 'failed'), WHOLE_MS)
  member.start(options)
  await until(() => cluster.isWhole(), WHOLE_MS)
}

const crashLoop: Row = {
  id: 'P8',
  fault: 'one member killed and started again every 3 s',
  bounds: { 'false failures': { max: 0 }, 'whole again s': { max: 35 } },
  isShort: false,
  alsoSerf: true,
  run: async (cluster, { hold }) => {
    const looper = cluster.member(4)
    const sinceMs = now()
    while (now() - sinceMs < hold(15, 45)) {
      looper.kill()
      looper.start()
      await pause(3000)
    }
    return {
      'false failures': cluster.failures(sinceMs, ({ about }) => about !== looper.name).length,
      'whole again s': await cluster.wholeAfter(now(), WHOLE_MS),
    }
  },
}

const massRestart: Row = {
  id: 'P9',
  fault: 'all but one killed and started again within 2 s',
  bounds: { 'whole again s': { max: 60 } },
  isShort: false,
  alsoSerf: true,
  run: async (cluster) => {
    for (const host of cluster.others(1)) {
      cluster.member(host).kill()
      cluster.member(host).start()
      await pause(200)
    }
    return { 'whole again s': await cluster.wholeAfter(now(), 2 * WHOLE_MS) }
  },
}

const goodbye: Row = {
  id: 'P13',
  fault: 'a member leaves while 30 % of UDP is lost',
  bounds: { 'others that call it failed': { max: 0 }, 'all know s': { max: 35 } },
  isShort: false,
  alsoSerf: true,
  run: async (cluster) => {
    const leaver = cluster.member(6)
    const observers = cluster.others(leaver.host).map((host) => cluster.member(host).name)
    await cluster.net.everywhere([lose(30, 'udp')])
    const sinceMs = now()
    await leaver.leave()
    const knows = (by: string) => cluster.sights.standing(by, leaver.name) !== 'join'
    const all = await until(() => observers.every(knows), WHOLE_MS)
    await cluster.net.heal()
    const told = cluster.sights.since('leave', sinceMs).filter(({ about }) => about === leaver.name)
    const wrong = cluster.failures(sinceMs, ({ about }) => about === leaver.name)
    const times = [...told, ...wrong].map(({ atMs }) => (atMs - sinceMs) / 1000)
    return {
      'others that call it left': told.filter(({ by }) => by !== leaver.name).length,
      'others that call it failed': wrong.length,
      'all know s': all ? Math.max(...times) : Infinity,
    }
  },
}

export const processRows: readonly Row[] = [
  crash,
  frozen(4, true, { 'failures of it': { max: 0 }, 'failures of others': { max: 0 } }),
  frozen(20, true, {
    'last notices s': { min: 3, max: 12, bar: 7 },
    'failures of others': { max: 0 },
    'whole after waking s': { max: 5, bar: 1 },
  }),
  frozen(120, false, {
    'last notices s': { min: 3, max: 12, bar: 7 },
    'failures of others': { max: 0 },
    'whole after waking s': { max: 5, bar: 1 },
  }),
  wallJumps,
  crashLoop,
  massRestart,
  goodbye,
]
