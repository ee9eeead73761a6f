// The table of faults: a strike of a plan names one of them, and the compiler knows the
// parameters of each. A new fault is a rule in one of the five files beside this one.

import type { Millis } from '../../core/index.ts'
import type { Fault, Stage } from './fault.ts'
import { liarFaults } from './liars.ts'
import { linkFaults } from './links.ts'
import { lifeFaults } from './lives.ts'
import { machineFaults } from './machines.ts'
import { writerFaults } from './writers.ts'

const PLAIN = { ...lifeFaults, ...machineFaults, ...linkFaults, ...liarFaults } as const
const FAULTS = { ...PLAIN, ...writerFaults } as const

export type FaultName = keyof typeof FAULTS

export type ParamsOf<K extends FaultName> = (typeof FAULTS)[K] extends Fault<infer P> ? P : never

/** One thing that befalls the cluster, `atMs` after the chaos has begun. */
export type Strike<K extends FaultName = FaultName> = {
  readonly [P in K]: { readonly atMs: Millis; readonly kind: P; readonly params: ParamsOf<P> }
}[K]

/** Every fault a storm may bring, by its name. */
export const faults: { readonly [K in FaultName]: Fault<ParamsOf<K>> } = FAULTS

/** The names of the faults that any storm may bring, in a fixed order. */
export const faultNames: readonly FaultName[] = namesOf(PLAIN)

/** The names of those that only storms with replicated state have. */
export const stateFaultNames: readonly FaultName[] = namesOf(writerFaults)

function namesOf(some: object): readonly FaultName[] {
  return Object.keys(some).filter((name): name is FaultName => name in FAULTS)
}

/** Lets a strike befall the cluster; false if it was void. */
export function strike<K extends FaultName>(stage: Stage, { kind, params }: Strike<K>): boolean {
  return faults[kind].strike(stage, params)
}
