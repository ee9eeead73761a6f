// Mounts the route table on hono: token and rate by scope, query and body by schema, then the
// handler, then JSON. Errors of the node become statuses here; nothing of a stack gets out.

import { randomInt } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { type Context, Hono } from 'hono'
import * as v from 'valibot'
import { HearsayError, type HearsayErrorCode } from '../../core/index.ts'
import { codeOf } from '../contract.ts'
import { jsonText } from '../terminal/text.ts'
import { valueFormOf } from './accept.ts'
import type { AgentSide } from './agent-side.ts'
import { type Reading, readBody, readNoBody, readQuery, readValue } from './bodies.ts'
import { type Call, Refused } from './call.ts'
import { eventStream } from './event-stream.ts'
import { type Doorkeeper, type Refusal, refuse } from './guard.ts'
import { handlers } from './handlers.ts'
import { escapeProblem, strayRefusal } from './paths.ts'
import type { Route } from './route.ts'
import { type QueryOf, type RouteId, routes, type StreamRouteId } from './routes.ts'
import { valueFields } from './state-shapes.ts'
import { streamSources } from './streams.ts'

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
  HEARSAY_TOO_MANY_DELETED: 503,
  HEARSAY_CLOCK_AHEAD: 503,
  HEARSAY_NOT_SHARING: 409,
  HEARSAY_QUEUE_FULL: 503,
  HEARSAY_DATA_DIR: 500,
  HEARSAY_DISK_FAILED: 503,
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
  app.use(async ({ req }, next) => {
    const refusal = escapeProblem(req.raw.url)
    if (refusal === undefined) return await next()
    return refusalResponse(refusal)
  })
  for (const id of routeIds()) {
    const route: Route = routes[id]
    app.on(route.method, route.path, async (context) => {
      const refusal = await judge(options, route, context)
      if (refusal !== undefined) return refusalResponse(refusal)
      if (isStream(id)) return openStream(id, options.agent, streams, context)
      return await answer(id, options, context)
    })
  }
  app.notFound(({ req }) =>
    refusalResponse(strayRefusal(Object.values(routes), req.method, req.raw.url)),
  )
  app.onError((error) => errorResponse(error, options.onError))
  return app
}

function routeIds(): readonly RouteId[] {
  return Object.keys(routes).filter((id): id is RouteId => id in routes)
}

function isStream(id: RouteId): id is StreamRouteId {
  return routes[id].answer.kind === 'stream'
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

async function answer<Id extends Exclude<RouteId, StreamRouteId>>(
  id: Id,
  { agent }: AppOptions,
  context: Context,
): Promise<Response> {
  const route: Route = routes[id]
  const query = readQuery(route.query, context.req.queries())
  if (!query.ok) return refusalResponse(query.refusal)
  const body = await bodyOf(route, context.req.raw)
  if (body !== undefined && !body.ok) return refusalResponse(body.refusal)
  const call = {
    agent,
    param: firstPart(context),
    key: context.req.param('key') ?? '',
    query: query.value,
    body: body?.value,
    signal: context.req.raw.signal,
  }
  // Query and body were read by this route's own schemas, which the compiler cannot follow.
  const result: unknown = await handlers[id](call as Call<Id>)
  if (route.answer.kind === 'value') return valueResponse(result, context.req.header('accept'))
  if (typeof result !== 'string') return jsonResponse(200, result)
  return new Response(result, { headers: { 'Content-Type': 'text/plain; version=0.0.4' } })
}

async function bodyOf(
  { method, body }: Route,
  request: Request,
): Promise<Reading<unknown> | undefined> {
  if (body === undefined) return method === 'GET' ? undefined : await readNoBody(request)
  return body === 'value' ? await readValue(request) : await readBody(request, body)
}

/** The part of the path that has a name of its own; a key comes after it. */
function firstPart({ req }: Context): string {
  const named = Object.entries(req.param()).find(([name]) => name !== 'key')
  return named?.[1] ?? ''
}

function openStream(
  id: StreamRouteId,
  agent: AgentSide,
  streams: { open: number },
  context: Context,
): Response {
  const query = readQuery(routes[id].query, context.req.queries())
  if (!query.ok) return refusalResponse(query.refusal)
  if (streams.open >= STREAMS_MAX) {
    const message = `${STREAMS_MAX} streams are open already`
    return refusalResponse(refuse(503, 'too-many-streams', message))
  }
  // The query was read by this route's own schema, which the compiler cannot follow.
  const asked = query.value as QueryOf<'events'> & QueryOf<'watchState'>
  // A source that is refused must not have taken a place.
  const source = streamSources[id](agent, asked, context.req.header('last-event-id'))
  // HEAD is answered by the rows of GET, and what body they make is dropped unread.
  if (context.req.raw.method === 'HEAD') return new Response(null, { headers: streamHeaders })
  streams.open += 1
  const body = eventStream({
    ...source,
    heartbeatMs: HEARTBEAT_MS,
    unreadMs: UNREAD_MS,
    signal: context.req.raw.signal,
    onEnd: () => {
      streams.open -= 1
    },
  })
  return new Response(body, { headers: streamHeaders })
}

/** A value in the form that is asked for; its bytes go out as they came in. */
function valueResponse(result: unknown, accept: string | undefined): Response {
  const form = valueFormOf(accept)
  const { text, valueBase64 } = v.parse(valueFields, result)
  if (form === undefined || (form === 'text' && text === null)) {
    const message =
      form === undefined
        ? 'a value comes as application/json, text/plain or application/octet-stream'
        : 'the value is no UTF-8; ask for application/octet-stream'
    return refusalResponse(refuse(406, 'not-acceptable', message))
  }
  if (form === 'json') return jsonResponse(200, result)
  const type = form === 'text' ? 'text/plain; charset=utf-8' : 'application/octet-stream'
  return new Response(Buffer.from(valueBase64, 'base64'), { headers: { 'Content-Type': type } })
}

function errorResponse(error: unknown, onError: (error: unknown) => void): Response {
  if (error instanceof HearsayError) {
    const { code, message } = error
    return jsonResponse(STATUS_BY_CODE[code], { error: { code, message } })
  }
  if (error instanceof Refused) return refusalResponse(error.refusal)
  if (codeOf(error) === 'ECONNRESET') {
    // Whoever asked hung up in the middle: nothing went wrong here, and nobody reads this.
    return refusalResponse(refuse(400, 'bad-request', 'the body is cut short'))
  }
  onError(error)
  const message = 'something went wrong in the agent; its log says what'
  return jsonResponse(500, { error: { code: 'internal', message } })
}

/** A refusal as an answer. */
export function refusalResponse({ status, code, message, allow }: Refusal): Response {
  const response = jsonResponse(status, { error: { code, message } })
  if (allow !== undefined) response.headers.set('Allow', allow)
  return response
}

function jsonResponse(status: number, body: unknown): Response {
  const headers = { 'Content-Type': 'application/json; charset=utf-8' }
  return new Response(`${jsonText(body)}\n`, { status, headers })
}
