// How the fuzzer bends bytes: blindly, by what lengths and heads may say, and by wrapping them in
// the layers of the wire, valid ones too, so that damage reaches the inside.

import type { Random } from 'hearsay/core'
import { encodeMessage, PacketCodec, packStream, type WireSettings } from 'hearsay/wire'

type Pick = () => Uint8Array

/** Heads and type bytes that mean something to some decoder. */
const HEADS = [
  0x00, 0x01, 0x02, 0x03, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x7f, 0x80, 0x81, 0x8f,
  0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc6, 0xc7, 0xc9, 0xcb, 0xcc, 0xcd, 0xce,
  0xcf, 0xd0, 0xd3, 0xd4, 0xd8, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xe7, 0xf4, 0xff,
]
const LENGTHS = [0, 1, 2, 31, 32, 255, 256, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff]

type Mutation = (bytes: Uint8Array, random: Random, pick: Pick) => Uint8Array

const MUTATIONS: readonly Mutation[] = [
  flipBit,
  setHead,
  setHead,
  setLength,
  setLength,
  setNoise,
  truncate,
  removeSpan,
  repeatSpan,
  insertNoise,
  splice,
]

/** One damage to a copy of `bytes`. */
export function mutate(bytes: Uint8Array, random: Random, pick: Pick): Uint8Array {
  const mutation = MUTATIONS[random.below(MUTATIONS.length)] ?? flipBit
  return mutation(bytes, random, pick)
}

function changed(bytes: Uint8Array, at: number, ...values: readonly number[]): Uint8Array {
  const copy = Uint8Array.from(bytes)
  values.forEach((value, i) => {
    if (at + i < copy.length) copy[at + i] = value
  })
  return copy
}

/** Near the front more often: that is where the heads are. */
function place(bytes: Uint8Array, random: Random): number {
  const span = random.chance(0.5) ? Math.min(bytes.length, 24) : bytes.length
  return span === 0 ? 0 : random.below(span)
}

function flipBit(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random)
  return changed(bytes, at, (bytes[at] ?? 0) ^ (1 << random.below(8)))
}

function setHead(bytes: Uint8Array, random: Random): Uint8Array {
  return changed(bytes, place(bytes, random), HEADS[random.below(HEADS.length)] ?? 0)
}

function setNoise(bytes: Uint8Array, random: Random): Uint8Array {
  return changed(bytes, place(bytes, random), random.below(256), random.below(256))
}

/** Writes an extreme length, in 16 or 32 bits, behind a head where one stands. */
function setLength(bytes: Uint8Array, random: Random): Uint8Array {
  const length = LENGTHS[random.below(LENGTHS.length)] ?? 0
  const at = place(bytes, random)
  if (random.chance(0.5)) return changed(bytes, at, length >>> 8, length)
  return changed(bytes, at, length >>> 24, length >>> 16, length >>> 8, length)
}

function truncate(bytes: Uint8Array, random: Random): Uint8Array {
  return bytes.subarray(0, random.below(bytes.length + 1))
}

function removeSpan(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random)
  const size = 1 + random.below(8)
  return joined(bytes.subarray(0, at), bytes.subarray(at + size))
}

function repeatSpan(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random)
  const span = bytes.subarray(at, at + 1 + random.below(16))
  const times = 1 + random.below(random.chance(0.1) ? 200 : 4)
  return joined(bytes.subarray(0, at), ...Array<Uint8Array>(times).fill(span), bytes.subarray(at))
}

function insertNoise(bytes: Uint8Array, random: Random): Uint8Array {
  const at = place(bytes, random)
  const noise = Uint8Array.from({ length: 1 + random.below(6) }, () => random.below(256))
  return joined(bytes.subarray(0, at), noise, bytes.subarray(at))
}

function splice(bytes: Uint8Array, random: Random, pick: Pick): Uint8Array {
  const other = pick()
  return joined(bytes.subarray(0, place(bytes, random)), other.subarray(place(other, random)))
}

// ---- layers -------------------------------------------------------------------------

/** No label, no key, no compression. */
export const PLAIN: WireSettings = {
  label: '',
  keyring: undefined,
  cipher: undefined,
  verifyIncoming: true,
  verifyOutgoing: true,
  compression: false,
  cipherVersion: 1,
  packetBytesMax: 1400,
  nonce: () => new Uint8Array(12),
}
const COMPRESSED = { ...PLAIN, compression: true }
const plain = new PacketCodec(PLAIN)

const LAYERS: readonly Mutation[] = [
  compound,
  compound,
  (bytes) => plain.pack([bytes], { crc: true }),
  (bytes) => packStream(bytes, COMPRESSED, { dialled: false }),
  labelled,
  sealed,
  framed,
  (bytes) => encodeMessage({ kind: 'user', payload: bytes }),
  (bytes) => encodeMessage({ kind: 'userStream', payload: bytes }),
]

/** One more layer around `bytes`, correct as such. */
export function wrap(bytes: Uint8Array, random: Random, pick: Pick): Uint8Array {
  // Layers that state a length have a largest one.
  if (bytes.length > 20_000) return bytes
  const layer = LAYERS[random.below(LAYERS.length)] ?? compound
  return layer(bytes, random, pick)
}

function compound(bytes: Uint8Array, random: Random, pick: Pick): Uint8Array {
  const parts = [bytes]
  const others = random.below(random.chance(0.05) ? 254 : 4)
  for (let i = 0; i < others; i++) parts.push(pick().subarray(0, random.below(400)))
  return plain.pack(parts.length === 1 ? [bytes, new Uint8Array(0)] : parts, { crc: false })
}

/** With the label `blue` in front. */
export function labelled(bytes: Uint8Array): Uint8Array {
  return joined(Uint8Array.of(0xf4, 4, 0x62, 0x6c, 0x75, 0x65), bytes)
}

/** As a sealed packet of either version; every cipher tag and all padding is of ones. */
export function sealed(bytes: Uint8Array, random: Random): Uint8Array {
  const version = random.below(2)
  const padding = version === 1 ? 0 : 16
  return joined(
    Uint8Array.of(version),
    new Uint8Array(12),
    bytes,
    new Uint8Array(padding + 16).fill(1),
  )
}

/** As a sealed frame of a stream. */
export function framed(bytes: Uint8Array, random: Random): Uint8Array {
  const body = sealed(bytes, random)
  const { length } = body
  return joined(Uint8Array.of(0x0a, length >>> 24, length >>> 16, length >>> 8, length), body)
}

/** With other bytes in front, such as those that tell a kind of message. */
export function prefixed(bytes: Uint8Array, ...prefix: readonly number[]): Uint8Array {
  return joined(Uint8Array.from(prefix), bytes)
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    bytes.set(part, at)
    at += part.length
  }
  return bytes
}
