// Who may speak to the HTTP API, judged before routing. The exact Host header is the defence
// against DNS rebinding; Origin, Sec-Fetch-Site and the content type keep web pages out;
// the token decides about the rest. Pure judgements; server.ts carries them out.

import { createHash, timingSafeEqual } from 'node:crypto'
import type { Scope } from './route.ts'

/** What a refused request hears. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 405 | 406 | 408 | 413 | 415 | 421 | 429 | 503
  readonly code: string
  readonly message: string
  /** Methods that would have gone, for the header of that name. */
  readonly allow?: string
}

export interface RequestHead {
  readonly method: string
  /** Names and values in turn, as received; duplicates kept. */
  readonly rawHeaders: readonly string[]
}

/** Host header values that reach us: the loopback names with our port, and configured names. */
export function allowedHosts(port: number, names: readonly string[]): ReadonlySet<string> {
  const own = ['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${port}`)
  const configured = names.flatMap((name) => {
    const lower = name.toLowerCase()
    return /:\d+$/.test(lower) ? [lower] : [lower, `${lower}:${port}`]
  })
  // A browser leaves the default port out.
  const bare = port === 80 ? ['127.0.0.1', 'localhost', '[::1]'] : []
  return new Set([...own, ...bare, ...configured])
}

/** Judges a request by its head alone; undefined lets it pass. */
export function judgeHead(head: RequestHead, hosts: ReadonlySet<string>): Refusal | undefined {
  const [host, ...moreHosts] = headerValues(head, 'host')
  if (host === undefined || moreHosts.length > 0 || !hosts.has(host.toLowerCase())) {
    return refuse(421, 'wrong-host', 'this server does not answer to that Host header')
  }
  for (const origin of headerValues(head, 'origin')) {
    if (origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
      return refuse(403, 'cross-origin', 'requests from other origins are refused')
    }
  }
  for (const site of headerValues(head, 'sec-fetch-site')) {
    if (site !== 'same-origin' && site !== 'none') {
      return refuse(403, 'cross-site', 'requests from other sites are refused')
    }
  }
  return judgeMediaType(head) ?? judgeEncoding(head)
}

const MAY_CHANGE: readonly string[] = ['POST', 'PUT', 'DELETE']
const JSON_TYPE = /^application\/json\s*(;\s*charset=(utf-8|"utf-8")\s*)?$/i
const VALUE_TYPE = /^(text\/plain\s*(;\s*charset=(utf-8|"utf-8")\s*)?|application\/octet-stream)$/i

/**
 * No form can send JSON. PUT and DELETE no form can send at all, and a page of another site must
 * ask before (OPTIONS, refused): so values may be of other types, or of none.
 */
function judgeMediaType({ method, rawHeaders }: RequestHead): Refusal | undefined {
  // No route takes another method, whatever its type: which there are is said later, with 405.
  if (!MAY_CHANGE.includes(method)) return undefined
  const types = headerValues({ method, rawHeaders }, 'content-type')
  const [type] = types
  if (type === undefined && (method === 'PUT' || method === 'DELETE')) return undefined
  if (type !== undefined && types.length === 1) {
    if (JSON_TYPE.test(type) || (method === 'PUT' && VALUE_TYPE.test(type))) return undefined
  }
  const others = method === 'PUT' ? ', text/plain or application/octet-stream' : ''
  return refuse(415, 'media-type', `send Content-Type: application/json${others}`)
}

/** Nothing is unpacked here: what is compressed would be kept as it came. */
function judgeEncoding(head: RequestHead): Refusal | undefined {
  const coded = headerValues(head, 'content-encoding').find((one) => !/^(identity)?$/i.test(one))
  if (coded === undefined) return undefined
  const message = 'a body is read as it is; send it uncompressed, without Content-Encoding'
  return refuse(415, 'media-type', message)
}

function headerValues(head: RequestHead, name: string): readonly string[] {
  const values: string[] = []
  for (let at = 0; at + 1 < head.rawHeaders.length; at += 2) {
    if (head.rawHeaders[at]?.toLowerCase() === name) values.push(head.rawHeaders[at + 1] ?? '')
  }
  return values
}

/** A token bucket: `perSecond` on average, `burst` at once. */
export class Allowance {
  readonly #perSecond: number
  readonly #burst: number
  #left: number
  #atMs = Number.NEGATIVE_INFINITY

  constructor(perSecond: number, burst: number) {
    this.#perSecond = perSecond
    this.#burst = burst
    this.#left = burst
  }

  /** Takes one; false if there is none left now. */
  take(nowMs: number): boolean {
    const gained = Math.max(0, ((nowMs - this.#atMs) / 1000) * this.#perSecond)
    this.#left = Math.min(this.#burst, this.#left + gained)
    this.#atMs = Math.max(this.#atMs, nowMs)
    if (this.#left < 1) return false
    this.#left -= 1
    return true
  }
}

export interface KeeperSettings {
  readonly token: string
  /** Reading needs no token: only where nobody but this machine can connect. */
  readonly openRead: boolean
}

export type Verdict =
  | { readonly kind: 'pass' }
  /** `slowly`: wait a little, at random, before answering. */
  | { readonly kind: 'refuse'; readonly refusal: Refusal; readonly slowly: boolean }

const TOKEN_HELP = 'docs/http-api.md says where it lies'
const FAILURES_BEFORE_DELAY = 5
const FAILURES_FORGOTTEN_MS = 60_000

/** Checks tokens and rates. Keeps only a digest of the token. */
export class Doorkeeper {
  readonly #digest: Buffer
  readonly #openRead: boolean
  readonly #mutations = new Allowance(50, 100)
  readonly #failures = new Allowance(10, 20)
  #failureCount = 0
  #lastFailureMs = Number.NEGATIVE_INFINITY

  constructor(settings: KeeperSettings) {
    this.#digest = digest(settings.token)
    this.#openRead = settings.openRead
  }

  /** May a request with this Authorization header use a route of this scope now? */
  judge(scope: Scope, authorization: string | undefined, nowMs: number): Verdict {
    const isRight = this.#isRight(authorization)
    const isOpen = scope === 'read' && this.#openRead && authorization === undefined
    if (!isRight && !isOpen) return this.#refuse(authorization, nowMs)
    if (scope === 'read' || this.#mutations.take(nowMs)) return { kind: 'pass' }
    const refusal = refuse(429, 'too-fast', 'at most 50 changes a second; try again shortly')
    return { kind: 'refuse', refusal, slowly: false }
  }

  #isRight(authorization: string | undefined): boolean {
    const token = /^Bearer ([A-Za-z0-9_-]{1,256})$/i.exec(authorization ?? '')?.[1] ?? ''
    return timingSafeEqual(digest(token), this.#digest)
  }

  #refuse(authorization: string | undefined, nowMs: number): Verdict {
    if (nowMs - this.#lastFailureMs > FAILURES_FORGOTTEN_MS) this.#failureCount = 0
    this.#failureCount += 1
    this.#lastFailureMs = nowMs
    if (!this.#failures.take(nowMs)) {
      const refusal = refuse(429, 'too-fast', 'too many refused requests; try again shortly')
      return { kind: 'refuse', refusal, slowly: true }
    }
    const what =
      authorization === undefined ? 'this needs the token' : 'that is not the token of this agent'
    const refusal = refuse(401, 'token', `${what}; ${TOKEN_HELP}`)
    return { kind: 'refuse', refusal, slowly: this.#failureCount > FAILURES_BEFORE_DELAY }
  }
}

/** A refusal in one line. */
export function refuse(status: Refusal['status'], code: string, message: string): Refusal {
  return { status, code, message }
}

/** Headers on every answer, errors included. */
export const securityHeaders: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'; require-trusted-types-for 'script'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), microphone=(), geolocation=(), usb=()',
  'Cache-Control': 'no-store',
}

function digest(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
