// Asks a running agent over HTTP, by the route table, and checks its answers by the same
// schemas. Every failure becomes a CommandError with the exit code and the next step
// (client-errors.ts).

import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import * as v from 'valibot'
import { refusal, strangeAnswer, TimeoutError, unreachable } from './client-errors.ts'
import { CommandError, codeOf, exits } from './contract.ts'
import type { AgentPlace } from './find-agent.ts'
import { isLoopback } from './http/loopback.ts'
import type { Route } from './http/route.ts'
import {
  type AnswerOf,
  type BodyOf,
  type JsonRouteId,
  type QueryOf,
  routes,
  type StreamRouteId,
} from './http/routes.ts'
import { type StreamItem, streamItem } from './http/shapes.ts'

export interface ClientOptions {
  readonly timeoutMs: number
  readonly signal: AbortSignal
  /** Hears which agent answered, and whether it was asked for more than to read; at every answer. */
  readonly onAnswer?: (place: AgentPlace, isRead: boolean) => void
}

export interface Question<Id extends JsonRouteId> {
  readonly param?: string
  /** The second part of the path, where there is one. */
  readonly key?: string
  readonly query?: Partial<Record<keyof QueryOf<Id>, string>>
  /** What is sent; bytes are a value to keep as it is. */
  readonly body?: BodyOf<Id>
  /** Longer than usual, for routes that wait for others. */
  readonly timeoutMs?: number
}

const ANSWER_BYTES_MAX = 64 * 1_048_576

export class AgentClient {
  #place: AgentPlace
  readonly #timeoutMs: number
  readonly #signal: AbortSignal
  readonly #onAnswer: ClientOptions['onAnswer']

  constructor(place: AgentPlace, options: ClientOptions) {
    this.#place = place
    this.#timeoutMs = options.timeoutMs
    this.#signal = options.signal
    this.#onAnswer = options.onAnswer
  }

  /** The agent that is asked: once it has answered, that one for good. */
  get place(): AgentPlace {
    return this.#place
  }

  /** Asks a JSON route. Throws a `CommandError` for anything but a good answer. */
  async ask<Id extends JsonRouteId>(id: Id, question: Question<Id> = {}): Promise<AnswerOf<Id>> {
    const route: Route = routes[id]
    const response = await this.#send(route, {
      path: pathOf(route, question),
      body: sentBody(route, question.body),
      timeoutMs: question.timeoutMs ?? this.#timeoutMs,
    })
    const said = parseJson(await bodyText(response))
    if (response.statusCode !== 200) throw refusal(this.place, response.statusCode ?? 0, said)
    const shape = 'shape' in route.answer ? route.answer.shape : v.unknown()
    const result = v.safeParse(shape, said)
    if (!result.success) throw strangeAnswer(this.place)
    // The shape is the one this route names, which the compiler cannot follow.
    return result.output as AnswerOf<Id>
  }

  /** Follows the event stream, as `follow` does. */
  async events(
    kinds: readonly string[] = [],
    until?: AbortSignal,
  ): Promise<AsyncGenerator<StreamItem, void, undefined>> {
    const query: { kinds?: string } = kinds.length === 0 ? {} : { kinds: kinds.join(',') }
    return await this.follow('events', query, until)
  }

  /**
   * Follows a stream until it ends, the signal aborts or `until` does. Once this resolves,
   * nothing that happens is missed.
   */
  async follow<Id extends StreamRouteId>(
    id: Id,
    query: Partial<Record<keyof QueryOf<Id>, string>>,
    until?: AbortSignal,
  ): Promise<AsyncGenerator<StreamItem, void, undefined>> {
    const route: Route = routes[id]
    const path = pathOf(route, { query })
    const response = await this.#send(route, { path, body: undefined, timeoutMs: this.#timeoutMs })
    if (response.statusCode !== 200) {
      const said = parseJson(await bodyText(response))
      throw refusal(this.place, response.statusCode ?? 0, said)
    }
    // It may be over already: a question was asked before, or the answer took its time.
    if (until?.aborted) response.destroy()
    else until?.addEventListener('abort', () => response.destroy())
    return this.#items(response)
  }

  async *#items(response: IncomingMessage): AsyncGenerator<StreamItem, void, undefined> {
    try {
      for await (const data of serverSentData(response)) {
        const result = v.safeParse(streamItem, parseJson(data))
        if (result.success) yield result.output
      }
    } catch (error) {
      // A connection that breaks off means the agent has gone: for a stream, an end like any other.
      if (this.#signal.aborted) return
      if (codeOf(error) === '') throw error
    } finally {
      response.destroy()
    }
  }

  async #send(route: Route, options: Sent): Promise<IncomingMessage> {
    for (;;) {
      const { place } = this
      try {
        const response = await this.#sendTo(place, route, options)
        this.#onAnswer?.(place, route.scope === 'read')
        return response
      } catch (error) {
        this.#signal.throwIfAborted()
        // Nothing was sent where nobody listens, so that asking another does nothing twice.
        if (place.next === undefined || codeOf(error) !== 'ECONNREFUSED') {
          throw unreachable(place, error, options.timeoutMs)
        }
        this.#place = place.next
      }
    }
  }

  async #sendTo({ url, token }: AgentPlace, route: Route, options: Sent): Promise<IncomingMessage> {
    const headers: Record<string, string> = {}
    // Not shown to whoever may sit at a local port, unless the question needs it.
    const isNeeded = route.scope !== 'read' || !isLoopback(new URL(url).hostname)
    if (token !== undefined && isNeeded) headers.Authorization = `Bearer ${token}`
    if (options.body !== undefined) headers['Content-Type'] = options.body.type
    const request = httpRequest(new URL(options.path, url), {
      method: route.method,
      headers,
      agent: false,
      signal: this.#signal,
    })
    request.end(options.body?.data)
    return await responseOf(request, options.timeoutMs)
  }
}

