// The options of `createNode`, checked all at once: an unknown or wrong one is an error that
// lists every problem, nothing falls back in silence. The protocol's own options are checked
// by their table (`core/config.ts`); here is what belongs to a host.

import {
  type CoreOptions,
  type Durability,
  HearsayError,
  ipv4,
  makeConfig,
  type Network,
  optionTable,
} from '../core/index.ts'
import { Keyring } from '../core/wire/index.ts'
import {
  isObject,
  type Logger,
  type NodeOptions,
  show,
  tagProblem,
  unknownOption,
} from '../host/index.ts'
import { type Endpoint, parseEndpoint, parseNetwork } from './address-text.ts'
import { seedProblem } from './resolve.ts'

export const LEAVE_TIMEOUT_MS = 5_000
const LEAVE_TIMEOUT_MS_MAX = 600_000
const LABEL_BYTES_MAX = 255

/** What the options come to, addresses not resolved yet. */
export interface Plan {
  readonly name: string | undefined
  readonly bind: Place
  readonly advertise: Place
  readonly seeds: readonly string[]
  readonly logger: Logger | undefined
  readonly leaveTimeoutMs: number
  readonly signal: AbortSignal | undefined
  readonly state: StatePlan | undefined
  /** All that the core takes but its name and address. */
  readonly core: Omit<CoreOptions, 'name' | 'advertise'>
}

/** Where a node's own state is kept. */
export interface StatePlan {
  readonly dataDir: string
  readonly durability: Durability
}

export interface Place {
  readonly host?: string | undefined
  readonly port?: number | undefined
}

const HOST_OPTIONS: readonly string[] = [
  ...['name', 'bind', 'advertise', 'label', 'keyring', 'join', 'tags', 'meta', 'profile'],
  ...['application', 'allow', 'logger', 'leaveTimeoutMs', 'signal', 'state'],
]
const KNOWN: readonly string[] = [...HOST_OPTIONS, ...Object.keys(optionTable)]
const LOGGER_METHODS = ['trace', 'debug', 'info', 'warn', 'error'] as const

/** Throws `HEARSAY_CONFIG` naming every problem. */
export function readOptions(options: NodeOptions): Plan {
  if (!isObject(options)) throw wrongOptions([`an object expected, got ${show(options)}`])
  const problems: string[] = []
  const report = (problem: string) => void problems.push(problem)
  for (const key of Object.keys(options))
    if (!KNOWN.includes(key)) report(unknownOption(key, KNOWN))
  const plan: Plan = {
    name: nameOf(options.name, report),
    bind: placeOf('bind', options.bind, report),
    advertise: placeOf('advertise', options.advertise, report),
    seeds: seedsOf(options.join, report),
    logger: loggerOf(options.logger, report),
    leaveTimeoutMs: leaveTimeoutOf(options.leaveTimeoutMs, report),
    signal: signalOf(options.signal, report),
    state: stateOf(options, report),
    core: coreOptionsOf(options, report),
  }
  for (const problem of coreProblems({ ...plan.core, name: plan.name ?? 'x' })) report(problem)
  if (problems.length === 0) return plan
  throw wrongOptions(problems)
}

function wrongOptions(problems: readonly string[]): HearsayError {
  const text = `wrong options: ${problems.join('; ')}. See docs/configuration.md`
  return new HearsayError('HEARSAY_CONFIG', text, { problems })
}

type Report = (problem: string) => void

/** The core's own verdict, with an address that is always right. */
function coreProblems(core: Omit<CoreOptions, 'advertise'>): readonly string[] {
  try {
    makeConfig({ ...core, advertise: ipv4(127, 0, 0, 1, 1) })
    return []
  } catch (error) {
    if (error instanceof HearsayError) return error.problems
    throw error
  }
}

function coreOptionsOf(options: NodeOptions, report: Report): Plan['core'] {
  const tunables = Object.keys(optionTable).map((name) => [name, Reflect.get(options, name)])
  return {
    ...Object.fromEntries(tunables.filter(([, value]) => value !== undefined)),
    profile: options.profile,
    application: options.application,
    label: labelOf(options.label, report),
    keyring: keyringOf(options.keyring, report),
    tags: tagsOf(options.tags, report),
    meta: metaOf(options.meta, report),
    allow: allowOf(options.allow, report),
  }
}

/** Which texts are names is the core's to say. */
function nameOf(value: unknown, report: Report): string | undefined {
  if (value === undefined || typeof value === 'string') return value
  report(`name: a text expected, got ${show(value)}`)
  return undefined
}

function placeOf(name: string, value: NodeOptions['bind'], report: Report): Place {
  if (value === undefined) return {}
  const endpoint: Place | undefined =
    typeof value === 'string' ? parseEndpoint(value) : partsOf(value)
  if (endpoint !== undefined) return endpoint
  report(`${name}: host, host:port, [v6]:port or { host, port } expected, got ${show(value)}`)
  return {}
}

function partsOf(value: unknown): Place | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { host, port, ...rest }: { host?: unknown; port?: unknown } = value
  if (Object.keys(rest).length > 0) return undefined
  const endpoint = hostOf(host)
  const isHost = host === undefined || (endpoint !== undefined && endpoint.port === undefined)
  if (!isHost || !isPort(port)) return undefined
  return { host: endpoint?.host, port }
}

const hostOf = (host: unknown): Endpoint | undefined =>
  typeof host === 'string' ? parseEndpoint(host) : undefined

