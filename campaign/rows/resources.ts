// Members that run short of something (R1, R3, R5, P4): they suffer alone, and recover when it
// is there again.

import { readdirSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import type { Row } from '../row.ts'
import type { Cluster } from '../support/cluster.ts'
import type { Member } from '../support/member.ts'
import { askAgent, GOSSIP_PORT } from '../support/programs.ts'
import { limitCpu } from '../support/quota.ts'
import { now, pause, until } from '../support/time.ts'
import { mostSeen, WHOLE_MS } from './during.ts'

const CONNECTIONS = 40
const SPARE_FILES = 4
/** What its log says then. */
const ALARM = 'may open no more files'
const CALL_AGAIN_MS = 500

const files: Row = {
  id: 'R1',
  fault: `a member may open ${SPARE_FILES} more files, ${CONNECTIONS} callers come again and again`,
  bounds: {
    'false failures': { max: 0 },
    'its cpu %': { max: 30 },
    crashes: { max: 0 },
    'exchanges by TCP after': { min: 1 },
    'spare files used up': { min: SPARE_FILES },
    'lines that say so': { min: 1, max: 3 },
  },
  isShort: true,
  alsoSerf: false,
  run: async (cluster, { hold }) => {
    const poor = cluster.member(7)
    const sinceMs = now()
    const open = filesOf(poor)
    await poor.limitFiles(open + SPARE_FILES)
    poor.said(ALARM)
    const hangUp = call(cluster.net.address(poor.host))
    await pause(1000)
    const used = filesOf(poor) - open
    const cpu = await cpuShare(poor, hold(15, 60))
    hangUp()
    await poor.limitFiles(undefined)
    await pause(2000)
    return {
      'false failures': cluster.failures(sinceMs).length,
      'its cpu %': cpu * 100,
      crashes: poor.unwantedExits,
      'exchanges by TCP after': await exchanges(cluster, poor),
      'spare files used up': used,
      'lines that say so': poor.said(ALARM),
    }
  },
}

/** How many files and sockets it holds open. */
function filesOf({ pid }: Member): number {
  return readdirSync(`/proc/${pid}/fd`).length
}

/** Many connect, say nothing, and connect again once they are hung up on, until this is called. */
function call(address: string): () => void {
  const callers = new Set<Socket>()
  let isOver = false
  const dial = (): void => {
    if (isOver) return
    const socket = connect(GOSSIP_PORT, address)
    callers.add(socket)
    // Refusals and resets are what is expected of a member without a file to spare.
    socket.on('error', () => {})
    socket.on('close', () => {
      callers.delete(socket)
      setTimeout(dial, CALL_AGAIN_MS)
    })
  }
  for (let caller = 0; caller < CONNECTIONS; caller++) dial()
  return () => {
    isOver = true
    for (const socket of callers) socket.destroy()
  }
}

/** Whether a member and its neighbour can compare their tables over a stream: 1 or 0. */
async function exchanges(cluster: Cluster, { host }: Member): Promise<number> {
  const checks: { findings: readonly { check: string; severity: string }[] } = JSON.parse(
    await askAgent(cluster.net, host, '/v1/checks'),
  )
  return checks.findings.some(({ check, severity }) => check === 'tcp' && severity === 'ok') ? 1 : 0
}

function starved(share: number, isShort: boolean): Row {
  return {
    id: `R3-${share * 100}`,
    fault: `a member gets ${share * 100} % of a processor`,
    bounds: {
      'failures of others': { max: 0 },
      'times it was called failed': { max: 8 },
      'whole again s': { max: 35 },
      // At rest a member needs less than one percent: five are a bound, but no fault.
      ...(share < 0.01 ? { 'times it had to wait': { min: 1 } } : {}),
    },
    isShort,
    alsoSerf: true,
    run: async (cluster, { hold, group }) => {
      const poor = cluster.member(8)
      const sinceMs = now()
      const quota = limitCpu(poor.pid, share, group)
      const before = quota.waits()
      await pause(hold(30, 60))
      const waits = quota.waits() - before
      quota.release()
      const liftedMs = now()
      const wholeS = await cluster.wholeAfter(liftedMs, WHOLE_MS)
      const ofIt = cluster.failures(sinceMs, ({ about }) => about === poor.name)
      return {
        'failures of others': cluster.failures(sinceMs).length - ofIt.length,
        'times it was called failed': mostSeen(ofIt),
        'whole again s': wholeS,
        'times it had to wait': waits,
      }
    },
  }
}

const SLOW_HOSTS = [6, 7, 8, 9]

const halfSlow: Row = {
  id: 'P4',
  fault: 'four of nine members get 1 % of a processor each',
  bounds: {
    'healthy called failed by the healthy': { max: 1 },
    'whole again s': { max: 35 },
    'times they had to wait': { min: 1 },
  },
  isShort: false,
  alsoSerf: true,
  run: async (cluster, { hold, group }) => {
    const slow = SLOW_HOSTS.map((host) => cluster.member(host))
    const sinceMs = now()
    const quotas = slow.map(({ pid }) => limitCpu(pid, 0.01, group))
    await pause(hold(30, 60))
    const waits = quotas.reduce((sum, quota) => sum + quota.waits(), 0)
    for (const quota of quotas) quota.release()
    const liftedMs = now()
    const wholeS = await cluster.wholeAfter(liftedMs, WHOLE_MS)
    const names = slow.map(({ name }) => name)
    const seen = cluster.failures(sinceMs, ({ by }) => !names.includes(by))
    const wrong = seen.filter(({ about }) => !names.includes(about))
    return {
      'healthy called failed by the healthy': mostSeen(wrong),
      'slow called failed by the healthy': mostSeen(seen.filter((one) => !wrong.includes(one))),
      'whole again s': wholeS,
      'times they had to wait': waits,
    }
  },
}

const RSS_MIB_MAX = 160

const unreadLog: Row = {
  id: 'R5',
  fault: "a member's log goes into a full pipe that nobody reads",
  bounds: {
    'false failures': { max: 0 },
    'members it sees': { min: 9 },
    'its memory MiB': { max: RSS_MIB_MAX },
  },
  isShort: true,
  alsoSerf: true,
  run: async (cluster, { hold }) => {
    const mute = cluster.member(9)
    mute.kill()
    const observers = cluster.others(mute.host)
    const gone = () => cluster.agree(observers, [mute.host], 'failed')
    await until(gone, WHOLE_MS)
    mute.start({ isLogUnread: true })
    await until(() => cluster.agree(observers, [mute.host], 'join'), WHOLE_MS)
    const sinceMs = now()
    await pause(hold(25, 120))
    const seen = await cluster.program.alive(cluster.net, mute.host).catch(() => [])
    const figures = {
      'false failures': cluster.failures(sinceMs).length,
      'members it sees': seen.length,
      'its memory MiB': rssMib(mute.pid),
    }
    // It would be mute for the rows to come, too.
    mute.kill()
    await until(gone, WHOLE_MS)
    mute.start()
    return figures
  },
}

// ---- what the kernel says of a process ----------------------------------------------------

const PAGE_BYTES = 4096
const TICKS_PER_S = 100

function rssMib(pid: number): number {
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1])
  return (pages * PAGE_BYTES) / 1_048_576
}

/** Share of one processor that a process used in so long. */
async function cpuShare({ pid }: Member, forMs: number): Promise<number> {
  const before = cpuSeconds(pid)
  await pause(forMs)
  return (cpuSeconds(pid) - before) / (forMs / 1000)
}

function cpuSeconds(pid: number): number {
  // The name of the command stands in brackets and may hold spaces.
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_S
}

export const resourceRows: readonly Row[] = [
  files,
  starved(0.05, false),
  starved(0.001, true),
  halfSlow,
  unreadLog,
]
