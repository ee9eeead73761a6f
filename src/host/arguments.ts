// What applications hand to a node, checked before it reaches the core: there a wrong type is
// a broken rule, here it is a mistake of the caller, told with the argument's name.

import { HEARSAY_TAG, HearsayError } from '../core/index.ts'
import type { Waiting } from './api.ts'

/** Longest wait anybody may ask for: a day. */
const WAIT_MS_MAX = 86_400_000
const NAME_LENGTH_MAX = 255

/** A text of 1 to 255 characters; throws `HEARSAY_CONFIG` otherwise. */
export function checkName(what: string, value: unknown): void {
  if (typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH_MAX) return
  throw wrong(`${what}: a text of 1 to ${NAME_LENGTH_MAX} characters expected, got ${show(value)}`)
}

/** A copy of bytes, so that the caller may go on with theirs. */
export function copyBytes(what: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  throw wrong(`${what}: bytes (a Uint8Array) expected, got ${show(value)}`)
}

/** Tags as a map; every wrong one is named. */
export function readTags(value: unknown): ReadonlyMap<string, string> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw wrong(`tags: an object of texts expected, got ${show(value)}`)
  }
  const entries = Object.entries(value)
  const problems = entries.flatMap(([key, text]) => tagProblem(key, text) ?? [])
  if (problems.length > 0) throw wrong(problems.join('; '), problems)
  return new Map(entries)
}

/** What is wrong with one tag, if anything. */
export function tagProblem(key: string, value: unknown): string | undefined {
  if (key === HEARSAY_TAG) return `tags.${key}: this name is reserved; take another`
  if (typeof value !== 'string') return `tags.${key}: a text expected, got ${show(value)}`
  return undefined
}

/** The parts of a wait that are numbers or signals, all checked. */
export function checkWaiting(waiting: Waiting): void {
  const { signal, timeoutMs } = waiting
  if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs)
  if (signal === undefined || signal instanceof AbortSignal) return
  throw wrong(`signal: an AbortSignal expected, got ${show(signal)}`)
}

function checkMs(what: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && value <= WAIT_MS_MAX) return
  throw wrong(`${what}: 0 to ${WAIT_MS_MAX} ms expected, got ${show(value)}`)
}

/** A number of members; undefined asks for none. */
export function checkAtLeast(value: unknown): void {
  if (value === undefined || (typeof value === 'number' && Number.isInteger(value))) return
  throw wrong(`atLeast: a whole number of members expected, got ${show(value)}`)
}

function wrong(problem: string, problems: readonly string[] = [problem]): HearsayError {
  return new HearsayError('HEARSAY_CONFIG', problem, { problems })
}

/** A value in an error message, cut at 60 characters. */
export function show(value: unknown): string {
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}
