// The table of protocols: how each is made, and whether messages have to be counted by node
// because they do not follow from when a node heard.

import { Eager } from './eager.ts'
import { Pull, Push, PushPull } from './endless.ts'
import { Limited } from './limited.ts'
import { RumorMongering } from './mongering.ts'
import { Direct, Tree } from './planned.ts'
import type { Protocol } from './protocol.ts'
import type { ProtocolName } from './scenario.ts'
import type { World } from './world.ts'

export interface ProtocolRow {
  readonly make: (world: World) => Protocol
  /** True if it counts in `world.loads`. */
  readonly keepsLoads: boolean
}

const limited: ProtocolRow = { make: (world) => new Limited(world), keepsLoads: false }

export const catalog: Readonly<Record<ProtocolName, ProtocolRow>> = {
  direct: { make: (world) => new Direct(world), keepsLoads: true },
  tree: { make: (world) => new Tree(world), keepsLoads: true },
  push: { make: (world) => new Push(world), keepsLoads: false },
  pull: { make: (world) => new Pull(world), keepsLoads: true },
  pushpull: { make: (world) => new PushPull(world), keepsLoads: true },
  'infect-and-die': limited,
  'transmit-limited': limited,
  memberlist: limited,
  'rumor-mongering': { make: (world) => new RumorMongering(world), keepsLoads: true },
  hearsay: { make: (world) => new Eager(world), keepsLoads: true },
}
