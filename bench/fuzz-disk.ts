// Damaged files of a node's own state for the fuzzer: a whole file that is bent, or records
// that are bent and given sound checksums, so that damage reaches what they say; and what must
// hold of whatever is read from them.

import {
  type DiskOwner,
  encodeFrame,
  encodeRecord,
  type KeptRecord,
  type Random,
  recover,
} from 'hearsay/core'

type Mutate = (bytes: Uint8Array) => Uint8Array

const OWNER: DiskOwner = { label: 'blue', name: 'a' }
const HEAD = encodeRecord({
  ...{ record: 'head', format: 1, ...OWNER },
  ...{ generation: 5, ceilingMs: 1_700_000_000_000 },
})
/** Length, checksum and type stand before what a record says. */
const FRAME_HEAD_BYTES = 9
const VALUE = Uint8Array.from({ length: 40 }, (_, at) => at)
const ENTRY = { record: 'entry', generation: 5, value: VALUE, kind: 'set' } as const
const RECORDS: readonly Uint8Array[] = (
  [
    { ...ENTRY, channel: 0, key: 'role', version: 2, endsMs: undefined },
    { ...ENTRY, channel: 1, key: 'rkv\u0000x', version: 1, endsMs: 1_700_000_001_000 },
    { ...ENTRY, channel: 0, key: 'role', version: 3, kind: 'deleted', endsMs: undefined },
    { record: 'reach', channel: 1, generation: 5, base: 9, gcFloor: 1 },
    { record: 'done', channel: 0, generation: 5 },
    { record: 'clock', ceilingMs: 1_700_000_010_000 },
    { record: 'life', generation: 6 },
    { record: 'company', members: 5 },
  ] satisfies readonly KeptRecord[]
).map(encodeRecord)

/** A file with some damage; `bytes` are any. */
export function bentFile(bytes: Uint8Array, random: Random, mutate: Mutate): Uint8Array {
  if (random.chance(0.3)) return mutate(joined([HEAD, ...RECORDS]))
  const records = RECORDS.filter(() => random.chance(0.7)).map((record) => {
    if (random.chance(0.5)) return record
    const payload = mutate(record.subarray(FRAME_HEAD_BYTES))
    return encodeFrame({ type: record[FRAME_HEAD_BYTES - 1] ?? 0, payload })
  })
  const strange = encodeFrame({ type: random.below(8), payload: bytes.subarray(0, 300) })
  return joined([HEAD, ...records, strange])
}

/** What does not hold of the file, if anything; `undefined` too where it is refused. */
export function recoveryProblem(file: Uint8Array): string | undefined {
  const found = recover(file, OWNER)
  if (found.kind !== 'sound') return undefined
  const { book } = found
  const before = book.generation
  const kept = book.beginLife(0)
  if (!(kept.generation > before)) return 'a life begins above all before it'
  const again = recover(book.file(0), OWNER)
  if (again.kind !== 'sound' || again.lostBytes > 0) return 'what was read can be written anew'
  if (again.book.generation !== kept.generation) return 'the new life is in the file'
  const sizes = [book, again.book].map(({ streams }) =>
    streams.map(({ base, gcFloor, entries }) => `${base} ${gcFloor} ${entries.length}`).join(),
  )
  return sizes[0] === sizes[1] ? undefined : 'written anew it says the same'
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
