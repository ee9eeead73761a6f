// Lies at random: well-formed messages about members and ghosts, with values at the ends of
// their ranges as often as plausible ones. What a forger inside the network could send to a
// cluster without keys (threat model, attackers A4 and A5).

import { type Address, ipv4, type Random } from '../core/index.ts'
import { encodeMessage, type Message, type PushPull } from '../core/wire/index.ts'

/** A member as the forger knows it. */
export interface Target {
  readonly name: string
  readonly address: Address
}

// Not the very end: who was driven there cannot change its tags any more.
const INCARNATIONS = [0, 1, 2, 3, 5, 8, 100, 2_147_483_648, 4_294_960_000, 4_294_967_295]
const VERSIONS = [[1, 5, 2, 0, 0, 0], [1, 5, 2, 2, 5, 4], [0, 0, 0, 0, 0, 0], [1, 5], []]
const GHOSTS = 20

/** The bytes of one forged message about one of `targets` or a ghost. */
export function forge(targets: readonly Target[], random: Random): Uint8Array {
  const known = targets[random.below(targets.length)]
  const subject = known === undefined || random.chance(0.2) ? ghost(random) : known
  const from = targets[random.below(targets.length)]?.name ?? 'nobody'
  return encodeMessage(lie(subject, random.chance(0.2) ? subject.name : from, random))
}

/** A forged table of `rows` members, as somebody who joins would send it. */
export function forgeTable(targets: readonly Target[], rows: number, random: Random): PushPull {
  const nodes = Array.from({ length: rows }, () => {
    const known = targets[random.below(targets.length)]
    const { name, address } = known === undefined || random.chance(0.2) ? ghost(random) : known
    const { ip, port } = random.chance(0.7) ? address : ghost(random).address
    return {
      name,
      addr: ip,
      port,
      meta: new Uint8Array(random.below(4)),
      incarnation: INCARNATIONS[random.below(INCARNATIONS.length)] ?? 1,
      state: random.below(5),
      vsn: Uint8Array.from(VERSIONS[random.below(VERSIONS.length)] ?? []),
    }
  })
  return { kind: 'pushPull', join: random.chance(0.5), nodes, userState: new Uint8Array() }
}

function lie({ name, address }: Target, from: string, random: Random): Message {
  const incarnation = INCARNATIONS[random.below(INCARNATIONS.length)] ?? 1
  switch (random.below(5)) {
    case 0:
      return { kind: 'suspect', incarnation, node: name, from }
    case 1:
      return { kind: 'dead', incarnation, node: name, from }
    case 2: {
      const { ip, port } = random.chance(0.7) ? address : ghost(random).address
      const vsn = Uint8Array.from(VERSIONS[random.below(VERSIONS.length)] ?? [])
      const meta = new Uint8Array(random.below(4))
      return { kind: 'alive', incarnation, node: name, addr: ip, port, meta, vsn }
    }
    case 3:
      return {
        kind: 'ping',
        seqNo: random.below(1000),
        node: random.chance(0.5) ? name : '',
        sourceAddr: address.ip,
        sourcePort: address.port,
        sourceNode: from,
      }
    default:
      return { kind: 'ack', seqNo: random.below(100), payload: new Uint8Array(random.below(20)) }
  }
}

function ghost(random: Random): Target {
  const number = random.below(GHOSTS)
  return { name: `ghost-${number}`, address: ipv4(10, 66, 6, number + 1, 7946) }
}
