// The packets that the small benchmarks handle: those of a cluster on loopback, with the same
// names, addresses and sizes as on the Go side.

import { encodeMessage, type Ping } from 'hearsay/wire'

const HOST = Uint8Array.of(127, 0, 0, 1)
const FIRST_PORT = 20_000
const VERSIONS = Uint8Array.of(1, 5, 2, 0, 0, 0)
const COMPOUND = 7

/** `node-0007` of 7. */
export function nameOf(index: number): string {
  return `node-${String(index).padStart(4, '0')}`
}

/** A ping of node 1 to node 0, source fields included: 79 bytes. */
export const ping: Ping = {
  kind: 'ping',
  seqNo: 123_456,
  node: nameOf(0),
  sourceAddr: HOST,
  sourcePort: FIRST_PORT + 1,
  sourceNode: nameOf(1),
}

/** An alive message as bytes. */
export function aliveBytes(index: number, incarnation: number): Uint8Array {
  return encodeMessage({
    kind: 'alive',
    incarnation,
    node: nameOf(index),
    addr: HOST,
    port: FIRST_PORT + index,
    meta: new Uint8Array(0),
    vsn: VERSIONS,
  })
}

/** One packet with an alive message of each of ten nodes. */
export function tenAlive(incarnation: number): Uint8Array {
  const messages = Array.from({ length: 10 }, (_, index) => aliveBytes(index + 1, incarnation))
  const sizes = messages.flatMap((message) => [message.length >> 8, message.length & 255])
  return Uint8Array.of(COMPOUND, messages.length, ...sizes, ...messages.flatMap((one) => [...one]))
}

/** 1400 bytes of alive messages, as large packets hold them. */
export function largePacket(): Uint8Array {
  const bytes: number[] = []
  for (let i = 1; bytes.length < 1400; i += 1) bytes.push(...tenAlive(i))
  return Uint8Array.from(bytes.slice(0, 1400))
}
