// Reads a request's body and query within bounds: bytes are counted as they come, depth
// before anything is built, shape by the route's schema. A value to keep is taken as it is,
// once it has been seen to be what its media type says.

import { isUtf8 } from 'node:buffer'
import * as v from 'valibot'
import { type Refusal, refuse } from './guard.ts'
import type { Route } from './route.ts'
import { VALUE_BYTES_MAX } from './state-shapes.ts'

const BODY_BYTES_MAX = 65_536
/** More than any value may have: those that are too large by a little are told by how much. */
const VALUE_READ_BYTES_MAX = 98_304
const DEPTH_MAX = 32
const OBJECT_EXPECTED = 'a JSON object, in braces, expected'

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

/** Reads a JSON body. An empty one counts as `{}`. */
export async function readBody<T>(
  request: Request,
  schema: v.GenericSchema<unknown, T>,
): Promise<Reading<T>> {
  const bytes = await boundedBytes(request.body, BODY_BYTES_MAX)
  if (bytes === undefined) return no(tooLarge('a body', BODY_BYTES_MAX))
  const text = textOf(bytes)
  if (text === undefined) return no(refuse(400, 'bad-json', 'the body is not UTF-8'))
  const json = parsed(text.trim() === '' ? '{}' : text)
  if (!json.ok) return json
  // A schema of an object takes a list for one without fields.
  if (Array.isArray(json.value)) return no(refuse(400, 'bad-request', OBJECT_EXPECTED))
  return checked(schema, json.value)
}

/** Reads the body of a route that takes none: what was sent may have been meant to say something. */
export async function readNoBody(request: Request): Promise<Reading<unknown>> {
  return await readBody(request, v.strictObject({}, 'this route takes no body; leave it out'))
}

/** Reads a query: a parameter that is mistyped, or said twice, would else be left out unseen. */
export function readQuery(
  schema: Route['query'],
  query: Readonly<Record<string, readonly string[]>>,
): Reading<unknown> {
  const known = Object.keys(schema.entries)
  const unknown = Object.keys(query).find((name) => !known.includes(name))
  if (unknown !== undefined) {
    const help = known.length === 0 ? 'this route takes none' : `there are ${known.join(', ')}`
    const name = JSON.stringify(unknown.slice(0, 60))
    return no(refuse(400, 'bad-request', `no such parameter: ${name}; ${help}`))
  }
  const [twice] = Object.entries(query).find(([, values]) => values.length > 1) ?? []
  if (twice !== undefined) {
    return no(refuse(400, 'bad-request', `${twice}: it is given more than once; say it once`))
  }
  const single = Object.entries(query).map(([name, [value]]) => [name, value])
  return checked<unknown>(schema, Object.fromEntries(single))
}

/** Reads the bytes of a value; they must be JSON or text where the request says so. */
export async function readValue(request: Request): Promise<Reading<Uint8Array>> {
  const bytes = await boundedBytes(request.body, VALUE_READ_BYTES_MAX)
  if (bytes === undefined) return no(tooLarge('a value', VALUE_BYTES_MAX))
  const type = request.headers.get('content-type') ?? 'application/octet-stream'
  if (/^application\/octet-stream/i.test(type)) return { ok: true, value: bytes }
  const text = textOf(bytes)
  if (text === undefined) {
    const help = 'send Content-Type: application/octet-stream'
    return no(refuse(400, 'bad-request', `the body is not UTF-8; ${help}`))
  }
  if (/^text\/plain/i.test(type)) return { ok: true, value: bytes }
  const json = parsed(text)
  return json.ok ? { ok: true, value: bytes } : json
}

/** The text of UTF-8 bytes, a byte order mark included; undefined if they are none. */
export function textOf(bytes: Uint8Array): string | undefined {
  return isUtf8(bytes) ? Buffer.from(bytes).toString('utf8') : undefined
}

function parsed(text: string): Reading<unknown> {
  if (depthOf(text) > DEPTH_MAX) {
    return no(refuse(400, 'bad-json', `JSON nested deeper than ${DEPTH_MAX} levels`))
  }
  try {
    return { ok: true, value: JSON.parse(text) }
  } catch {
    return no(refuse(400, 'bad-json', 'the body is not JSON'))
  }
}

function tooLarge(what: string, bytesMax: number): Refusal {
  return refuse(413, 'body-too-large', `${what} may have ${bytesMax} bytes, and this has more`)
}

/** Checks a value by a schema; the refusal names the path of the first problem. */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Reading<T> {
  const result = v.safeParse(schema, value)
  if (result.success) return { ok: true, value: result.output }
  const [issue] = result.issues
  const path = v.getDotPath(issue)
  const problem = path === null ? textOfIssue(issue) : `${path}: ${textOfIssue(issue)}`
  return no(refuse(400, 'bad-request', problem.slice(0, 300)))
}

/** What a schema says that has no words of its own, in ours. */
function textOfIssue({ kind, message, expected, received }: v.BaseIssue<unknown>): string {
  if (kind !== 'schema' || !message.startsWith('Invalid')) return message
  if (message.startsWith('Invalid key')) {
    return received === 'undefined' ? 'it is missing' : 'there is no such field'
  }
  if (expected === 'Object') return OBJECT_EXPECTED
  return `a ${expected ?? 'value'} expected, got ${received}`
}

async function boundedBytes(
  body: ReadableStream<Uint8Array> | null,
  bytesMax: number,
): Promise<Buffer | undefined> {
  if (body === null) return Buffer.alloc(0)
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of body) {
    sizeBytes += part.length
    if (sizeBytes > bytesMax) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** The deepest nesting of brackets outside strings. */
function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let isString = false
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (isString) {
      if (character === '\\') at++
      else if (character === '"') isString = false
    } else if (character === '"') isString = true
    else if (character === '{' || character === '[') deepest = Math.max(deepest, ++depth)
    else if (character === '}' || character === ']') depth--
  }
  return deepest
}

function no<T>(refusal: Refusal): Reading<T> {
  return { ok: false, refusal }
}
