// The JSON of the routes of shared values, as schemas: what state-shapes.ts is for own keys.

import * as v from 'valibot'
import { apiVersion } from '../contract.ts'
import { sharedKinds } from '../words.ts'
import { acknowledged, fields, timeText } from './state-shapes.ts'

const text = v.string()
const count = v.pipe(v.number(), v.integer())
const version = v.literal(apiVersion)

/** Elements of one answer. */
export const ELEMENTS_MAX = 100_000

const written = {
  /** The member that wrote it last. */
  writer: text,
  written: timeText,
  /** Lives of members that have a part in it. */
  slots: count,
  expires: v.nullable(timeText),
  /** Read only while its writer lives. */
  lease: v.boolean(),
}

/** A key of a shared map, with what it holds. */
export const sharedKey = v.object({
  apiVersion: version,
  kind: v.literal('SharedKey'),
  map: text,
  key: text,
  ...fields,
  ...written,
})
export type SharedKeyJson = v.InferOutput<typeof sharedKey>

const listedSharedKey = v.object({
  key: text,
  sizeBytes: count,
  /** The first characters; null if the bytes are no UTF-8. */
  preview: v.nullable(text),
  ...written,
})
export type ListedSharedKey = v.InferOutput<typeof listedSharedKey>

export const sharedKeyList = v.object({
  apiVersion: version,
  kind: v.literal('SharedKeyList'),
  at: timeText,
  seenBy: text,
  map: text,
  keys: v.array(listedSharedKey),
  /** So many more were left out for the limit. */
  more: count,
})

export const sharedWritten = v.object({
  apiVersion: version,
  kind: v.literal('SharedWritten'),
  map: text,
  key: text,
  ...acknowledged,
})

export const counter = v.object({
  apiVersion: version,
  kind: v.literal('Counter'),
  name: text,
  value: v.number(),
})

export const counted = v.object({ ...counter.entries, ...acknowledged })

export const countRequest = v.strictObject({
  /** 1 if left out; negative counts down. */
  by: v.optional(v.pipe(v.number(), v.safeInteger('a whole number expected'))),
})

export const elements = v.object({
  apiVersion: version,
  kind: v.literal('Set'),
  name: text,
  elements: v.array(text),
  /** So many more were left out. */
  more: count,
})

export const flag = v.object({
  apiVersion: version,
  kind: v.literal('Flag'),
  name: text,
  raised: v.boolean(),
})

export const raiseRequest = v.union(
  [v.literal(true), v.strictObject({ raised: v.optional(v.literal(true)) })],
  'a flag is raised for good: send true, or nothing; for what may be taken back set a key of a map',
)

export const extreme = v.object({
  apiVersion: version,
  kind: v.literal('Extreme'),
  name: text,
  /** Null until a number was offered. */
  value: v.nullable(v.number()),
})

export const offered = v.object({ ...extreme.entries, ...acknowledged })

export const offerRequest = v.strictObject({
  value: v.pipe(v.number(), v.finite('a finite number expected')),
})

/** Why a shared key reads as it does. */
export const explanation = v.object({
  apiVersion: version,
  kind: v.literal('StateExplanation'),
  seenBy: text,
  type: v.picklist(sharedKinds),
  name: text,
  key: text,
  verdict: text,
  slots: v.array(
    v.object({
      node: text,
      generation: v.number(),
      version: count,
      sizeBytes: count,
      self: v.boolean(),
      /** What it says alone. */
      text,
      /** Of a lease: what became of its writer, so that it is not shown. */
      hidden: v.nullable(v.picklist(['failed', 'left', 'unknown', 'returned', 'restarted'])),
      /** Members whose slots say as much. */
      coveredBy: v.array(text),
      /** Members that are not known to hold ours. */
      unheard: v.array(text),
    }),
  ),
  /** Members that the clean-up of shared keys waits for. */
  waitingFor: v.array(text),
})

export const explainQuery = v.object({
  name: v.pipe(v.string(), v.description('the map, set, counter …')),
  key: v.optional(
    v.pipe(
      v.string(),
      v.description('the key, or the element of a set; counters, flags, max and min have none'),
    ),
  ),
  type: v.optional(
    v.pipe(
      v.picklist(sharedKinds, `one of ${sharedKinds.join(', ')} expected`),
      v.description(`${sharedKinds.join(', ')}; \`map\` by default`),
    ),
  ),
})
