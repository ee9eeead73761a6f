// Tags in a member's meta, as Serf writes them: ff, then a map from text to text. Meta of any
// other form is Serf's oldest one, the bare value of the tag `role`.

import { ByteReader, borrowWriter } from '../base/bytes.ts'
import { decodeUtf8Lossy } from '../base/text.ts'
import { META_BYTES_MAX } from './limits.ts'
import { readMapHeader, readNil, readTextLossy, writeMapHeader, writeText } from './msgpack.ts'

const TAGS = 0xff

/** True if meta holds tags, rather than raw bytes. */
export function hasTags(meta: Uint8Array): boolean {
  return meta[0] === TAGS
}

/** Tags as meta, in ascending order of their names; undefined if that exceeds 512 bytes. */
export function encodeTags(tags: ReadonlyMap<string, string>): Uint8Array | undefined {
  const writer = borrowWriter()
  writer.u8(TAGS)
  writeMapHeader(writer, tags.size)
  for (const [name, value] of [...tags].sort(([a], [b]) => (a < b ? -1 : 1))) {
    writeText(writer, name)
    writeText(writer, value)
  }
  return writer.length > META_BYTES_MAX ? undefined : writer.take()
}

/**
 * The tags in meta; where the map is damaged, those in front of the damage. Meta without tags
 * gives the one tag `role`, empty for empty meta.
 */
export function decodeTags(meta: Uint8Array): ReadonlyMap<string, string> {
  if (!hasTags(meta)) return new Map([['role', decodeUtf8Lossy(meta)]])
  const reader = new ByteReader(meta, 1)
  const count = readNil(reader) ? 0 : readCount(reader)
  const tags = new Map<string, string>()
  for (let i = 0; i < count && reader.failure === undefined; i++) {
    const name = readTextLossy(reader)
    const value = readNil(reader) ? '' : readTextLossy(reader)
    if (reader.failure === undefined) tags.set(name, value)
  }
  return tags
}

/** The declared number of tags, even if the map is cut short. */
function readCount(reader: ByteReader): number {
  const whole = new ByteReader(reader.bytes, reader.at, Number.POSITIVE_INFINITY)
  const count = readMapHeader(whole)
  reader.at = whole.at
  return count
}
