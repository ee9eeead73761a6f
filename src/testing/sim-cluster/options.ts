// The options of `simCluster`, checked all at once like those of `createNode`.

import {
  type Address,
  type CoreOptions,
  HearsayError,
  type Millis,
  makeConfig,
  type Tunables,
} from '../../core/index.ts'
import { isObject, type NodeOptions, show, tagProblem } from '../../host/index.ts'
import { hostAddress } from '../../sim/index.ts'

/** Options of a node that mean something without sockets; the network is the cluster's own. */
export interface SimNodeOptions
  extends Partial<Tunables>,
    Pick<
      NodeOptions,
      'application' | 'label' | 'leaveTimeoutMs' | 'logger' | 'meta' | 'profile' | 'tags'
    > {}

export interface SimClusterOptions {
  /** How many, called `n1`, `n2` …; or their names. 1 to 1000. */
  readonly nodes: number | readonly string[]
  /** Every choice and every fault of the network follows from it. Default 1. */
  readonly seed?: number
  /** Share of datagrams and of stream segments lost once all have joined, 0 to below 1. Default 0. */
  readonly loss?: number
  /** Mean time from node to node, in ms. Default 0.5. */
  readonly delayMs?: Millis
  /** Options of every node, or what gives them to each by its name. */
  readonly options?: SimNodeOptions | ((name: string) => SimNodeOptions)
}

/** The options with nothing left out. */
export interface SimPlan {
  readonly names: readonly string[]
  readonly seed: number
  readonly loss: number
  readonly delayMs: Millis
  readonly optionsOf: (name: string) => SimNodeOptions
}

const NODES_MAX = 1000
const DELAY_MS = 0.5
const DELAY_MS_MAX = 60_000
const KNOWN: readonly string[] = ['nodes', 'seed', 'loss', 'delayMs', 'options']

/** Throws `HEARSAY_CONFIG` naming every problem. */
export function readSimOptions(options: SimClusterOptions): SimPlan {
  if (!isObject(options)) throw wrongOptions([`an object expected, got ${show(options)}`])
  const { nodes, seed = 1, loss = 0, delayMs = DELAY_MS, options: own = {} } = options
  const names = namesOf(nodes)
  const problems = Object.keys(options)
    .filter((key) => !KNOWN.includes(key))
    .map((key) => `${key}: no such option; there are ${KNOWN.join(', ')}`)
  if (names.length < 1 || names.length > NODES_MAX) {
    problems.push(`nodes: 1 to ${NODES_MAX}, or a list of names expected, got ${show(nodes)}`)
  }
  if (names.some((name) => typeof name !== 'string' || name === '')) {
    problems.push(`nodes: names must be text, got ${show(nodes)}`)
  }
  if (new Set(names).size < names.length) problems.push('nodes: each name may be given once')
  if (!Number.isFinite(seed)) problems.push(`seed: a number expected, got ${show(seed)}`)
  if (!isLoss(loss)) problems.push(lossProblem(loss))
  if (!(delayMs >= 0 && delayMs <= DELAY_MS_MAX)) {
    problems.push(`delayMs: 0 to ${DELAY_MS_MAX} expected, got ${show(delayMs)}`)
  }
  if (problems.length > 0) throw wrongOptions(problems)
  return { names, seed, loss, delayMs, optionsOf: typeof own === 'function' ? own : () => own }
}

/** Throws `HEARSAY_CONFIG` for anything but a share from 0 to below 1. */
export function checkLoss(share: unknown): void {
  if (!isLoss(share)) throw wrongOptions([lossProblem(share)])
}

const isLoss = (share: unknown) => typeof share === 'number' && share >= 0 && share < 1
const lossProblem = (share: unknown) => `loss: 0 to below 1 expected, got ${show(share)}`

function namesOf(nodes: SimClusterOptions['nodes']): readonly string[] {
  if (typeof nodes !== 'number') return Array.isArray(nodes) ? nodes : []
  if (!Number.isInteger(nodes) || nodes < 0 || nodes > NODES_MAX) return []
  return Array.from({ length: nodes }, (_, index) => `n${index + 1}`)
}

/** The configuration of one node's core. Throws `HEARSAY_CONFIG` naming every problem. */
export function configOf(name: string, advertise: Address, options: SimNodeOptions) {
  const { logger: _logger, leaveTimeoutMs: _leaveTimeoutMs, tags = {}, ...core } = options
  const problems = Object.entries(tags).flatMap(([key, text]) => tagProblem(key, text) ?? [])
  if (problems.length > 0) throw wrongOptions(problems)
  const own: CoreOptions = { ...core, tags: new Map(Object.entries(tags)), name, advertise }
  return makeConfig(own)
}

/** The address of the node that was started as number `index`, from 0: 10.0.0.1:7946 and on. */
export function addressAt(index: number): Address {
  return hostAddress(index + 1)
}

function wrongOptions(problems: readonly string[]): HearsayError {
  const text = `simCluster: ${problems.join('; ')}. See docs/testing.md`
  return new HearsayError('HEARSAY_CONFIG', text, { problems })
}
