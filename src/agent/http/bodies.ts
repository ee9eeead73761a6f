// Reads a request's body and query within bounds: bytes are counted as they come, depth
// before anything is built, shape by the route's schema.

import * as v from 'valibot'
import { type Refusal, refuse } from './guard.ts'

const BODY_BYTES_MAX = 65_536
const DEPTH_MAX = 32

export type Reading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusal: Refusal }

/** Reads a JSON body. An empty one counts as `{}`. */
export async function readBody<T>(
  request: Request,
  schema: v.GenericSchema<unknown, T>,
): Promise<Reading<T>> {
  const text = await boundedText(request.body)
  if (text === undefined) {
    return no(refuse(413, 'body-too-large', `a body may have ${BODY_BYTES_MAX} bytes`))
  }
  if (depthOf(text) > DEPTH_MAX) {
    return no(refuse(400, 'bad-json', `JSON nested deeper than ${DEPTH_MAX} levels`))
  }
  try {
    return checked(schema, text.trim() === '' ? {} : JSON.parse(text))
  } catch {
    return no(refuse(400, 'bad-json', 'the body is not JSON'))
  }
}

/** Checks a value by a schema; the refusal names the path of the first problem. */
export function checked<T>(schema: v.GenericSchema<unknown, T>, value: unknown): Reading<T> {
  const result = v.safeParse(schema, value)
  if (result.success) return { ok: true, value: result.output }
  const [issue] = result.issues
  const path = v.getDotPath(issue)
  const problem = path === null ? issue.message : `${path}: ${issue.message}`
  return no(refuse(400, 'bad-request', problem.slice(0, 300)))
}

async function boundedText(body: ReadableStream<Uint8Array> | null): Promise<string | undefined> {
  if (body === null) return ''
  const parts: Uint8Array[] = []
  let sizeBytes = 0
  for await (const part of body) {
    sizeBytes += part.length
    if (sizeBytes > BODY_BYTES_MAX) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
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
