// From the bytes of a file to what it says: every record up to the first that is cut short
// or garbled, wherever that is. Of what lies behind only lives and times count, as far as they
// can be read: no number that was given there must come again. A file that does not begin with
// a sound head, or with that of another member or cluster, is not touched: nobody can say whose
// keys it would cost.

import { Book } from './book.ts'
import { frameEnd, readFrame } from './frames.ts'
import { DISK_FORMAT, type DiskOwner, type DiskRecord, decodeRecord } from './records.ts'

export type Recovery =
  | {
      readonly kind: 'sound'
      readonly book: Book
      readonly records: number
      /** Bytes behind the last sound record. After a crash there may be some, else none. */
      readonly lostBytes: number
    }
  /** Its first record cannot be read. */
  | { readonly kind: 'damaged' }
  /** Written by a later release. */
  | { readonly kind: 'newer'; readonly format: number }
  | { readonly kind: 'foreign'; readonly found: DiskOwner }

/** Reads a file as `owner`, who must be the one that wrote it. Never throws. */
export function recover(bytes: Uint8Array, owner: DiskOwner): Recovery {
  const first = readFrame(bytes, 0)
  const head = first && decodeRecord(first.frame)
  if (first === undefined || head?.record !== 'head') return { kind: 'damaged' }
  const { format, label, name } = head
  if (format > DISK_FORMAT) return { kind: 'newer', format }
  if (label !== owner.label || name !== owner.name)
    return { kind: 'foreign', found: { label, name } }
  const book = new Book(owner, head)
  let [at, records] = [first.end, 1]
  for (;;) {
    const next = readFrame(bytes, at)
    const record = next && decodeRecord(next.frame)
    if (next === undefined || record === undefined || record.record === 'head') break
    book.apply(record)
    at = next.end
    records++
  }
  skip(book, bytes, at)
  return { kind: 'sound', book, records, lostBytes: bytes.length - at }
}

/** Goes over what is not read, record by record: the next life begins above what is named there. */
function skip(book: Book, bytes: Uint8Array, from: number): void {
  for (let at: number | undefined = from; at !== undefined; at = frameEnd(bytes, at)) {
    const next = readFrame(bytes, at)
    const record = next && decodeRecord(next.frame)
    if (record !== undefined) passOver(book, record)
  }
}

function passOver(book: Book, record: DiskRecord): void {
  if ('generation' in record) book.apply({ record: 'life', generation: record.generation })
  if ('ceilingMs' in record) book.apply({ record: 'clock', ceilingMs: record.ceilingMs })
}
