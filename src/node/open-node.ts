// A node on Node.js: checks the options, binds the sockets, chooses name and address, and
// starts a core on them. Never hangs: it binds, starts and returns; joining goes on behind.

import { AsyncResource } from 'node:async_hooks'
import { hostname } from 'node:os'
import {
  type Config,
  type CoreOptions,
  ipv4,
  type Machine,
  makeConfig,
  Random,
  type Reads,
} from '../core/index.ts'
import type { Cipher } from '../core/wire/index.ts'
import {
  type BindContext,
  type Clock,
  type Logger,
  type Node,
  type NodeOptions,
  type NodeParts,
  type OpenedDisk,
  realClock,
  startNode,
  type Transport,
} from '../host/index.ts'
import { ipKind } from './address-text.ts'
import { advertiseConfigured } from './advertise.ts'
import { NodeCipher, nonceSource } from './cipher.ts'
import { openDataFolder } from './data-folder.ts'
import { type Plan, readOptions } from './options.ts'
import { seedResolver } from './resolve.ts'
import { bindNodeTransport, DEFAULT_PORT } from './transport.ts'

/** Stands in for our address where only the other options are wanted. */
const NOWHERE = ipv4(127, 0, 0, 1, 1)

/** Makes the core of a node. */
export type MakeMachine = (
  config: Config,
  parts: {
    readonly random: Random
    readonly cipher: Cipher
    readonly nonce: () => Uint8Array
  },
) => Machine & Reads

/** For tools: what an application has no use for. */
export interface OpenExtras {
  /** Sees every input with its time, for replay. */
  readonly record?: NodeParts['record']
  /** The seed of the core's choices; drawn from the system if left out. */
  readonly seed?: number | undefined
}

/** Binds and starts a node. Rejects with `HEARSAY_CONFIG` or `HEARSAY_BIND_FAILED`. */
export async function openNode(
  options: NodeOptions,
  makeMachine: MakeMachine,
  extras: OpenExtras = {},
): Promise<Node> {
  const plan = readOptions(options)
  plan.signal?.throwIfAborted()
  const clock = realClock()
  // Before a socket is open: what a life is called must be known before anybody can hear of it.
  const opened = await openedFolder(plan, clock)
  try {
    return await openOn(opened, { plan, clock, makeMachine, extras })
  } catch (error) {
    await opened?.disk.close()
    throw error
  }
}

async function openedFolder(plan: Plan, clock: Clock): Promise<OpenedDisk | undefined> {
  const { state, name, logger } = plan
  if (state === undefined || name === undefined) return undefined
  return await openDataFolder({
    folder: state.dataDir,
    owner: { label: plan.core.label ?? '', name },
    durability: state.durability,
    wallMs: clock.now() + clock.wallOffset(),
    logger,
  })
}

interface Opening {
  readonly plan: Plan
  readonly clock: Clock
  readonly makeMachine: MakeMachine
  readonly extras: OpenExtras
}

async function openOn(
  opened: OpenedDisk | undefined,
  { plan, clock, makeMachine, extras }: Opening,
): Promise<Node> {
  const dialTimeoutMs = makeConfig({ ...plan.core, name: 'x', advertise: NOWHERE }).tcpTimeoutMs
  const { bind, logger } = plan
  const transport = await bindNodeTransport({ ...bind, dialTimeoutMs, logger, now: clock.now })
  try {
    const config = await configFor(plan, transport)
    const machine = makeMachine(config, {
      random: new Random(extras.seed ?? clock.seed()),
      cipher: new NodeCipher(),
      nonce: nonceSource(),
    })
    plan.signal?.throwIfAborted()
    const resolve = seedResolver({ ipv6: !transport.bound.isIpv4 })
    tellExposure(config, transport, plan.logger)
    const isDevelopment = process.env.NODE_ENV !== 'production'
    const parts = { ...plan, machine, config, transport, clock, resolve, bindContext, opened }
    return startNode({ ...parts, isDevelopment, record: extras.record })
  } catch (error) {
    await transport.shutdown()
    throw error
  }
}

async function configFor(plan: Plan, { bound }: Transport): Promise<Config> {
  const { host, port } = plan.advertise
  const { address, warning } = await advertiseConfigured(host, port, bound)
  if (warning !== undefined) plan.logger?.warn({ advertise: address.toString() }, warning)
  const name = plan.name ?? defaultName(hostname(), bound.port)
  const core: CoreOptions = { ...plan.core, name, advertise: address }
  return makeConfig(core)
}

/** The host's name, with the port where several nodes share it. */
export function defaultName(host: string, port: number): string {
  const clean = host.replaceAll(/[^A-Za-z0-9._-]+/g, '-').slice(0, 120)
  const base = clean === '' ? 'node' : clean
  return port === DEFAULT_PORT ? base : `${base}-${port}`
}

/** Plaintext is supported, but never silent. */
function tellExposure(config: Config, { bound }: Transport, logger: Logger | undefined): void {
  const isOpen = ipKind(bound.ip) !== 'loopback'
  if (isOpen && config.keyring.length === 0) {
    logger?.warn(
      { bind: bound.toString() },
      'no keyring: whoever reaches this address can read and change the cluster; set keyring',
    )
  }
  if (isOpen && config.label === '') {
    logger?.info({}, 'no label: nodes of another cluster may join by accident; set label')
  }
}

/** As `AsyncResource.bind` does, whose function carries 3 KiB of deprecated accessors in Node 20. */
const bindContext: BindContext = (listener) => {
  const resource = new AsyncResource('HEARSAY_LISTENER')
  return (value) => resource.runInAsyncScope(listener, undefined, value)
}