function isPort(port: unknown): port is number | undefined {
  if (port === undefined) return true
  return typeof port === 'number' && Number.isInteger(port) && port >= 0 && port <= 65_535
}

function seedsOf(value: unknown, report: Report): readonly string[] {
  if (value === undefined) return []
  const seeds: readonly unknown[] = Array.isArray(value) ? value : [value]
  return seeds.filter((seed): seed is string => {
    const problem =
      typeof seed === 'string' ? seedProblem(seed) : `a text expected, got ${show(seed)}`
    if (problem !== undefined) report(`join: ${problem}`)
    return problem === undefined
  })
}

function loggerOf(value: unknown, report: Report): Logger | undefined {
  if (value === undefined) return undefined
  if (isLogger(value)) return value
  report(`logger: an object with the methods ${LOGGER_METHODS.join(', ')} expected`)
  return undefined
}

function isLogger(value: unknown): value is Logger {
  if (typeof value !== 'object' || value === null) return false
  return LOGGER_METHODS.every((name) => typeof Reflect.get(value, name) === 'function')
}

function leaveTimeoutOf(value: unknown, report: Report): number {
  if (value === undefined) return LEAVE_TIMEOUT_MS
  const isTime = typeof value === 'number' && value >= 0 && value <= LEAVE_TIMEOUT_MS_MAX
  if (isTime) return value
  report(`leaveTimeoutMs: 0 to ${LEAVE_TIMEOUT_MS_MAX} ms expected, got ${show(value)}`)
  return LEAVE_TIMEOUT_MS
}

function signalOf(value: unknown, report: Report): AbortSignal | undefined {
  if (value === undefined || value instanceof AbortSignal) return value
  report('signal: an AbortSignal expected')
  return undefined
}

const DURABILITIES: readonly Durability[] = ['none', 'async', 'fsync']

function stateOf({ state, name }: NodeOptions, report: Report): StatePlan | undefined {
  if (state === undefined) return undefined
  if (!isObject(state)) {
    report(`state: an object with dataDir expected, got ${show(state)}`)
    return undefined
  }
  const { dataDir, durability = 'async', ...rest } = state
  for (const key of Object.keys(rest)) report(`state.${key}: no such option`)
  const known = DURABILITIES.find((one) => one === durability)
  if (known === undefined) {
    report(`state.durability: one of ${DURABILITIES.join(', ')} expected, got ${show(durability)}`)
  }
  const isPath = typeof dataDir === 'string' && dataDir !== '' && !dataDir.includes('\0')
  if (!isPath) report(`state.dataDir: the path of a folder expected, got ${show(dataDir)}`)
  // What lies in the folder is one member's, and a port that happens to be free names nobody.
  if (name === undefined) report('name: needed with state.dataDir, which belongs to one member')
  return isPath && known !== undefined ? { dataDir, durability: known } : undefined
}

function labelOf(value: unknown, report: Report): string | undefined {
  if (value === undefined) return undefined
  if (typeof value === 'string' && Buffer.byteLength(value) <= LABEL_BYTES_MAX) return value
  report(`label: a text of at most ${LABEL_BYTES_MAX} bytes expected`)
  return undefined
}

/** Problems never repeat the key: it would end up in a log. */
function keyringOf(value: unknown, report: Report): readonly Uint8Array[] | undefined {
  if (value === undefined) return undefined
  if (!Array.isArray(value)) {
    report('keyring: a list of keys expected, each base64 text or bytes')
    return undefined
  }
  if (value.length === 0) {
    // A list of secrets that came out empty must not mean plaintext.
    report('keyring: no key in the list; give one (hearsay keygen), or leave it out for plaintext')
    return undefined
  }
  const ring = new Keyring()
  for (const [at, key] of value.entries()) {
    const bytes = keyBytes(key)
    const problem = bytes === undefined ? 'base64 text or bytes expected' : ring.add(bytes)
    if (problem !== undefined) report(`keyring[${at}]: ${problem}`)
  }
  return ring.keys
}

function keyBytes(key: unknown): Uint8Array | undefined {
  if (key instanceof Uint8Array) return Uint8Array.from(key)
  if (typeof key !== 'string' || !/^[A-Za-z0-9+/_-]+={0,2}$/.test(key.trim())) return undefined
  return Uint8Array.from(Buffer.from(key.trim(), 'base64'))
}

function tagsOf(value: unknown, report: Report): ReadonlyMap<string, string> | undefined {
  if (value === undefined) return undefined
  const tags = new Map<string, string>()
  if (!isObject(value)) {
    report('tags: an object of texts expected')
    return undefined
  }
  for (const [key, text] of Object.entries(value)) {
    const problem = tagProblem(key, text)
    if (problem === undefined) tags.set(key, text)
    else report(problem)
  }
  return tags
}

function metaOf(value: unknown, report: Report): Uint8Array | undefined {
  if (value === undefined) return undefined
  if (value instanceof Uint8Array) return Uint8Array.from(value)
  report('meta: bytes (a Uint8Array) expected')
  return undefined
}

function allowOf(value: unknown, report: Report): readonly Network[] | undefined {
  if (value === undefined) return undefined
  const blocks: readonly unknown[] = Array.isArray(value) ? value : [value]
  return blocks.flatMap((block) => {
    const network = typeof block === 'string' ? parseNetwork(block) : undefined
    if (network === undefined) report(`allow: CIDR blocks expected, got ${show(block)}`)
    return network === undefined ? [] : [network]
  })
}
