// JSON for what applications share. What JSON would change without a word is refused, with the
// place where it stands and what to do instead: a number that is none comes back as null, a
// function is left out, a Map comes back empty. Properties that are undefined are left out, as
// everywhere, -0 becomes 0, which compares equal, and what has a `toJSON` says itself how it is
// written.

import { HearsayError } from '../core/index.ts'

const PROBLEM_LENGTH_MAX = 200

/** A value as JSON. Throws `HEARSAY_CONFIG` for what would be read as something else. */
export function exactJson(what: string, value: unknown): string {
  let json: string | undefined
  let loss: string | undefined
  try {
    json = JSON.stringify(value)
    loss = lossIn(value)
  } catch (cause) {
    const reason = cause instanceof Error ? `: ${cause.message.split('\n')[0] ?? ''}` : ''
    const help = 'write bigints as text, and nothing that holds itself'
    throw refusal(`${what}: it cannot be written as JSON${reason}; ${help}`, cause)
  }
  if (loss !== undefined) throw refusal(what + loss)
  if (json === undefined) throw refusal(`${what}: nothing is left of it as JSON`)
  return json
}

function refusal(text: string, cause?: unknown): HearsayError {
  const problem = text.slice(0, PROBLEM_LENGTH_MAX)
  return new HearsayError('HEARSAY_CONFIG', problem, { problems: [problem], cause })
}

/** Where in a value, and how, JSON would change it: `.load[2]: …`. Circles are ruled out before. */
function lossIn(value: unknown): string | undefined {
  switch (typeof value) {
    case 'number':
      if (Number.isFinite(value)) return undefined
      return `: ${value} cannot be written as JSON; leave it out, or say null`
    case 'undefined':
      return ': undefined cannot be written as JSON; leave it out, or say null'
    case 'function':
    case 'symbol':
      return `: a ${typeof value} cannot be written as JSON; leave it out`
    case 'object':
      return value === null ? undefined : lossInObject(value)
    default:
      return undefined
  }
}

function lossInObject(value: object): string | undefined {
  if (Array.isArray(value)) return lossInList(value)
  if (ArrayBuffer.isView(value)) {
    return ': bytes cannot be written as JSON; write them as base64, or use codecs.bytes()'
  }
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return lossInForm(value, value.toJSON(''))
  }
  return lossInParts(value)
}

function lossInParts(value: object): string | undefined {
  // Values alone: names are needed only where there is something to tell.
  const parts: readonly unknown[] = Object.values(value)
  if (parts.length === 0 && !isPlain(value)) {
    const name: unknown = value.constructor?.name
    return `: a ${String(name)} would be read as an empty object; make a list or an object of it`
  }
  for (let at = 0; at < parts.length; at++) {
    const loss = parts[at] === undefined ? undefined : lossIn(parts[at])
    if (loss === undefined) continue
    const key = Object.keys(value)[at] ?? ''
    // That is what says how the rest is written.
    if (key !== 'toJSON') return (/^\w+$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`) + loss
  }
  return undefined
}

function lossInList(list: readonly unknown[]): string | undefined {
  for (let at = 0; at < list.length; at++) {
    const loss = lossIn(list[at])
    if (loss !== undefined) return `[${at}]${loss}`
  }
  return undefined
}

/** Of what says itself how it is written: in which form that is, is asked once. */
function lossInForm(value: object, form: unknown): string | undefined {
  if (value instanceof Date && form === null) {
    return ': a Date that is none cannot be written as JSON; leave it out, or say null'
  }
  if (typeof form !== 'object' || form === null) return lossIn(form)
  return Array.isArray(form) ? lossInList(form) : lossInParts(form)
}

/** An object of no class, of whatever realm. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
