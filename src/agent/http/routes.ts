// The HTTP API as a table: method, path, who may, what it does, and the shapes of question
// and answer. The server mounts it, the client asks by it, docs/http-api.md is printed
// from it. A row without a handler does not compile.

import type * as v from 'valibot'
import type { Route, Schema } from './route.ts'
import * as shapes from './shapes.ts'
import { sharedRoutes } from './shared-routes.ts'
import { stateRoutes } from './state-routes.ts'

const EVENTS = `| kind | further fields |
| --- | --- |
| \`member-join\` | \`member\`, \`rejoin\` |
| \`member-update\`, \`member-leave\`, \`member-forget\` | \`member\` |
| \`member-suspect\`, \`member-failed\` | \`member\`, \`why\` as in \`/v1/members/:name/why\` |
| \`user\` | \`id\`, \`name\`, \`from\`, \`text\`, \`payloadBase64\` |
| \`clock-skew\` | \`node\`, \`aheadMs\`: what it writes to shared maps waits until clocks have come near; from a day on all is refused, own keys too |
| \`state-silent\` | \`node\`, \`phi\`, \`silentMs\`: no beat of its state loop for long, while it is not gone; needs \`stateBeat\` |
| \`evicted\` | \`node\`, \`generation\`, \`by\`: who took over what that life of it had shared; \`reason\`: \`restarted\`, \`left\`, \`failed\` for too long, \`removed\` here, \`pressure\` of deleted keys, or \`told\` by another member, earlier than this one would |
| \`resync\` | \`kept\`, \`dropped\`: keys of this node's own writes, after it was away for too long |
| \`gap\` | \`missed\`: so many events were lost to this reader; read \`/v1/members\` again |`

export const routes = {
  health: {
    method: 'GET',
    path: '/v1/health',
    scope: 'read',
    does: 'Whether the agent runs, is ready and is encrypted. Never depends on other members.',
    query: shapes.noQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.health },
    errors: [],
  },
  info: {
    method: 'GET',
    path: '/v1/info',
    scope: 'read',
    does: 'Who the agent is, and every option with its value and origin. Never keys.',
    query: shapes.noQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.info },
    errors: [],
  },
  members: {
    method: 'GET',
    path: '/v1/members',
    scope: 'read',
    does: 'The member table as this agent sees it, sorted by name, the departed included.',
    query: shapes.memberQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.memberList },
    errors: [],
  },
  member: {
    method: 'GET',
    path: '/v1/members/:name',
    scope: 'read',
    does: 'One member.',
    query: shapes.noQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.oneMember },
    errors: ['HEARSAY_NO_SUCH_MEMBER'],
  },
  why: {
    method: 'GET',
    path: '/v1/members/:name/why',
    scope: 'read',
    does: 'The evidence behind what is believed about a member, oldest first, and advice.',
    query: shapes.noQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.why },
    errors: ['HEARSAY_NO_SUCH_MEMBER'],
  },
  remove: {
    method: 'POST',
    path: '/v1/members/:name/remove',
    scope: 'admin',
    does: 'Forgets a failed or left member at this agent.',
    query: shapes.noQuery,
    body: shapes.nothing,
    answer: { kind: 'json', shape: shapes.done },
    errors: ['HEARSAY_NO_SUCH_MEMBER', 'HEARSAY_MEMBER_ALIVE'],
  },
  join: {
    method: 'POST',
    path: '/v1/join',
    scope: 'admin',
    does: 'Joins members at these addresses; answers who was reached and why others were not.',
    query: shapes.noQuery,
    body: shapes.joinRequest,
    answer: { kind: 'json', shape: shapes.joined },
    errors: ['HEARSAY_CONFIG'],
  },
  leave: {
    method: 'POST',
    path: '/v1/leave',
    scope: 'admin',
    does: 'Says goodbye to the cluster and ends the agent.',
    query: shapes.noQuery,
    body: shapes.nothing,
    answer: { kind: 'json', shape: shapes.done },
    errors: [],
  },
  sendEvent: {
    method: 'POST',
    path: '/v1/events',
    scope: 'write',
    does: 'Tells an event to every member.',
    query: shapes.noQuery,
    body: shapes.eventRequest,
    answer: { kind: 'json', shape: shapes.eventSent },
    errors: ['HEARSAY_TOO_LARGE', 'HEARSAY_QUEUE_FULL'],
  },
  events: {
    method: 'GET',
    path: '/v1/events',
    scope: 'read',
    does: 'Everything that happens, as server-sent events. `Last-Event-ID` resumes; `gap` says that events were lost.',
    query: shapes.streamQuery,
    body: undefined,
    answer: { kind: 'stream', about: EVENTS },
    errors: ['too-many-streams'],
  },
  coverage: {
    method: 'GET',
    path: '/v1/events/:id/coverage',
    scope: 'read',
    does: 'Asks all members when and from whom they first heard an event.',
    query: shapes.waitQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.coverage },
    errors: [],
  },
  views: {
    method: 'GET',
    path: '/v1/views',
    scope: 'read',
    does: 'Asks all members for a checksum of their member table and groups them by it.',
    query: shapes.waitQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.views },
    errors: [],
  },
  checks: {
    method: 'GET',
    path: '/v1/checks',
    scope: 'read',
    does: "The part of `hearsay doctor` that needs the agent's side; pings every member once.",
    query: shapes.noQuery,
    body: undefined,
    answer: { kind: 'json', shape: shapes.checks },
    errors: [],
  },
  ...stateRoutes,
  ...sharedRoutes,
  metrics: {
    method: 'GET',
    path: '/v1/metrics',
    scope: 'read',
    does: 'All counters and gauges for Prometheus. No names or tags of members in labels.',
    query: shapes.noQuery,
    body: undefined,
    answer: { kind: 'text', about: 'Prometheus text format 0.0.4' },
    errors: [],
  },
} as const satisfies Readonly<Record<string, Route>>

export type RouteId = keyof typeof routes

/** What the query of a route reads to. */
export type QueryOf<Id extends RouteId> = v.InferOutput<(typeof routes)[Id]['query']>

/** What the body of a route reads to; undefined for GET and DELETE. */
export type BodyOf<Id extends RouteId> = (typeof routes)[Id]['body'] extends Schema
  ? v.InferOutput<Extract<(typeof routes)[Id]['body'], Schema>>
  : (typeof routes)[Id]['body'] extends 'value'
    ? Uint8Array
    : undefined

/** What a route answers in JSON; text for the rest. */
export type AnswerOf<Id extends RouteId> = (typeof routes)[Id]['answer'] extends {
  readonly shape: infer Shape extends Schema
}
  ? v.InferOutput<Shape>
  : string

/** The routes of replicated state that are answered at once. */
export type StateRouteId = Exclude<keyof typeof stateRoutes, StreamRouteId>

/** The routes of shared values. */
export type SharedRouteId = keyof typeof sharedRoutes

type RoutesOf<Kind extends Route['answer']['kind']> = {
  [Id in RouteId]: (typeof routes)[Id]['answer'] extends { readonly kind: Kind } ? Id : never
}[RouteId]

/** The routes that answer JSON. */
export type JsonRouteId = RoutesOf<'json' | 'value'>

/** The routes that go on answering. */
export type StreamRouteId = RoutesOf<'stream'>
