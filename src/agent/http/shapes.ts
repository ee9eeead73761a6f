// The JSON that the agent takes and gives, as schemas: handlers are typed by them, clients
// check answers with them, docs/http-api.md is printed from them. Times are RFC 3339 with
// milliseconds, durations are numbers of milliseconds with the unit in the name.

import * as v from 'valibot'
import { apiVersion } from '../contract.ts'
import { eventKinds, statuses } from '../words.ts'

const text = v.string()
const count = v.pipe(v.number(), v.integer())
const ms = v.number()
const timeText = v.pipe(v.string(), v.description('time'))
const names = v.array(text)
const version = v.literal(apiVersion)

/** A text that says something, with the refusals that people read. */
const filled = (max: number) =>
  v.pipe(
    v.string(),
    v.minLength(1, 'must not be empty'),
    v.maxLength(max, `at most ${max} characters expected`),
  )

export const member = v.object({
  name: text,
  address: text,
  host: text,
  port: count,
  status: v.picklist(statuses),
  incarnation: count,
  tags: v.record(v.string(), v.string()),
  /** PMin, PMax, PCur, DMin, DMax, DCur. */
  versions: v.array(count),
  hearsay: v.boolean(),
  self: v.boolean(),
  since: timeText,
  rttMs: v.nullable(ms),
  /** How surprising the silence of its state loop is; null without `stateBeat`. */
  phi: v.nullable(v.number()),
  seen: v.nullable(timeText),
  suspicion: v.nullable(v.object({ remainingMs: ms, confirmations: count, needed: count })),
})
export type MemberJson = v.InferOutput<typeof member>

export const memberList = v.object({
  apiVersion: version,
  kind: v.literal('MemberList'),
  at: timeText,
  seenBy: text,
  members: v.array(member),
})

export const oneMember = v.object({
  apiVersion: version,
  kind: v.literal('Member'),
  at: timeText,
  seenBy: text,
  member,
})

export const evidence = v.looseObject({ at: timeText, by: text, kind: text, text })

export const why = v.object({
  apiVersion: version,
  kind: v.literal('Why'),
  at: timeText,
  seenBy: text,
  member,
  verdict: text,
  evidence: v.array(evidence),
  advice: text,
})
export type WhyJson = v.InferOutput<typeof why>

export const health = v.object({
  apiVersion: version,
  kind: v.literal('Health'),
  name: text,
  /** `leaving` from the first signal on. */
  status: v.picklist(['ok', 'leaving']),
  /** Joined, or alone by design. */
  ready: v.boolean(),
  encrypted: v.boolean(),
  /** Lifeguard's own-health score; 0 is healthy. */
  healthScore: v.number(),
  members: v.object({ alive: count, suspect: count, failed: count, left: count }),
})

export const info = v.object({
  apiVersion: version,
  kind: v.literal('Info'),
  name: text,
  address: text,
  bound: text,
  url: text,
  pid: count,
  version: text,
  node: text,
  startedAt: timeText,
  uptimeMs: ms,
  encrypted: v.boolean(),
  label: text,
  profile: text,
  application: text,
  strict: v.boolean(),
  detection: v.object({ members: count, usualMs: ms, worstMs: ms }),
  config: v.array(
    v.object({
      key: text,
      value: v.union([v.string(), v.number(), v.boolean(), v.array(text), v.record(text, text)]),
      initial: text,
      origin: v.picklist(['flag', 'environment', 'file', 'default']),
    }),
  ),
})
export type InfoJson = v.InferOutput<typeof info>

export const joinRequest = v.strictObject({
  addresses: v.pipe(
    v.array(filled(512)),
    v.minLength(1, 'at least one is needed'),
    v.maxLength(64, 'at most 64 may be given'),
  ),
  timeoutMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(60_000))),
})

export const joined = v.object({
  apiVersion: version,
  kind: v.literal('Joined'),
  reached: names,
  failures: v.array(v.object({ seed: text, address: text, reason: text, detail: text })),
})
export type JoinedJson = v.InferOutput<typeof joined>

export const nothing = v.strictObject({})

export const done = v.object({ apiVersion: version, kind: v.literal('Done'), name: text })

export const eventRequest = v.strictObject({
  name: filled(256),
  /** Text; or bytes as `payloadBase64`. */
  payload: v.optional(v.string()),
  payloadBase64: v.optional(v.pipe(v.string(), v.base64())),
  coalesce: v.optional(v.boolean()),
})

export const eventSent = v.object({
  apiVersion: version,
  kind: v.literal('EventSent'),
  id: text,
  name: text,
})

export const coverage = v.object({
  apiVersion: version,
  kind: v.literal('Coverage'),
  id: text,
  heard: v.array(
    v.object({ name: text, from: text, at: timeText, atMs: ms, hops: v.nullable(count) }),
  ),
  missing: names,
  silent: names,
  cannotSay: names,
})
export type CoverageJson = v.InferOutput<typeof coverage>

export const views = v.object({
  apiVersion: version,
  kind: v.literal('Views'),
  self: v.object({ name: text, checksum: text }),
  groups: v.array(v.object({ checksum: text, members: names, alive: count })),
  disagreements: v.array(v.object({ at: text, about: text, ours: text, theirs: text })),
  silent: names,
  cannotSay: names,
})
export type ViewsJson = v.InferOutput<typeof views>

export const severities = ['error', 'warning', 'note', 'ok'] as const

export const finding = v.object({
  severity: v.picklist(severities),
  check: text,
  message: text,
  /** What to do; empty if all is well. */
  fix: text,
})
export type Finding = v.InferOutput<typeof finding>

export const checks = v.object({
  apiVersion: version,
  kind: v.literal('Checks'),
  name: text,
  findings: v.array(finding),
})

/** One item of the stream; further fields depend on the kind. */
export const streamItem = v.looseObject({ apiVersion: version, kind: text, at: timeText })
export type StreamItem = v.InferOutput<typeof streamItem>

export const failure = v.object({ error: v.object({ code: text, message: text }) })

// ---- queries ----------------------------------------------------------------------

const waitText = v.pipe(
  v.string(),
  v.description('milliseconds, 1 to 60000'),
  v.regex(/^\d{1,5}$/),
  v.transform(Number),
  v.minValue(1),
  v.maxValue(60_000),
)

/** A mistyped word would match nothing, and look like nothing being there. */
const ofThese = (words: readonly string[]) =>
  v.check<string, string>(
    (list) => list.split(',').every((word) => words.includes(word)),
    `${words.join(', ')} expected, separated by commas`,
  )

export const waitQuery = v.object({ timeoutMs: v.optional(waitText) })

export const memberQuery = v.object({
  status: v.optional(
    v.pipe(v.string(), v.description('statuses, separated by commas'), ofThese(statuses)),
  ),
  tag: v.optional(v.pipe(v.string(), v.description('`key=value`, separated by commas'))),
  name: v.optional(v.pipe(v.string(), v.description('exact name'))),
})

export const streamQuery = v.object({
  kinds: v.optional(
    v.pipe(v.string(), v.description('kinds, separated by commas'), ofThese(eventKinds)),
  ),
  after: v.optional(v.pipe(v.string(), v.description('resume id, as `Last-Event-ID`'))),
})

export const noQuery = v.object({})
