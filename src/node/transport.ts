// Node's transport: UDP and TCP on one port, as memberlist has it. Finds the port to bind
// and explains in words when there is none.

import { lookup } from 'node:dns/promises'
import { Address, HearsayError, type StreamId } from '../core/index.ts'
import type { Logger, Transport, TransportListener } from '../host/index.ts'
import { parseIp } from './address-text.ts'
import { FileWatch } from './files.ts'
import { bindTcp, type Tcp } from './tcp.ts'
import { bindUdp, type Udp } from './udp.ts'

export const DEFAULT_PORT = 7946
/** Without an explicit port, a busy default falls forward up to here. */
export const LAST_DEFAULT_PORT = 7965

/** How often another free port is tried when UDP finds TCP's choice taken. */
const PAIR_TRIES = 10

export interface NodeTransportOptions {
  /** An IP address, or a name of this machine. Default 0.0.0.0; `::` takes IPv4 and IPv6. */
  readonly host?: string | undefined
  /** 0 lets the system choose; undefined takes the first free one from 7946 to 7965. */
  readonly port?: number | undefined
  readonly dialTimeoutMs?: number | undefined
  /** Milliseconds of a steady clock. */
  readonly now: () => number
  /** Is told when files run out. */
  readonly logger?: Logger | undefined
}

/** Binds both sockets. Throws `HEARSAY_BIND_FAILED` with what to do about it. */
export async function bindNodeTransport(options: NodeTransportOptions): Promise<Transport> {
  const ip = await ipOf(options.host ?? '0.0.0.0')
  const bindAt = (port: number) => bindPair(ip, port, options)
  if (options.port === 0) return await bindAnyPort(bindAt)
  if (options.port !== undefined) return await bindFirst([options.port], bindAt, options)
  const count = LAST_DEFAULT_PORT - DEFAULT_PORT + 1
  return await bindFirst(
    Array.from({ length: count }, (_, i) => DEFAULT_PORT + i),
    bindAt,
    options,
  )
}

type BindAt = (port: number) => Promise<Transport>

/** TCP chooses; should UDP find that port taken, another one is chosen. */
async function bindAnyPort(bindAt: BindAt): Promise<Transport> {
  let last: unknown
  for (let tries = 0; tries < PAIR_TRIES; tries++) {
    try {
      return await bindAt(0)
    } catch (error) {
      if (!isBusy(error)) throw bindFailed(error, 'no port could be opened')
      last = error
    }
  }
  throw bindFailed(last, `no port was free for both TCP and UDP in ${PAIR_TRIES} tries`)
}

async function bindFirst(
  ports: readonly number[],
  bindAt: BindAt,
  options: NodeTransportOptions,
): Promise<Transport> {
  const host = options.host ?? '0.0.0.0'
  let last: unknown
  for (const port of ports) {
    try {
      return await bindAt(port)
    } catch (error) {
      if (!isBusy(error)) throw bindFailed(error, adviceFor(error, host, port))
      last = error
    }
  }
  const first = ports[0] ?? DEFAULT_PORT
  const which = ports.length > 1 ? `all ports from ${first} to ${ports.at(-1)}` : `port ${first}`
  throw bindFailed(
    last,
    `${which} on ${host} ${ports.length > 1 ? 'are' : 'is'} in use by another process; stop it, or bind another port (0 takes any free one)`,
  )
}

async function bindPair(
  ip: Uint8Array,
  port: number,
  options: NodeTransportOptions,
): Promise<Transport> {
  const host = new Address(ip, 0).host
  const dialTimeoutMs = options.dialTimeoutMs ?? 10_000
  const { logger, now } = options
  const files = logger === undefined ? undefined : new FileWatch({ logger, now })
  const tcp = await bindTcp({ host, port, dialTimeoutMs, files })
  try {
    const udp = await bindUdp({ host, port: tcp.port, now })
    return new NodeTransport(new Address(ip, tcp.port), udp, tcp)
  } catch (error) {
    await tcp.shutdown()
    throw error
  }
}

async function ipOf(host: string): Promise<Uint8Array> {
  const ip = parseIp(host)
  if (ip !== undefined) return ip
  try {
    const found = parseIp((await lookup(host)).address)
    if (found !== undefined) return found
  } catch (cause) {
    throw bindFailed(cause, `the name ${host} has no address; bind an IP address of this machine`)
  }
  throw bindFailed(undefined, `the name ${host} has no address this machine can bind`)
}

function adviceFor(error: unknown, host: string, port: number): string {
  switch (codeOf(error)) {
    case 'EACCES':
      return `not allowed to open port ${port} on ${host}; take a port above 1023`
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine; bind one that is, or 0.0.0.0 for all`
    default:
      return `port ${port} on ${host} could not be opened`
  }
}

function bindFailed(cause: unknown, what: string): HearsayError {
  const code = codeOf(cause)
  const text = code === '' ? what : `${what} (${code})`
  return new HearsayError('HEARSAY_BIND_FAILED', text, { cause, reason: code })
}

/** Windows says EACCES where another process has a port for itself alone. */
function isBusy(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'EADDRINUSE' || (code === 'EACCES' && process.platform === 'win32')
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

class NodeTransport implements Transport {
  readonly bound: Address
  readonly #udp: Udp
  readonly #tcp: Tcp

  constructor(bound: Address, udp: Udp, tcp: Tcp) {
    this.bound = bound
    this.#udp = udp
    this.#tcp = tcp
  }

  listen(listener: TransportListener): void {
    this.#udp.listen(listener)
    this.#tcp.listen(listener)
  }

  send(to: Address, bytes: Uint8Array): void {
    this.#udp.send(to, bytes)
  }

  open(stream: StreamId, to: Address): void {
    this.#tcp.open(stream, to)
  }

  write(stream: StreamId, bytes: Uint8Array): void {
    this.#tcp.write(stream, bytes)
  }

  close(stream: StreamId): void {
    this.#tcp.close(stream)
  }

  async shutdown(): Promise<void> {
    await Promise.all([this.#udp.close(), this.#tcp.shutdown()])
  }

  counters(): Readonly<Record<string, number>> {
    return { ...this.#udp.counters(), ...this.#tcp.counters() }
  }
}
