// Mounts the route table on hono: token and rate by scope, query and body by schema, then the
// handler, then JSON. Errors of the node become statuses here; nothing of a stack gets out.

import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Context, Hono } from 'hono'
import { HearsayError, type HearsayErrorCode } from '../../core/index.ts'
import { jsonText } from '../terminal/text.ts'
import type { AgentSide } from './agent-side.ts'
import { checked, readBody } from './bodies.ts'
import { eventStream } from './event-stream.ts'
import { type Doorkeeper, type Refusal, refuse } from './guard.ts'
import { type Call, handlers } from './handlers.ts'
import { type Route, type RouteId, routes } from './routes.ts'
import { streamQuery } from './shapes.ts'

const STREAMS_MAX = 32
const HEARTBEAT_MS = 15_000
const UNREAD_MS = 10_000
const streamHeaders = { 'Content-Type': 'text/event-stream' }

const STATUS_BY_CODE: Readonly<
  Record<HearsayErrorCode, 400 | 404 | 409 | 413 | 500 | 502 | 503 | 504>
> = {
  HEARSAY_CONFIG: 400,
  HEARSAY_BIND_FAILED: 500,
  HEARSAY_JOIN_FAILED: 502,
  HEARSAY_TOO_LARGE: 413,
  HEARSAY_NO_SUCH_MEMBER: 404,
  HEARSAY_MEMBER_ALIVE: 409,
  HEARSAY_LEFT: 503,
  HEARSAY_CLOSED: 503,
  HEARSAY_TIMEOUT: 504,
  HEARSAY_NO_ROOM: 413,
  HEARSAY_NOT_SHARING: 409,
  HEARSAY_QUEUE_FULL: 503,
}

export interface AppOptions {
  readonly agent: AgentSide
  readonly keeper: Doorkeeper
  /** Hears of errors that are ours; the asker only learns that there was one. */
  readonly onError: (error: unknown) => void
}

/** The API as a hono app. The head of each request has been judged before. */
export function createApp(options: AppOptions): Hono {
  const app = new Hono()
  const streams = { open: 0 }
  for (const id of routeIds()) {
    const route: Route = routes[id]
    app.on(route.method, route.path, async (context) => {
      const refusal = await judge(options, route, context)
      if (refusal !== undefined) return refusalResponse(refusal)
      if (id === 'events') return openStream(options.agent, streams, context)
      return await answer(id, options, context)
    })
  }
  app.notFound(() => refusalResponse(refuse(404, 'not-found', 'no such route')))
  app.onError((error) => errorResponse(error, options.onError))
  return app
}

function routeIds(): readonly RouteId[] {
  return Object.keys(routes).filter((id): id is RouteId => id in routes)
}

async function judge(
  { agent, keeper }: AppOptions,
  route: Route,
  context: Context,
): Promise<Refusal | undefined> {
  const verdict = keeper.judge(route.scope, context.req.header('authorization'), agent.nowMs())
  if (verdict.kind === 'pass') return undefined
  // Guessing is slowed down, and the wait says nothing about how near the guess was.
  if (verdict.slowly) await wait(randomInt(200, 301))
  return verdict.refusal
}

async function answer<Id extends Exclude<RouteId, 'events'>>(
  id: Id,
  { agent }: AppOptions,
  context: Context,
): Promise<Response> {
  const route: Route = routes[id]
  const query = checked(route.query, context.req.query())
  if (!query.ok) return refusalResponse(query.refusal)
  const body = route.body === undefined ? undefined : await readBody(context.req.raw, route.body)
  if (body !== undefined && !body.ok) return refusalResponse(body.refusal)
  const call = {
    agent,
    param: context.req.param('name') ?? context.req.param('id') ?? '',
    query: query.value,
    body: body?.value,
    signal: context.req.raw.signal,
  }
  // Query and body were read by this route's own schemas, which the compiler cannot follow.
  const result: unknown = await handlers[id](call as Call<Id>)
  if (typeof result !== 'string') return jsonResponse(200, result)
  return new Response(result, { headers: { 'Content-Type': 'text/plain; version=0.0.4' } })
}

function openStream(agent: AgentSide, streams: { open: number }, context: Context): Response {
  const query = checked(streamQuery, context.req.query())
  if (!query.ok) return refusalResponse(query.refusal)
  // HEAD is answered by the rows of GET, and what body they make is dropped unread.
  if (context.req.raw.method === 'HEAD') return new Response(null, { headers: streamHeaders })
  if (streams.open >= STREAMS_MAX) {
    const message = `${STREAMS_MAX} streams are open already`
    return refusalResponse(refuse(503, 'too-many-streams', message))
  }
  streams.open += 1
  const { kinds, after } = query.value
  const body = eventStream({
    log: agent.events,
    lastId: context.req.header('last-event-id') ?? after,
    kinds: kinds === undefined ? undefined : new Set(kinds.split(',')),
    heartbeatMs: HEARTBEAT_MS,
    unreadMs: UNREAD_MS,
    signal: context.req.raw.signal,
    onEnd: () => {
      streams.open -= 1
    },
  })
  return new Response(body, { headers: streamHeaders })
}

function errorResponse(error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof HearsayError) {
    const { code, message } = error
    return jsonResponse(STATUS_BY_CODE[code], { error: { code, message } })
  }
  onError(error)
  const message = 'something went wrong in the agent; its log says what'
  return jsonResponse(500, { error: { code: 'internal', message } })
}

/** A refusal as an answer. */
export function refusalResponse({ status, code, message }: Refusal): Response {
  return jsonResponse(status, { error: { code, message } })
}

function jsonResponse(status: number, body: unknown): Response {
  const headers = { 'Content-Type': 'application/json; charset=utf-8' }
  return new Response(`${jsonText(body)}\n`, { status, headers })
}
