// What a fault is: how its parameters are drawn from a seed, and what it does to a running
// cluster. The draft follows who is up while a plan is drawn; the stage holds the cluster
// that the plan befalls. A strike that finds nobody to befall is void, and says so.

import type { Application, Durability, Millis, Random } from '../../core/index.ts'
import type { Cluster } from '../cluster.ts'
import type { Process } from '../process.ts'

/** What all members of a storm have in common. */
export interface Traits {
  readonly label: string
  readonly application: Application
  /** Fills the only key of the ring; 0 for none. */
  readonly keyByte: number
  /** The largest datagram they send. */
  readonly packetBytesMax: number
  /** `seeds`: configured, and retried for ever. `once`: told whom to join, and never again. */
  readonly joining: 'seeds' | 'once'
  /** Somebody inside the network lies: S6 and S10 cannot hold. */
  readonly forger: boolean
  /** Rows a member's table may have, one more than there are members; left out, the default. */
  readonly membersMax?: number
  /** Members write to replicated state; left out, nobody does. */
  readonly state?: boolean
  /** Members keep their own state on disks, this safely; left out, they have none. */
  readonly durability?: Durability
}

export interface Fault<P> {
  /** Undefined if there is nobody it could befall. */
  draw(draft: Draft): P | undefined
  /** False if it was void: it found nobody to befall. */
  strike(stage: Stage, params: P): boolean
}

/** A cluster in a storm. */
export interface Stage {
  readonly cluster: Cluster
  readonly traits: Traits
  /** Whom every member is configured to join, or told to at the start. */
  readonly seeds: readonly string[]
  /** Ids that belong to the cluster; others are strangers with another label or key. */
  readonly crew: Set<string>
  /** Paused by a strike, to be woken when the calm begins. */
  readonly paused: Set<Process>
}

/** A cluster as it is while its plan is drawn: nothing of it exists yet. */
export class Draft {
  readonly random: Random
  readonly traits: Traits
  /** How hard this storm's faults hit, above 0 and up to 1. */
  readonly force: number
  ids: readonly string[]
  #up: Set<string>
  #newcomers = 0

  constructor(random: Random, ids: readonly string[], traits: Traits) {
    this.random = random
    this.ids = ids
    this.traits = traits
    this.#up = new Set(ids)
    this.force = 0.1 + 0.9 * random.fraction()
  }

  /** Somebody who is up, if anybody is. */
  someUp(): string | undefined {
    return this.#some(this.ids.filter((id) => this.#up.has(id)))
  }

  /** Somebody who has crashed or left. */
  someDown(): string | undefined {
    return this.#some(this.ids.filter((id) => !this.#up.has(id)))
  }

  /** Two who are up. */
  pair(): { readonly from: string; readonly to: string } | undefined {
    const [from, to] = this.shuffled(this.ids.filter((id) => this.#up.has(id)))
    return from === undefined || to === undefined ? undefined : { from, to }
  }

  /** All members, up or down, in random order. */
  shuffled(ids: readonly string[] = this.ids): readonly string[] {
    const copy = [...ids]
    this.random.shuffle(copy)
    return copy
  }

  goesDown(id: string): string {
    this.#up.delete(id)
    return id
  }

  /** A name nobody had before. */
  newName(kind: string): string {
    return `${kind}-${++this.#newcomers}`
  }

  /** `id` is replaced for good by a newcomer. */
  replaces(id: string, newcomer: string): void {
    this.ids = [...this.ids.filter((one) => one !== id), newcomer]
    this.comesUp(newcomer)
  }

  comesUp(id: string): string {
    this.#up.add(id)
    return id
  }

  /** A share of `most`, scaled by the force of this storm. */
  amount(most: number): number {
    return this.random.fraction() * most * this.force
  }

  /** A span between `least` and `least + spread`. */
  span(least: Millis, spread: Millis): Millis {
    return Math.round(least + this.random.fraction() * spread)
  }

  #some(ids: readonly string[]): string | undefined {
    return ids.length === 0 ? undefined : ids[this.random.below(ids.length)]
  }
}

/** Gives a rule its type, so that its parameters are inferred. */
export function fault<P extends object>(rule: Fault<P>): Fault<P> {
  return rule
}

/** A living member that has not said goodbye. */
export function isUp({ cluster }: Stage, id: string): boolean {
  return cluster.population.has(id) && cluster.living().includes(id)
}

/** Acts on a member that is up; false if it is not. */
export function ifUp(stage: Stage, id: string, act: () => unknown): boolean {
  if (!isUp(stage, id)) return false
  act()
  return true
}

/** Acts if all of these have been started, be they up or down; false if one has not. */
export function ifKnown({ cluster }: Stage, ids: readonly string[], act: () => unknown): boolean {
  if (!ids.every((id) => cluster.population.has(id))) return false
  act()
  return true
}

/** Draws parameters that name somebody who is up, and what else is wanted. */
export function onSomeUp<P extends object>(
  draft: Draft,
  more: () => P,
): ({ readonly who: string } & P) | undefined {
  const who = draft.someUp()
  return who === undefined ? undefined : { who, ...more() }
}
