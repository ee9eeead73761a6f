// When a node that has just started may be asked: it has caught up with a few members, and holds
// the keys that the application cannot do without.

import { checkListOfTexts, checkWaiting, show, wrong } from './arguments.ts'
import type { Clock } from './clock.ts'
import { checkNames } from './option-names.ts'
import type { SharedMap, StateReady, StateReadyOptions } from './shared-api.ts'
import type { StateAsker } from './state-commands.ts'
import { type Settle, wait } from './waiting.ts'

export interface StateReadyParts extends Pick<StateAsker, 'sync'> {
  readonly clock: Clock
  /** Resolves once this node has joined, or is alone by design. */
  readonly joined: (waiting: StateReadyOptions) => Promise<unknown>
  /** Other members alive that hold state. */
  readonly peers: () => number
  /** A shared map in whatever codec: whether a key is there is all that is asked. */
  readonly rawMap: (name: string) => Pick<SharedMap<Uint8Array>, 'watch'>
}

const READY_MS = 10_000
/** One that we joined through and two more, so that no single one that lags decides. */
const PEERS = 3

/** Settles for what there is when time is over; rejects only if aborted or closed. */
export async function stateReady(
  parts: StateReadyParts,
  options: StateReadyOptions = {},
): Promise<StateReady> {
  checkWaiting(options)
  checkNames('ready', options)
  const { timeoutMs = READY_MS, keys = [], signal } = options
  checkListOfTexts('keys', keys)
  const wanted = keys.map(wantedOf)
  const endMs = parts.clock.now() + timeoutMs
  const left = () => ({ signal, timeoutMs: Math.max(0, endMs - parts.clock.now()) })
  let peersSynced = 0
  try {
    await parts.joined(left())
    const peers = Math.min(PEERS, parts.peers())
    if (peers > 0) peersSynced = (await parts.sync({ ...left(), peers })).synced
    for (const one of wanted) await present(parts, one, left())
    return { settled: true, peersSynced }
  } catch (error) {
    if (isTimeout(error)) return { settled: false, peersSynced }
    throw error
  }
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'HEARSAY_TIMEOUT'
}

interface Wanted {
  readonly map: string
  readonly key: string
}

/** Of `map/key` the first slash parts the two, neither of which is empty. */
function wantedOf(path: string): Wanted {
  const slash = path.indexOf('/')
  if (slash > 0 && slash < path.length - 1) {
    return { map: path.slice(0, slash), key: path.slice(slash + 1) }
  }
  throw wrong(`keys: a key of a shared map expected, as map/key, got ${show(path)}`)
}

/** Waits until a key of a map is there. */
function present(
  { clock, rawMap }: StateReadyParts,
  { map, key }: Wanted,
  waiting: StateReadyOptions,
): Promise<void> {
  const watch = rawMap(map).watch({ prefix: key, initial: true })
  return wait({
    clock,
    waiting,
    what: `key ${map}/${key}`,
    begin: (settle: Settle<void>) => {
      void follow(watch, key, settle)
      return () => void watch.return?.()
    },
  })
}

async function follow(
  watch: ReturnType<SharedMap<Uint8Array>['watch']>,
  wanted: string,
  settle: Settle<void>,
): Promise<void> {
  for await (const change of watch) {
    if (change.kind === 'set' && change.key === wanted) return settle.resolve()
  }
}
