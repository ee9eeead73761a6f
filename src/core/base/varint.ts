// Whole numbers in as many bytes as they need: seven bits a byte, the lowest first, as in
// LEB128. From 0 to 2⁵³−1, so that a version or a time in milliseconds fits.

import type { ByteReader, ByteWriter } from './bytes.ts'

/** 2⁵³−1 takes eight bytes. */
const BYTES_MAX = 8

/** Writes a whole number in 0 … 2⁵³−1. */
export function writeVarint(writer: ByteWriter, value: number): void {
  let rest = value
  while (rest >= 0x80) {
    writer.u8((rest % 0x80) + 0x80)
    rest = Math.floor(rest / 0x80)
  }
  writer.u8(rest)
}

/** Reads a whole number in 0 … 2⁵³−1; the reader fails on anything longer. */
export function readVarint(reader: ByteReader): number {
  let value = 0
  let weight = 1
  for (let count = 0; count < BYTES_MAX; count++) {
    const byte = reader.u8()
    value += (byte & 0x7f) * weight
    if (byte < 0x80) {
      if (value <= Number.MAX_SAFE_INTEGER) return value
      break
    }
    weight *= 0x80
  }
  reader.fail('form')
  return 0
}