async function responseOf(request: ClientRequest, timeoutMs: number): Promise<IncomingMessage> {
  return await new Promise((resolve, reject) => {
    const timer = setTimeout(() => request.destroy(new TimeoutError()), timeoutMs)
    request.once('response', (response) => {
      clearTimeout(timer)
      resolve(response)
    })
    request.once('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
  })
}

/** A request but for the address it goes to. */
interface Sent {
  readonly path: string
  readonly body: SentBody | undefined
  readonly timeoutMs: number
}

interface SentBody {
  readonly type: string
  readonly data: string | Uint8Array
}

function sentBody({ body }: Route, given: unknown): SentBody | undefined {
  if (body === undefined) return undefined
  if (body !== 'value') return { type: 'application/json', data: JSON.stringify(given ?? {}) }
  const data = given instanceof Uint8Array ? given : new Uint8Array()
  return { type: 'application/octet-stream', data }
}

interface Parts {
  readonly param?: string
  readonly key?: string
  readonly query?: Readonly<Record<string, string | undefined>>
}

function pathOf(route: Route, { param = '', key = '', query = {} }: Parts): string {
  const path = route.path.replace(/:([a-z]+)/g, (_, name) => pathPart(name === 'key' ? key : param))
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) search.set(name, value)
  }
  return search.size === 0 ? path : `${path}?${search.toString()}`
}

/** Dots alone mean folders in a path, however they are encoded. */
function pathPart(text: string): string {
  if (text !== '.' && text !== '..') return encodeURIComponent(text)
  throw new CommandError(exits.usage, `${text} cannot stand in an address; take another name`)
}

async function bodyText(response: IncomingMessage): Promise<string> {
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of response) {
    if (!(part instanceof Uint8Array)) continue
    sizeBytes += part.length
    if (sizeBytes > ANSWER_BYTES_MAX) throw new CommandError(exits.failed, 'the answer is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The data of each server-sent event. */
async function* serverSentData(response: IncomingMessage): AsyncGenerator<string> {
  response.setEncoding('utf8')
  let pending = ''
  for await (const part of response) {
    pending += String(part)
    if (pending.length > ANSWER_BYTES_MAX) return
    for (let end = pending.indexOf('\n\n'); end >= 0; end = pending.indexOf('\n\n')) {
      const data = pending
        .slice(0, end)
        .split('\n')
        .filter((line) => line.startsWith('data: '))
        .map((line) => line.slice('data: '.length))
      pending = pending.slice(end + 2)
      if (data.length > 0) yield data.join('\n')
    }
  }
}
