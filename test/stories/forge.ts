// Bytes of one who lies: well-formed messages about others, as a forger would send them to
// a cluster without keys.

import type { Address } from '../../src/core/index.ts'
import { encodeMessage } from '../../src/core/wire/index.ts'

const VSN = Uint8Array.of(1, 5, 2, 0, 0, 0)
const NONE = new Uint8Array()

interface Praise {
  readonly incarnation?: number
  readonly vsn?: Uint8Array
  readonly meta?: Uint8Array | undefined
}

export function forgedAlive(
  node: string,
  address: Address,
  { incarnation = 1, vsn = VSN, meta = NONE }: Praise = {},
): Uint8Array {
  const { ip: addr, port } = address
  return encodeMessage({ kind: 'alive', incarnation, node, addr, port, meta, vsn })
}

export function forgedSuspect(node: string, from: string, incarnation = 1): Uint8Array {
  return encodeMessage({ kind: 'suspect', incarnation, node, from })
}

export function forgedDead(node: string, from: string, incarnation = 1): Uint8Array {
  return encodeMessage({ kind: 'dead', incarnation, node, from })
}

/** A ping for `node` whose answer shall go to `victim`. */
export function forgedPing(node: string, victim: Address): Uint8Array {
  return encodeMessage({
    kind: 'ping',
    seqNo: 1,
    node,
    sourceAddr: victim.ip,
    sourcePort: victim.port,
    sourceNode: 'm',
  })
}

/** Asks for a ping to `target` on the asker's behalf. */
export function forgedIndirectPing(node: string, target: Address, asker: Address): Uint8Array {
  return encodeMessage({
    kind: 'indirectPing',
    seqNo: 1,
    target: target.ip,
    port: target.port,
    node,
    nack: true,
    sourceAddr: asker.ip,
    sourcePort: asker.port,
    sourceNode: 'm',
  })
}
