// Asks a running agent over HTTP, by the route table, and checks its answers by the same
// schemas. Every failure becomes a CommandError with the exit code and the next step.

import { type ClientRequest, request as httpRequest, type IncomingMessage } from 'node:http'
import * as v from 'valibot'
import { CommandError, type Exit, exits } from './contract.ts'
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
import { failure, type StreamItem, streamItem } from './http/shapes.ts'
import { listed, visible } from './terminal/text.ts'
import { durationText } from './terminal/time.ts'

/** Where an agent is, and how to be let in. */
export interface AgentPlace {
  /** `http://127.0.0.1:7980`. */
  readonly url: string
  readonly token: string | undefined
  /** For messages: how we came to this address. */
  readonly foundBy: 'flag' | 'environment' | 'state-folder'
  /** Names of this user's agents here, one of which may have been meant; first-started first. */
  readonly names?: readonly string[]
  /** Which of them this is, to be said once it has answered; only where no agent was named. */
  readonly remark?: string
  /** Who to ask where nobody listens here; only where no agent was named. */
  readonly next?: AgentPlace
}

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
    const text = await bodyText(response)
    if (response.statusCode !== 200) throw refusalError(response.statusCode ?? 0, text, this.place)
    const shape = 'shape' in route.answer ? route.answer.shape : v.unknown()
    const result = v.safeParse(shape, parseJson(text))
    if (!result.success) throw this.#strangeAnswer()
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
      throw refusalError(response.statusCode ?? 0, await bodyText(response), this.place)
    }
    until?.addEventListener('abort', () => response.destroy())
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
      if (!isSystemError(error)) throw error
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
          throw this.#unreachable(error, options.timeoutMs)
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

  #unreachable(error: unknown, timeoutMs: number): CommandError {
    const { url, foundBy, names = [] } = this.place
    if (error instanceof CommandError) return error
    if (error instanceof TimeoutError) {
      return new CommandError(
        exits.timedOut,
        `the agent at ${url} did not answer within ${durationText(timeoutMs)}`,
        'try a longer --timeout, or look at its log',
      )
    }
    const code = codeOf(error)
    const reason = code === '' ? '' : ` (${code})`
    const shown = listed(names.map((one) => visible(one)))
    if (foundBy === 'state-folder') {
      const message =
        names.length > 1 ? `none of your agents here answers: ${shown}` : `no agent at ${url}`
      return new CommandError(
        exits.noAgent,
        `${message}${reason}`,
        'start one: hearsay agent',
        error,
      )
    }
    const known = names.length === 0 ? '' : `; agents here: ${shown}`
    const hint = `check --addr or HEARSAY_ADDR${known}`
    return new CommandError(exits.noAgent, `no agent at ${url}${reason}`, hint, error)
  }

  #strangeAnswer(): CommandError {
    const message = `${this.place.url} answered something that is not hearsay's`
    return new CommandError(exits.failed, message, 'is that address an agent of this version?')
  }
}

class TimeoutError extends Error {}

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

const EXIT_BY_STATUS = new Map<number, Exit>([
  [400, exits.usage],
  [401, exits.refused],
  [403, exits.refused],
  [404, exits.unknown],
  [421, exits.refused],
  [504, exits.timedOut],
])

/** What to do where a key is not there; who knows the place says more. */
export const NO_SUCH_KEY_HINT = 'hearsay kv ls shows what is there'

const HINT_BY_CODE = new Map<string, string>([
  ['token', 'set HEARSAY_TOKEN, or run this as the user who started the agent'],
  ['wrong-host', 'use 127.0.0.1, or start the agent with --http-name'],
  ['HEARSAY_NO_SUCH_MEMBER', 'hearsay members shows who is known'],
  ['no-such-key', NO_SUCH_KEY_HINT],
  ['HEARSAY_TIMEOUT', 'hearsay members shows who is there'],
  ['HEARSAY_CLOCK_AHEAD', 'hearsay doctor looks at clocks'],
  ['no-such-element', 'hearsay kv members with the name of the set shows what is in it'],
  ['HEARSAY_MEMBER_ALIVE', 'only failed or left members can be removed; ask it to leave first'],
])

function refusalError(status: number, text: string, place: AgentPlace): CommandError {
  const result = v.safeParse(failure, parseJson(text))
  const exit = EXIT_BY_STATUS.get(status) ?? exits.failed
  if (!result.success) return new CommandError(exit, `${place.url} answered ${status}`)
  const { code, message } = result.output.error
  return new CommandError(exit, visible(message, 1000), HINT_BY_CODE.get(code))
}

function isSystemError(error: unknown): boolean {
  return codeOf(error) !== ''
}

/** Such as ECONNREFUSED; empty where there is none. */
function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
