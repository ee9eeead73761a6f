// The two ways without chance, beside which gossip is measured: the source tells everybody
// itself, or a spanning tree is walked down from it. One message a node, and nobody covers
// for one that is lost, or for a crashed node and all below it.

import type { Protocol } from './protocol.ts'
import type { World } from './world.ts'

export class Direct implements Protocol {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  restart(): void {}

  isBusy(): boolean {
    return this.#world.round === 0 && this.#world.plan.nodes > 1
  }

  play(): void {
    const world = this.#world
    const others = world.plan.nodes - 1
    for (let node = 1; node <= others; node++) world.tell(node)
    world.burden(0, others)
    world.messages = others
    world.copies = others
    world.busiest = others
    world.ms = world.plan.latencyMs
  }

  sentBy(): number {
    return 0
  }
}

/** A tree with k children a node, filled level by level, every node at a random place of it. */
export class Tree implements Protocol {
  readonly #world: World
  /** Node by place and place by node; the children of place p are k·p + 1 … k·p + k. */
  readonly #nodeAt: Int32Array
  readonly #placeOf: Int32Array
  /** Nodes among `world.heard` that have told their children. */
  #done = 0

  constructor(world: World) {
    this.#world = world
    this.#nodeAt = new Int32Array(world.plan.nodes)
    this.#placeOf = new Int32Array(world.plan.nodes)
  }

  restart(): void {
    this.#done = 0
    dealPlaces(this.#world, this.#nodeAt, this.#placeOf)
  }

  isBusy(): boolean {
    const { heard, count, plan } = this.#world
    for (let i = this.#done; i < count; i++) {
      const place = this.#placeOf[heard[i] as number] as number
      if (place * plan.fanout + 1 < plan.nodes) return true
    }
    return false
  }

  play(): void {
    const world = this.#world
    const { heard, count: tellers } = world
    for (; this.#done < tellers; this.#done++) this.#tellChildren(heard[this.#done] as number)
    world.copies = world.messages
    world.ms = world.plan.latencyMs
  }

  sentBy(): number {
    return 0
  }

  #tellChildren(node: number): void {
    const world = this.#world
    const { fanout, nodes } = world.plan
    const first = (this.#placeOf[node] as number) * fanout + 1
    const children = Math.max(0, Math.min(fanout, nodes - first))
    for (let i = 0; i < children; i++) world.tell(this.#nodeAt[first + i] as number)
    world.burden(node, children)
    world.messages += children
    world.busiest = Math.max(world.busiest, children)
  }
}

/** Puts every node at a random place, the source at place 0. */
export function dealPlaces(world: World, nodeAt: Int32Array, placeOf: Int32Array): void {
  const { draws, plan } = world
  for (let node = 0; node < plan.nodes; node++) nodeAt[node] = node
  for (let place = plan.nodes - 1; place > 1; place--) {
    const other = 1 + draws.below(place)
    const node = nodeAt[other] as number
    nodeAt[other] = nodeAt[place] as number
    nodeAt[place] = node
  }
  for (let place = 0; place < plan.nodes; place++) placeOf[nodeAt[place] as number] = place
}
