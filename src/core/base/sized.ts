// Text and bytes with their length in front, as a varint. Reading is bounded by the caller and
// never throws: the reader turns failed, as everywhere.

import type { ByteReader, ByteWriter } from './bytes.ts'
import { decodeUtf8, utf8Length } from './text.ts'
import { readVarint, writeVarint } from './varint.ts'

/** Writes text as UTF-8 behind its length in bytes. */
export function writeText(writer: ByteWriter, text: string): void {
  const sizeBytes = utf8Length(text)
  writeVarint(writer, sizeBytes)
  writer.text(text, sizeBytes)
}

/** Reads text of 1 to `bytesMax` bytes. */
export function readText(reader: ByteReader, bytesMax: number): string {
  const length = readVarint(reader)
  if (length === 0 || length > bytesMax) reader.fail('form')
  if (!reader.has(length)) return ''
  const text = decodeUtf8(reader.bytes, reader.at, reader.at + length)
  if (text === undefined) reader.fail('text')
  else reader.skip(length)
  return text ?? ''
}

/** Writes bytes behind their length. */
export function writeBytes(writer: ByteWriter, bytes: Uint8Array): void {
  writeVarint(writer, bytes.length)
  writer.raw(bytes)
}

/** Reads at most `bytesMax` bytes. */
export function readBytes(reader: ByteReader, bytesMax: number): Uint8Array {
  const length = readVarint(reader)
  if (length > bytesMax) reader.fail('form')
  return reader.take(length)
}
