// The single layers against golden data: compound, checksum, LZW, sealing.

import { describe, expect, it } from 'vitest'
import { joinCompound, splitCompound } from '../../../src/core/wire/compound.ts'
import { compress } from '../../../src/core/wire/compression.ts'
import { crc32 } from '../../../src/core/wire/crc32.ts'
import { deflate, Inflater } from '../../../src/core/wire/lzw.ts'
import { PacketCodec } from '../../../src/core/wire/packet.ts'
import { open, seal, sealedBytes, sealOverheadBytes } from '../../../src/core/wire/sealing.ts'
import { bytesOf, hexOf, type Vector, vectors } from '../../golden/golden.ts'
import { nodeCipher } from './node-cipher.ts'
import { keyringOf, settingsWith } from './settings.ts'

/** Reads and writes datagrams without label, key and compression. */
const codec = new PacketCodec(settingsWith())

/** What a datagram holds, without what only says who may have sent it. */
function opened(bytes: Uint8Array) {
  const { messages, drops } = codec.unpack(bytes)
  return { messages, drops }
}

/** The same for what a layer holds: a layer may be empty, a datagram may not. */
function inside(bytes: Uint8Array) {
  return bytes.length === 0 ? { messages: [], drops: ['empty'] } : opened(bytes)
}

interface CompoundVector extends Vector {
  readonly decoded: {
    readonly parts: readonly string[] | null
    readonly truncated: number
    readonly error?: string
  }
}

describe('compound', () => {
  const all = vectors<CompoundVector>('compound')
  it.each(all)('$name is split: $what', ({ hex, decoded }) => {
    const bytes = bytesOf(hex)
    const { parts, isTruncated } = splitCompound(bytes, 0, bytes.length)
    const found = parts.map(({ from, to }) => hexOf(bytes.subarray(from, to)))
    expect(found).toEqual((decoded.parts ?? []).filter((part) => part !== ''))
    expect(isTruncated).toBe(decoded.truncated > 0 || decoded.error !== undefined)
  })

  const written = all.filter(({ decodeOnly, decoded }) => !decodeOnly && decoded.parts !== null)
  it.each(written)('$name is joined to the same bytes', ({ hex, decoded }) => {
    expect(hexOf(joinCompound((decoded.parts ?? []).map(bytesOf)))).toBe(hex)
  })
})

interface CrcVector extends Vector {
  readonly decoded: { readonly crc32: number; readonly inner: string }
}

describe('checksum', () => {
  const all = vectors<CrcVector>('crc')
  it.each(all)('$name is the one Go computes', ({ hex, decoded }) => {
    expect(crc32(bytesOf(decoded.inner))).toBe(decoded.crc32)
    expect(crc32(bytesOf(hex), 5)).toBe(decoded.crc32)
  })

  it.each(all)('$name is written to the same bytes, and read as what is inside', (vector) => {
    const inner = bytesOf(vector.decoded.inner)
    expect(hexOf(codec.pack([inner], { crc: true }))).toBe(vector.hex)
    expect(opened(bytesOf(vector.hex))).toEqual(inside(inner))
  })

  it.each(all)('$name is refused once a bit of it has changed', ({ hex }) => {
    const bytes = bytesOf(hex)
    for (let bit = 8; bit < bytes.length * 8; bit += 7) {
      const changed = bytes.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte))
      expect(opened(changed)).toEqual({ messages: [], drops: ['crc'] })
    }
  })
})

interface LzwVector {
  readonly name: string
  readonly lzw: string
  readonly hex?: string
  readonly in?: string
  readonly inRepeat?: { readonly byte: string; readonly count: number }
  readonly decodeOnly?: boolean
}

/** What `stream` expands to, in steps of so many bytes; or why it does not. */
function inflate(stream: Uint8Array, stepBytes: number): Uint8Array | string {
  const inflater = new Inflater()
  inflater.start(stream, { from: 0, to: stream.length, lengthMax: 1_000_000 })
  for (;;) {
    const status = inflater.step(stepBytes)
    if (status === 'done') return inflater.output
    if (status !== 'busy') return status
  }
}

