// The JSON of the state routes, as schemas: what shapes.ts is for the rest. A value is bytes:
// text if it is UTF-8, and always base64.

import * as v from 'valibot'
import { apiVersion } from '../contract.ts'

const text = v.string()
const count = v.pipe(v.number(), v.integer())
export const timeText = v.pipe(v.string(), v.description('time'))
const version = v.literal(apiVersion)

/** What a value may have; the core says so, and a test that both say the same. */
export const VALUE_BYTES_MAX = 65_536
/** Longest life of a key that ends by itself: a year. */
export const TTL_MS_MAX = 31_536_000_000
/** Longest wait for others to acknowledge a write. */
const WAIT_MS_MAX = 60_000
/** Keys of one answer. */
export const LIST_MAX = 100_000
/** Keys of one answer, unless asked for more. */
export const LIST_LENGTH = 10_000

/** What a value is, in every answer that holds one. */
export const fields = {
  sizeBytes: count,
  /** Null if the bytes are no UTF-8. */
  text: v.nullable(text),
  valueBase64: text,
}

/** What is known of a write when it is answered. */
export const acknowledged = {
  /** Members known to hold it, this one included. */
  acked: count,
  needed: count,
}

/** What every answer has that holds a value. */
export const valueFields = v.object(fields)

/** A key of a member, with what it holds. */
export const stateKey = v.object({
  apiVersion: version,
  kind: v.literal('StateKey'),
  node: text,
  key: text,
  version: count,
  ...fields,
  expires: v.nullable(timeText),
})
export type StateKeyJson = v.InferOutput<typeof stateKey>

/** A key of a list: what it holds only in its beginning. */
const listedKey = v.object({
  node: text,
  key: text,
  version: count,
  sizeBytes: count,
  /** The first characters; null if the bytes are no UTF-8. */
  preview: v.nullable(text),
  expires: v.nullable(timeText),
})
export type ListedKey = v.InferOutput<typeof listedKey>

export const stateKeyList = v.object({
  apiVersion: version,
  kind: v.literal('StateKeyList'),
  at: timeText,
  seenBy: text,
  keys: v.array(listedKey),
  /** So many more were left out for the limit. */
  more: count,
})
export type StateKeyListJson = v.InferOutput<typeof stateKeyList>

export const stateWritten = v.object({
  apiVersion: version,
  kind: v.literal('StateWritten'),
  node: text,
  key: text,
  version: count,
  sizeBytes: count,
  expires: v.nullable(timeText),
  ...acknowledged,
})

export const stateDeleted = v.object({
  apiVersion: version,
  kind: v.literal('StateDeleted'),
  node: text,
  key: text,
  ...acknowledged,
})

const ownStream = v.object({ generation: v.number(), version: count, gcFloor: count })

export const stateStats = v.object({
  apiVersion: version,
  kind: v.literal('StateStats'),
  name: text,
  streams: count,
  keys: count,
  bytes: count,
  graves: count,
  islands: count,
  rumors: count,
  rumorBytes: count,
  /** How long the oldest of them has been told. */
  rumorAgeMs: v.number(),
  /** How far the clock of shared writes is ahead of the agent's own. */
  clockAheadMs: v.number(),
  /** Members not known to hold all that the agent has written. */
  laggards: count,
  /** How long it takes until all hold a write. */
  stabilityLagMs: v.number(),
  /** Members that refuse what the agent writes as its clock is ahead of theirs, if those are most. */
  unheardBy: count,
  sharedKeys: count,
  /** Keys of shared maps that are bound to the life of who set them. */
  leases: count,
  /** Those of them that are not read now. */
  leasesHidden: count,
  /** Deletions of the agent's in shared maps that cannot be forgotten yet. */
  tombstones: count,
  /** How many members that waits for. */
  sweepWaitsFor: count,
  /** Who is gone and is waited for before anything deleted is forgotten; at most a thousand. */
  waitingFor: v.array(text),
  /** How many they are in all. */
  gone: count,
  /** Streams of gone members that the agent would take over, and has no room for. */
  adoptionsStuck: count,
  /** How far stamps of others lay ahead of the agent's clock at most, in the last minutes. */
  stampsAheadMs: v.number(),
  own: v.nullable(ownStream),
  /** What the agent adds to shared maps. */
  shared: v.nullable(ownStream),
})
export type StateStatsJson = v.InferOutput<typeof stateStats>

// ---- queries ----------------------------------------------------------------------

const digits = (max: number, about: string) => {
  const expected = `a whole number from 1 to ${max} expected`
  return v.pipe(
    v.string(),
    v.description(about),
    v.regex(/^\d{1,12}$/, expected),
    v.transform(Number),
    v.minValue(1, expected),
    v.maxValue(max, expected),
  )
}

const prefix = v.optional(v.pipe(v.string(), v.description('only keys that begin so')))

const members = (about: string) =>
  v.optional(
    v.pipe(
      v.string(),
      v.description(about),
      v.regex(/^(majority|[1-9]\d{0,4})$/, 'majority, or a number from 1 to 99999, expected'),
      v.transform((text) => (text === 'majority' ? text : Number(text))),
    ),
  )

const sync = {
  sync: members('catches up with so many other members before, or with a `majority`'),
  timeoutMs: v.optional(digits(WAIT_MS_MAX, `waits so long for them, 1 to ${WAIT_MS_MAX}`)),
}

export const syncQuery = v.object(sync)

export const listQuery = v.object({
  prefix,
  ...sync,
  limit: v.optional(digits(LIST_MAX, `at most so many, 1 to ${LIST_MAX}; 10000 by default`)),
})

const acks = {
  acks: members('waits until so many members hold it, this one included, or a `majority`'),
  timeoutMs: v.optional(
    digits(WAIT_MS_MAX, `waits so long for them, 1 to ${WAIT_MS_MAX}; the write stays in any case`),
  ),
}

export const acksQuery = v.object(acks)

const life = {
  ttlMs: v.optional(digits(TTL_MS_MAX, 'ends by itself after so many milliseconds, up to a year')),
}

export const writeQuery = v.object({ ...life, ...acks })

export const sharedWriteQuery = v.object({
  ...life,
  lease: v.optional(
    v.pipe(
      v.picklist(['true', 'false'], 'true or false expected'),
      v.transform((text) => text === 'true'),
      v.description('`true`: it is read only while this member lives'),
    ),
  ),
  ...acks,
})

export const watchQuery = v.object({
  map: v.optional(
    v.pipe(v.string(), v.description('changes of this shared map instead of own keys')),
  ),
  node: v.optional(
    v.pipe(v.string(), v.description('only own keys of this member; not with `map`')),
  ),
  prefix,
  initial: v.optional(
    v.pipe(
      v.picklist(['true', 'false'], 'true or false expected'),
      v.description('`true` begins with a `state-set` for each key there is'),
    ),
  ),
  after: v.optional(v.pipe(v.string(), v.description('resume id, as `Last-Event-ID`'))),
})
