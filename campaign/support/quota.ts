// Bounds how much of a processor one process gets: by a cpu control group, of version 1 or 2, or
// where none can be made by stopping and continuing it in turns.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

/** The kernel takes no quota below a thousandth of a second, and no period over a second. */
const QUOTA_US_MIN = 1000
const PERIOD_US = 100_000
const PERIOD_US_MAX = 1_000_000

export interface Quota {
  /** How often the process had to wait for its share so far. */
  readonly waits: () => number
  readonly release: () => void
}

/**
 * Gives `pid` that share of one processor, 0 to 1. `group` begins the name of a folder that
 * `main.ts` removes.
 */
export function limitCpu(pid: number, share: number, group: string): Quota {
  const wantedUs = Math.max(PERIOD_US, QUOTA_US_MIN / share)
  const periodUs = Math.round(Math.min(PERIOD_US_MAX, wantedUs))
  const quotaUs = Math.max(QUOTA_US_MIN, Math.round(periodUs * share))
  return (
    byGroup(pid, {
      folder: `/sys/fs/cgroup/cpu/${group}-${pid}`,
      set: { 'cpu.cfs_period_us': `${periodUs}`, 'cpu.cfs_quota_us': `${quotaUs}` },
      unset: { 'cpu.cfs_quota_us': '-1' },
    }) ??
    byGroup(pid, {
      folder: `/sys/fs/cgroup/${group}-${pid}`,
      set: { 'cpu.max': `${quotaUs} ${periodUs}` },
      unset: { 'cpu.max': `max ${periodUs}` },
    }) ??
    byTurns(pid, { periodMs: periodUs / 1000, share })
  )
}

interface Group {
  readonly folder: string
  readonly set: Readonly<Record<string, string>>
  readonly unset: Readonly<Record<string, string>>
}

/** Undefined where this kind of group is not to be had. */
function byGroup(pid: number, { folder, set, unset }: Group): Quota | undefined {
  const write = (files: Readonly<Record<string, string>>) => {
    for (const [file, text] of Object.entries(files)) writeFileSync(`${folder}/${file}`, text)
  }
  try {
    mkdirSync(folder, { recursive: true })
    if (!Object.keys(set).every((file) => existsSync(`${folder}/${file}`))) return undefined
    write(set)
    writeFileSync(`${folder}/cgroup.procs`, String(pid))
  } catch {
    return undefined
  }
  return {
    waits: () => Number(/nr_throttled (\d+)/.exec(readFileSync(`${folder}/cpu.stat`, 'utf8'))?.[1]),
    release: () => write(unset),
  }
}

interface Turns {
  readonly periodMs: number
  readonly share: number
}

function byTurns(pid: number, { periodMs, share }: Turns): Quota {
  const send = (signal: 'SIGSTOP' | 'SIGCONT') => {
    try {
      process.kill(pid, signal)
    } catch {
      // It has ended: there is nothing left to bound.
    }
  }
  let turns = 0
  const timer = setInterval(() => {
    turns += 1
    send('SIGCONT')
    setTimeout(() => send('SIGSTOP'), periodMs * share)
  }, periodMs)
  return {
    waits: () => turns,
    release: () => {
      clearInterval(timer)
      // The last turn may still end with a stop.
      setTimeout(() => send('SIGCONT'), 2 * periodMs)
    },
  }
}