describe('LZW', () => {
  const all = vectors<LzwVector>('lzw')
  const good = all.filter(({ decodeOnly }) => decodeOnly !== true)
  const input = ({ in: hex, inRepeat }: LzwVector) =>
    inRepeat === undefined
      ? bytesOf(hex ?? '')
      : new Uint8Array(inRepeat.count).fill(Number.parseInt(inRepeat.byte, 16))

  it.each(good)('$name is compressed to the bytes of Go', (vector) => {
    expect(hexOf(deflate(input(vector)))).toBe(vector.lzw)
    if (vector.hex !== undefined) expect(hexOf(compress(input(vector)))).toBe(vector.hex)
  })

  it.each(good)('$name is expanded, at once and in the smallest steps', (vector) => {
    const stream = bytesOf(vector.lzw)
    const expected = hexOf(input(vector))
    for (const stepBytes of [1, 100_000]) {
      const output = inflate(stream, stepBytes)
      expect(typeof output === 'string' ? output : hexOf(output)).toBe(expected)
    }
  })

  const messages = good.filter(({ hex }) => hex !== undefined)
  it.each(messages)('$name is read as a message like what is inside', (vector) => {
    expect(opened(bytesOf(vector.hex ?? ''))).toEqual(inside(input(vector)))
  })

  it.each(all.filter(({ decodeOnly }) => decodeOnly))('$name is refused', ({ lzw }) => {
    expect(inflate(bytesOf(lzw), 100_000)).toBe('broken')
  })
})

interface SealVector extends Vector {
  readonly aad: string
  readonly key: string
  readonly version: 0 | 1
  readonly nonce: string
  readonly plain: string
  readonly expectedLength: number
  readonly stream?: boolean
  readonly keys?: readonly string[]
  readonly decoded: { readonly plain?: string; readonly error?: string }
}

describe('sealing', () => {
  const all = vectors<SealVector>('encryption')
  const whole = all.filter(({ decodeOnly, stream }) => !decodeOnly && stream !== true)

  it.each(whole)('$name is sealed to the same bytes, and opened', (vector) => {
    const { key, version, hex, expectedLength } = vector
    const [nonce, aad, plain] = [vector.nonce, vector.aad, vector.plain].map(bytesOf)
    if (nonce === undefined || aad === undefined || plain === undefined) throw new Error('vector')
    const how = { cipher: nodeCipher, key: bytesOf(key), version, nonce, aad }
    expect(hexOf(seal(plain, how))).toBe(hex)
    expect(sealedBytes(plain.length, version)).toBe(expectedLength)
    const opened = open(bytesOf(hex), { cipher: nodeCipher, keyring: keyringOf([key]), aad })
    expect(opened && hexOf(opened)).toBe(vector.plain)
  })

  it.each(all.filter(({ decodeOnly }) => decodeOnly))('$name: $what', ({ keys, hex, decoded }) => {
    const keyring = keyringOf(keys ?? [])
    const opened = open(bytesOf(hex), { cipher: nodeCipher, keyring, aad: new Uint8Array(0) })
    expect(opened && hexOf(opened)).toBe(decoded.plain)
  })

  interface LengthVector extends Vector {
    readonly in: { readonly n: number; readonly version: 0 | 1 }
    readonly decoded: { readonly length: number; readonly maxOverhead: number }
  }
  it.each(vectors<LengthVector>('tables-encrypted-length'))(
    '$name',
    ({ in: { n, version }, decoded }) => {
      // Go counts the padding of an empty plaintext as none; nothing empty is ever sealed.
      if (n > 0) expect(sealedBytes(n, version)).toBe(decoded.length)
      expect(sealOverheadBytes(version)).toBe(decoded.maxOverhead)
    },
  )
})
