// A value that the application merges itself. Not every member need know how: a slot is a list of
// parts, merged by putting the lists together where no rule is known, and folded into one part
// where one is. So a member without the rule can pass on, keep and hand over what it cannot read.

import { type ByteReader, borrowWriter, copyBytes, equalBytes } from '../../base/bytes.ts'
import { readBytes, writeBytes } from '../../base/sized.ts'
import { readVarint, writeVarint } from '../../base/varint.ts'
import { compareBytes, type Form, mergeBytes, readCanonical, readWhole } from './form.ts'
import { type Lattice, SLOT_BYTES_MAX } from './lattice.ts'

/** Parts that one slot may hold. */
export const CUSTOM_PARTS_MAX = 16

/** What the application knows of its values. Both must be pure: the same everywhere, always. */
export interface CustomRules {
  /** The least value that says what both say: commutative, associative, idempotent. */
  readonly merge: (one: Uint8Array, other: Uint8Array) => Uint8Array
  /** False for bytes that are no value: they are passed on, but neither merged nor read. */
  readonly validate?: ((value: Uint8Array) => boolean) | undefined
}

/** Sorted by their bytes, each once. */
type Parts = readonly Uint8Array[]

/** The lattice of an application's own values; without rules it keeps them all. */
export function custom(rules?: CustomRules): Lattice {
  const fold = (parts: Parts): Parts => (rules === undefined ? parts : folded(parts, rules))
  const form: Form<Parts> = {
    encode,
    decode: (bytes) => readWhole(bytes, readParts),
    merge: (one, other) => fold(sorted([...one, ...other])),
  }
  const partsOf = (bytes: Uint8Array): Parts => fold(form.decode(bytes) ?? [])
  return {
    kind: 'custom',
    isSlot(bytes) {
      const parts = bytes.length <= SLOT_BYTES_MAX ? readCanonical(form, bytes) : undefined
      return parts !== undefined && parts.length <= CUSTOM_PARTS_MAX
    },
    merge: (one, other) => mergeBytes(form, one, other),
    covers: (one, other) => equalBytes(mergeBytes(form, one, other), encode(partsOf(one))),
    isTombstone: () => false,
    read(bytes) {
      const [value, ...rest] = partsOf(bytes)
      return value === undefined || rest.length > 0 ? undefined : { kind: 'custom', value }
    },
    stampOf: () => undefined,
    endsAt: () => Number.POSITIVE_INFINITY,
  }
}

function encode(parts: Parts): Uint8Array {
  const writer = borrowWriter()
  writeVarint(writer, parts.length)
  for (const part of parts) writeBytes(writer, part)
  return writer.take()
}

function readParts(reader: ByteReader): Parts {
  const count = readVarint(reader)
  if (count > reader.left) reader.fail('form')
  const parts: Uint8Array[] = []
  for (let i = 0; i < count && reader.failure === undefined; i++) {
    const part = readBytes(reader, SLOT_BYTES_MAX)
    const last = parts.at(-1)
    if (last !== undefined && compareBytes(last, part) >= 0) reader.fail('form')
    parts.push(part)
  }
  return parts
}

function sorted(parts: Parts): Parts {
  const inOrder = [...parts].sort(compareBytes)
  return inOrder.filter((part, at) => at === 0 || compareBytes(part, inOrder[at - 1] ?? part) !== 0)
}

/** All valid parts as one. A rule that throws has said nothing: the parts stay as they are. */
function folded(parts: Parts, { merge, validate }: CustomRules): Parts {
  try {
    // Copies: an application that changes what it is given must not change what we hold.
    const valid = parts.filter((part) => validate?.(copyBytes(part)) ?? true)
    const [first, ...rest] = valid
    if (first === undefined || rest.length === 0) return valid
    return [rest.reduce((sum, part) => copyBytes(merge(copyBytes(sum), copyBytes(part))), first)]
  } catch {
    return parts
  }
}

/** The state of one value. */
export function encodeCustom(value: Uint8Array): Uint8Array {
  return encode([value])
}
