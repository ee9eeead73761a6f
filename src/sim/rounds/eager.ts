// hearsay's own rule for urgent news, as src/core/rumors.ts has it: of a rumor's copies 70 %
// go out the moment it is heard, two of them to fixed neighbours on a ring; the rest waits
// for ticks, three a tick, unless enough copies came back by then. A round is one hop while
// news is on its way, and a tick of 200 ms once nobody is left to tell at once: hops are so
// much shorter that the ticks of all nodes are taken as one.

import { dealPlaces } from './planned.ts'
import type { Protocol } from './protocol.ts'
import type { Plan } from './scenario.ts'
import { Targets } from './targets.ts'
import type { World } from './world.ts'

const EAGER_SHARE = 0.7
const ECHOES_ENOUGH = 3
const ECHOES_SPARE = 4
const NEIGHBOURS = 2

export class Eager implements Protocol {
  readonly #world: World
  readonly #targets: Targets
  /** Copies that go out at once, and in all. */
  readonly #atOnce: number
  readonly #limit: number
  /** The ring: node by place and place by node. */
  readonly #nodeAt: Int32Array
  readonly #placeOf: Int32Array
  /** Copies sent and copies come back, by node. */
  readonly #sent: Int32Array
  readonly #echoes: Int32Array
  /** Who still has copies for the ticks, from the front. */
  readonly #waiting: Int32Array
  #size = 0
  /** Nodes among `world.heard` that have told what goes out at once. */
  #told = 0

  constructor(world: World) {
    const { plan } = world
    const { nodes, alive, limit } = plan
    this.#world = world
    this.#atOnce = copiesAtOnce(plan)
    this.#limit = limit
    // Room for a collision with each neighbour.
    const fanout = Math.max(plan.fanout, this.#atOnce + NEIGHBOURS)
    this.#targets = new Targets({ ...plan, fanout }, world.draws)
    this.#nodeAt = new Int32Array(nodes)
    this.#placeOf = new Int32Array(nodes)
    this.#sent = new Int32Array(alive)
    this.#echoes = new Int32Array(alive)
    this.#waiting = new Int32Array(alive)
  }

  restart(): void {
    this.#targets.restart()
    dealPlaces(this.#world, this.#nodeAt, this.#placeOf)
    this.#sent.fill(0)
    this.#echoes.fill(0)
    this.#size = 0
    this.#told = 0
  }

  isBusy(): boolean {
    const { count, plan } = this.#world
    return plan.nodes > 1 && (this.#told < count || this.#dropWellKnown() > 0)
  }

  play(): void {
    const world = this.#world
    const { heard, count } = world
    if (this.#told < count) {
      world.ms = world.plan.latencyMs
      for (; this.#told < count; this.#told++) this.#tellAtOnce(heard[this.#told] as number)
    } else {
      this.#tick()
    }
    world.copies = world.messages
  }

  sentBy(): number {
    return 0
  }

  /** A node that has just heard: the neighbours first, then as many others as copies are left. */
  #tellAtOnce(node: number): void {
    const { nodes } = this.#world.plan
    const place = this.#placeOf[node] as number
    const next = this.#nodeAt[(place + 1) % nodes] as number
    const before = this.#nodeAt[(place + nodes - 1) % nodes] as number
    this.#send(node, next)
    let left = this.#atOnce - 1
    if (before !== next) {
      this.#send(node, before)
      left--
    }
    this.#targets.pick(node, Math.min(left + NEIGHBOURS, this.#targets.size))
    for (let i = 0; left > 0 && i < this.#targets.size; i++) {
      const target = this.#targets.list[i] as number
      if (target === next || target === before) continue
      this.#send(node, target)
      left--
    }
    this.#world.busiest = Math.max(this.#world.busiest, this.#atOnce)
    this.#waiting[this.#size++] = node
  }

  /** Everybody whose copies are not used up tells a few more. */
  #tick(): void {
    const { plan } = this.#world
    for (let i = 0; i < this.#size; i++) {
      const node = this.#waiting[i] as number
      const left = this.#limit - (this.#sent[node] as number)
      const copies = Math.min(plan.fanout, left, plan.nodes - 1)
      this.#targets.pick(node, copies)
      for (let t = 0; t < copies; t++) this.#send(node, this.#targets.list[t] as number)
      this.#world.busiest = Math.max(this.#world.busiest, copies)
    }
  }

  #send(node: number, target: number): void {
    const world = this.#world
    this.#sent[node] = (this.#sent[node] as number) + 1
    world.burden(node, 1)
    world.messages++
    if (world.isLost() || !world.isAlive(target)) return
    if (world.isSettled(target)) this.#echoes[target] = (this.#echoes[target] as number) + 1
    else world.inform(target)
  }

  /** Ends the rumor where it has been told, and heard from others, often enough; how many wait. */
  #dropWellKnown(): number {
    let kept = 0
    for (let i = 0; i < this.#size; i++) {
      const node = this.#waiting[i] as number
      const sent = this.#sent[node] as number
      const echoes = this.#echoes[node] as number
      const isKnown = echoes >= ECHOES_ENOUGH && sent + echoes >= this.#limit + ECHOES_SPARE
      if (sent < this.#limit && !isKnown) this.#waiting[kept++] = node
    }
    this.#size = kept
    return kept
  }
}

/** Copies that a node sends the moment it hears: to its neighbours at least, and once to each node. */
export function copiesAtOnce({ limit, nodes }: Plan): number {
  return Math.min(Math.max(Math.round(limit * EAGER_SHARE), NEIGHBOURS), nodes - 1)
}
