// A cluster of real processes on hosts of their own, and the questions rows ask of it.

import { Member } from './member.ts'
import type { Net } from './net.ts'
import type { Program } from './programs.ts'
import { type Sight, Sights } from './sights.ts'
import { now, until } from './time.ts'

const FORM_MS = 90_000

export interface ClusterParts {
  readonly net: Net
  readonly program: Program
  readonly size: number
  readonly logs: string | undefined
}

export class Cluster {
  readonly net: Net
  readonly program: Program
  readonly sights = new Sights()
  readonly members: readonly Member[]

  constructor({ net, program, size, logs }: ClusterParts) {
    this.net = net
    this.program = program
    const hosts = Array.from({ length: size }, (_, index) => index + 1)
    this.members = hosts.map(
      (host) => new Member(host, { net, program, sights: this.sights, logs }),
    )
  }

  /** Starts all and waits until they are one. Throws if they do not become one. */
  async form(): Promise<void> {
    for (const member of this.members) member.start()
    if (await until(() => this.isWhole(), FORM_MS)) return
    throw new Error(`they did not find each other within ${FORM_MS / 1000} s`)
  }

  /** Member 1 … size. */
  member(host: number): Member {
    const found = this.members[host - 1]
    if (found === undefined) throw new Error(`no member ${host}`)
    return found
  }

  addresses(hosts: readonly number[]): readonly string[] {
    return hosts.map((host) => this.net.address(host))
  }

  /** The hosts besides these. */
  others(...hosts: readonly number[]): readonly number[] {
    return this.members.map(({ host }) => host).filter((host) => !hosts.includes(host))
  }

  // ---- what members hold ----------------------------------------------------------------

  /** True if each of `observers` holds each of `subjects` in that standing. */
  agree(
    observers: readonly number[],
    subjects: readonly number[],
    standing: 'join' | 'failed',
  ): boolean {
    const names = (hosts: readonly number[]) => hosts.map((host) => this.member(host).name)
    return names(observers).every((by) =>
      names(subjects).every(
        (about) => by === about || this.sights.standing(by, about) === standing,
      ),
    )
  }

  /** True if all that run hold all that run alive. */
  isWhole(): boolean {
    const hosts = this.members.filter(({ isRunning }) => isRunning).map(({ host }) => host)
    return this.agree(hosts, hosts, 'join')
  }

  /** Seconds from `sinceMs` to the last change that made the cluster whole; Infinity if never. */
  async wholeAfter(sinceMs: number, withinMs: number): Promise<number> {
    const isWhole = await until(() => this.isWhole(), withinMs)
    return isWhole ? (this.sights.lastChangeMs(sinceMs) - sinceMs) / 1000 : Infinity
  }

  /** Asks every running member itself; true if all of them name all that run. */
  async confirmsWhole(): Promise<boolean> {
    const running = this.members.filter(({ isRunning }) => isRunning)
    const lists = await Promise.all(running.map(({ host }) => this.program.alive(this.net, host)))
    return lists.every((names) => running.every(({ name }) => names.includes(name)))
  }

  /** Verdicts of failure since a moment, of which `isTold` keeps some. */
  failures(sinceMs: number, isTold: (sight: Sight) => boolean = () => true): readonly Sight[] {
    return this.sights.since('failed', sinceMs).filter(isTold)
  }

  suspicions(sinceMs: number): number {
    return this.sights.since('suspect', sinceMs).length
  }

  /** Seconds until the first and the last of `observers` called `about` failed; Infinity if not. */
  async failedAfter(
    about: number,
    observers: readonly number[],
    withinMs: number,
    sinceMs = now(),
  ): Promise<{ readonly firstS: number; readonly lastS: number }> {
    const all = await until(() => this.agree(observers, [about], 'failed'), withinMs)
    const { name } = this.member(about)
    const times = this.failures(sinceMs, (one) => one.about === name).map(({ atMs }) => atMs)
    const after = (atMs: number) => (atMs - sinceMs) / 1000
    return {
      firstS: after(Math.min(...times)),
      lastS: all ? after(Math.max(...times)) : Infinity,
    }
  }
}
