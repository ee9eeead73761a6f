// The shape of nearly every row: rules at the hosts for a while, until what they are to bring
// about has come, and all of them taken away again.

import type { Cluster } from '../support/cluster.ts'
import { cut } from '../support/net.ts'
import type { Sight } from '../support/sights.ts'
import { now, pause, until } from '../support/time.ts'

/** Longest wait for a cluster to be one again after the last fault. */
export const WHOLE_MS = 60_000

export interface Spell {
  readonly holdMs: number
  /** Rules for what arrives at a host. */
  readonly rules: (host: number) => readonly string[]
  /** What must have come before the rules are taken away, unless it takes longer than… */
  readonly awaited?: () => boolean
  readonly longestMs?: number
}

export interface Spent {
  readonly sinceMs: number
  readonly healedMs: number
  /** Packets that met a rule. */
  readonly hit: number
  /** Whether what was awaited had come. */
  readonly isSeen: boolean
}

/** Lets the rules apply for so long. */
export async function during(cluster: Cluster, spell: Spell): Promise<Spent> {
  const { holdMs, longestMs = holdMs, rules, awaited = () => true } = spell
  const sinceMs = now()
  await Promise.all(cluster.others().map((host) => cluster.net.at(host, rules(host))))
  await pause(holdMs)
  const isSeen = await until(awaited, Math.max(0, longestMs - holdMs))
  const hit = await cluster.net.struck()
  await cluster.net.heal()
  return { sinceMs, healedMs: now(), hit, isSeen }
}

/** Rules by which nothing passes between hosts of different sides, either way. */
export function apart(
  cluster: Cluster,
  ...sides: readonly (readonly number[])[]
): (host: number) => readonly string[] {
  return (host) => {
    if (!sides.some((side) => side.includes(host))) return []
    const foreign = sides.filter((side) => !side.includes(host)).flat()
    return [cut(foreign.map((one) => cluster.net.address(one)))]
  }
}

/** Verdicts of failure where both stand on one side. */
export function failuresWithin(
  cluster: Cluster,
  sinceMs: number,
  ...sides: readonly (readonly number[])[]
): number {
  const sideOf = (name: string) =>
    sides.findIndex((side) => side.some((host) => cluster.member(host).name === name))
  return cluster.failures(sinceMs, ({ by, about }) => sideOf(by) === sideOf(about)).length
}

/** The most of these sights that any one member had. */
export function mostSeen(sights: readonly Sight[]): number {
  const countBy = new Map<string, number>()
  for (const { by } of sights) countBy.set(by, (countBy.get(by) ?? 0) + 1)
  return Math.max(0, ...countBy.values())
}
