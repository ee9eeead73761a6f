// What applications hand to a node, checked before it reaches the core: there a wrong type is
// a broken rule, here it is a mistake of the caller, told with the argument's name.

import { HEARSAY_TAG, HearsayError } from '../core/index.ts'
import type { MemberStatus, NodeEventKind } from './api.ts'

/** Longest wait anybody may ask for: a day. */
const WAIT_MS_MAX = 86_400_000
const NAME_LENGTH_MAX = 255
const MAP_NAME_BYTES_MAX = 128
const encoder = new TextEncoder()
/** Longest life of a key that ends by itself: a year. */
const TTL_MS_MAX = 31_536_000_000

/** Records and not lists, so that the compiler misses a kind or status that is new. */
const KINDS: Readonly<Record<NodeEventKind, true>> = {
  'member-join': true,
  'member-update': true,
  'member-suspect': true,
  'member-failed': true,
  'member-leave': true,
  'member-forget': true,
  user: true,
  'clock-skew': true,
  'state-silent': true,
  evicted: true,
  resync: true,
  gap: true,
}
const STATUSES: Readonly<Record<MemberStatus, true>> = {
  alive: true,
  suspect: true,
  failed: true,
  left: true,
}
const FILTERS: readonly string[] = ['status', 'tags', 'name']

/** A text of 1 to 255 characters; throws `HEARSAY_CONFIG` otherwise. */
export function checkName(what: string, value: unknown): void {
  if (typeof value === 'string' && value !== '' && value.length <= NAME_LENGTH_MAX) return
  throw wrong(`${what}: a text of 1 to ${NAME_LENGTH_MAX} characters expected, got ${show(value)}`)
}

/** The key of a piece of state, or what stands for one; whether it is too long the core says. */
export function checkKey(value: unknown, what = 'key'): void {
  if (typeof value !== 'string' || value === '') {
    throw wrong(`${what}: a text of 1 to 256 bytes expected, got ${show(value)}`)
  }
  checkWhole(what, value)
}

/** Text that others shall read as we do: half a surrogate pair cannot be said in UTF-8. */
export function checkWhole(what: string, value: unknown): void {
  checkText(what, value)
  if (!/\p{Cs}/u.test(String(value))) return
  throw wrong(`${what}: half of a surrogate pair is no text; cut texts by code points`)
}

/** Any text: for reads, where a name that cannot be is one that is not there. */
export function checkText(what: string, value: unknown): void {
  if (typeof value !== 'string') throw wrong(`${what}: a text expected, got ${show(value)}`)
}

/** A copy of bytes, so that the caller may go on with theirs. */
export function copyBytes(what: string, value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  throw wrong(`${what}: bytes (a Uint8Array) expected, got ${show(value)}`)
}

/** Tags as a map; every wrong one is named. */
export function readTags(value: unknown): ReadonlyMap<string, string> {
  if (!isObject(value)) throw wrong(`tags: an object of texts expected, got ${show(value)}`)
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
export function checkWaiting(waiting: unknown): void {
  const { signal, timeoutMs } = partsOf('options', waiting)
  if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs)
  checkSignal(signal)
}

function checkSignal(signal: unknown): void {
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

/** One seed or a list of them, as a list of our own. What they say is the resolver's business. */
export function readSeeds(value: unknown): readonly string[] {
  const seeds: readonly unknown[] = Array.isArray(value) ? value : [value]
  return seeds.map((seed) => {
    if (typeof seed === 'string') return seed
    throw wrong(`seeds: host:port, or a list of them, expected, got ${show(seed)}`)
  })
}

/** A yes or no among the options of a call; no if left out. */
export function readFlag(what: string, options: unknown): boolean {
  const value = partsOf('options', options)[what]
  if (value === undefined || typeof value === 'boolean') return value ?? false
  throw wrong(`${what}: true or false expected, got ${show(value)}`)
}

/** Something to call. */
export function checkFunction(what: string, value: unknown): void {
  if (typeof value !== 'function') throw wrong(`${what}: a function expected, got ${show(value)}`)
}

/** A kind of event that there is: else a slip of the pen would wait for ever. */
export function checkKind(value: unknown): void {
  checkWord('kind', value, KINDS)
}

/** What an iterator over events is asked for. */
export function checkEventOptions(options: unknown): void {
  const { kinds, signal } = partsOf('options', options)
  checkSignal(signal)
  if (kinds === undefined) return
  if (!Array.isArray(kinds)) throw wrong(`kinds: a list of kinds expected, got ${show(kinds)}`)
  for (const kind of kinds) checkKind(kind)
}

/** What a watch over state is asked for. */
export function checkWatchOptions(options: unknown): void {
  const { prefix, node, signal } = partsOf('options', options)
  if (prefix !== undefined) checkText('prefix', prefix)
  if (node !== undefined) checkText('node', node)
  checkSignal(signal)
}

/** How long a key is to live, in ms, above 0; for ever if left out. */
export function checkStateOptions(options: unknown): { readonly ttlMs: number | undefined } {
  const { ttlMs } = partsOf('options', options)
  if (ttlMs === undefined) return { ttlMs: undefined }
  if (typeof ttlMs === 'number' && ttlMs > 0 && ttlMs <= TTL_MS_MAX) return { ttlMs }
  throw wrong(`ttlMs: more than 0, up to ${TTL_MS_MAX} ms expected, got ${show(ttlMs)}`)
}

/** How a write of state is done. */
export function checkWriteOptions(options: unknown): void {
  const { acks, timeoutMs } = partsOf('options', options)
  if (timeoutMs !== undefined) checkMs('timeoutMs', timeoutMs)
  checkCount('acks', acks)
}

/** A number of members, or a majority of them; undefined asks for none. */
export function checkCount(what: string, value: unknown): void {
  if (value === undefined || value === 'majority') return
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 1) return
  throw wrong(`${what}: 1 or more members, or 'majority', expected, got ${show(value)}`)
}

