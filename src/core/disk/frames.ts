// How records lie behind each other in a file: the length of the payload (32 bits), CRC-32C
// over type and payload (32 bits), the type (one byte), the payload. Reading ends at the
// first record that is cut short or garbled: what was written after it is not to be trusted.
// What the payloads say is `records.ts`'s.

import { concat } from '../base/bytes.ts'
import { crc32c } from '../wire/crc32.ts'

/** Length, checksum and type. */
export const FRAME_HEAD_BYTES = 9
/** Above every record there is: a value of 64 KiB with its key and head. */
export const PAYLOAD_BYTES_MAX = 70_000

export interface Frame {
  readonly type: number
  readonly payload: Uint8Array
}

/** One record, fit to be put behind others. `type` is 1 … 255. */
export function encodeFrame({ type, payload }: Frame): Uint8Array {
  const body = concat(Uint8Array.of(type), payload)
  return concat(u32(payload.length), u32(crc32c(body)), body)
}

function u32(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
}

function readU32(bytes: Uint8Array, at: number): number {
  const [a = 0, b = 0, c = 0, d = 0] = bytes.subarray(at, at + 4)
  return a * 16_777_216 + (b << 16) + (c << 8) + d
}

/** Where the record at `at` ends by its length, sound or not; undefined if that cannot be. */
export function frameEnd(bytes: Uint8Array, at: number): number | undefined {
  if (at + FRAME_HEAD_BYTES > bytes.length) return undefined
  const size = readU32(bytes, at)
  const end = at + FRAME_HEAD_BYTES + size
  return size > PAYLOAD_BYTES_MAX || end > bytes.length ? undefined : end
}

/** The record at `at` and where it ends; undefined if there is no whole and sound one. */
export function readFrame(
  bytes: Uint8Array,
  at: number,
): { readonly frame: Frame; readonly end: number } | undefined {
  const end = frameEnd(bytes, at)
  if (end === undefined) return undefined
  if (crc32c(bytes, at + 8, end) !== readU32(bytes, at + 4)) return undefined
  const payload = bytes.subarray(at + FRAME_HEAD_BYTES, end)
  return { frame: { type: bytes[at + 8] ?? 0, payload }, end }
}