/** A list of texts. */
export function checkListOfTexts(what: string, value: unknown): void {
  if (!Array.isArray(value)) throw wrong(`${what}: a list of texts expected, got ${show(value)}`)
  for (const one of value) checkText(what, one)
}

/** The name of a shared value, as a part of its keys: 1 to 128 bytes, none of them zero. */
export function checkMapName(value: unknown): void {
  checkWhole('name', value)
  const name = String(value)
  const sizeBytes = encoder.encode(name).length
  if (sizeBytes >= 1 && sizeBytes <= MAP_NAME_BYTES_MAX && !name.includes('\u0000')) return
  throw wrong(
    `name: 1 to ${MAP_NAME_BYTES_MAX} bytes, none of them zero, expected, got ${show(name)}`,
  )
}

/** A number that `fits`; `expected` says which do. */
export function checkNumber(
  what: string,
  value: unknown,
  { fits, expected }: { readonly fits: (value: number) => boolean; readonly expected: string },
): void {
  if (typeof value === 'number' && fits(value)) return
  throw wrong(`${what}: ${expected} expected, got ${show(value)}`)
}

/** What members are looked for: a wrong word here would look like an empty cluster. */
export function checkFilter(filter: unknown): void {
  const { status = [], tags = {}, name, ...rest } = partsOf('filter', filter)
  const [unknown] = Object.keys(rest)
  if (unknown !== undefined) {
    throw wrong(`filter.${unknown}: no such filter; there are ${FILTERS.join(', ')}`)
  }
  for (const one of Array.isArray(status) ? status : [status]) checkWord('status', one, STATUSES)
  for (const [key, text] of Object.entries(partsOf('tags', tags))) {
    if (typeof text !== 'string') throw wrong(`tags.${key}: a text expected, got ${show(text)}`)
  }
  if (name === undefined || typeof name === 'string' || name instanceof RegExp) return
  throw wrong(`name: a text or a RegExp expected, got ${show(name)}`)
}

/** One of the keys of a table. */
export function checkWord(what: string, value: unknown, table: object): void {
  if (isKeyOf(table, value)) return
  throw wrong(`${what}: one of ${Object.keys(table).join(', ')} expected, got ${show(value)}`)
}

const isKeyOf = (table: object, value: unknown): boolean =>
  typeof value === 'string' && Object.hasOwn(table, value)

type Parts = Readonly<Record<string, unknown>>

/** An object's parts, of whatever types; a list or a function is none. */
function partsOf(what: string, value: unknown): Parts {
  if (isParts(value)) return value
  throw wrong(`${what}: an object expected, got ${show(value)}`)
}

const isParts = (value: unknown): value is Parts => isObject(value)

/** An object that could hold options: no null, no list, no function. */
export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `HEARSAY_CONFIG` with what is wrong; `problems` one by one where there may be several. */
export function wrong(problem: string, problems: readonly string[] = [problem]): HearsayError {
  return new HearsayError('HEARSAY_CONFIG', problem, { problems })
}

/** A value in an error message, cut at 60 characters. */
export function show(value: unknown): string {
  const text = textOf(value)
  return text.length > 60 ? `${text.slice(0, 57)}…` : text
}

/** Some objects have no text: those without a prototype, or whose `toString` throws. */
function textOf(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (Array.isArray(value)) return `a list of ${value.length}`
  if (typeof value === 'function') return 'a function'
  try {
    return String(value)
  } catch {
    return `an ${typeof value}`
  }
}
