// The listening side: Node's HTTP server with bounds on headers, time and connections, the
// guard before anything else, then hono. Falls forward to the next free port.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { AgentSide } from './agent-side.ts'
import { createApp } from './app.ts'
import { allowedHosts, Doorkeeper, judgeHead, type Refusal, securityHeaders } from './guard.ts'
import { isLoopback } from './loopback.ts'

const CONNECTIONS_MAX = 256
const CONNECTIONS_PER_ADDRESS_MAX = 32
const PORTS_TO_TRY = 100

export interface ServerOptions {
  readonly agent: AgentSide
  readonly host: string
  readonly port: number
  /** Try the ports after it if it is taken. */
  readonly fallForward: boolean
  readonly token: string
  /** Further values of the Host header. */
  readonly hostNames: readonly string[]
  readonly onError: (error: unknown) => void
}

export interface RunningServer {
  readonly url: string
  readonly port: number
  /** Ends streams and connections. */
  readonly close: () => Promise<void>
}

/** Starts the API. Rejects with the system's error if no port can be had. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  const { agent, host, onError } = options
  const keeper = new Doorkeeper({ token: options.token, openRead: isLoopback(host) })
  const app = createApp({ agent, keeper, onError })
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false })
  let hosts: ReadonlySet<string> = new Set()
  const server = createServer(limits, (request, response) => {
    guarded(request, response, hosts, listener)
  })
  limitConnections(server, isLoopback(host))
  const port = await listen(server, options)
  // Too many open files, say: bad for one connection, no reason to end.
  server.on('error', onError)
  const ownNames = isLoopback(host) || host === '0.0.0.0' || host === '::' ? [] : [host]
  hosts = allowedHosts(port, [...ownNames, ...options.hostNames])
  const shownHost = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? '127.0.0.1' : host
  return { url: `http://${shownHost}:${port}`, port, close: () => close(server) }
}

const limits = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5000,
  connectionsCheckingInterval: 2000,
  maxHeaderSize: 8192,
  insecureHTTPParser: false,
  // A missing Host is refused by the guard, with the same answer as a wrong one.
  requireHostHeader: false,
}

type Listener = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function guarded(
  request: IncomingMessage,
  response: ServerResponse,
  hosts: ReadonlySet<string>,
  next: Listener,
): void {
  for (const [name, value] of Object.entries(securityHeaders)) response.setHeader(name, value)
  const head = { method: request.method ?? '', rawHeaders: request.rawHeaders }
  const refusal = judgeHead(head, hosts)
  if (refusal !== undefined) sendRefusal(response, refusal)
  else next(request, response).catch(() => response.destroy())
}

function sendRefusal(response: ServerResponse, { status, code, message }: Refusal): void {
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    Connection: 'close',
  })
  response.end(`${JSON.stringify({ error: { code, message } })}\n`)
}

/**
 * All connections are bounded; those of one address too, unless only this machine can connect,
 * where every program shares one address.
 */
function limitConnections(server: Server, isLocal: boolean): void {
  server.maxConnections = CONNECTIONS_MAX
  server.maxHeadersCount = 64
  if (isLocal) return
  const countByAddress = new Map<string, number>()
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? ''
    const count = (countByAddress.get(address) ?? 0) + 1
    if (count > CONNECTIONS_PER_ADDRESS_MAX) return void socket.destroy()
    countByAddress.set(address, count)
    socket.once('close', () => {
      const left = (countByAddress.get(address) ?? 1) - 1
      if (left === 0) countByAddress.delete(address)
      else countByAddress.set(address, left)
    })
  })
}

async function listen(server: Server, options: ServerOptions): Promise<number> {
  const last = options.fallForward ? Math.min(65_535, options.port + PORTS_TO_TRY) : options.port
  for (let port = options.port; ; port++) {
    const error = await tryListen(server, options.host, port)
    if (error === undefined) break
    const isTaken = 'code' in error && error.code === 'EADDRINUSE'
    if (!isTaken || port >= last) throw error
  }
  const address = server.address()
  return typeof address === 'object' && address !== null ? address.port : options.port
}

async function tryListen(server: Server, host: string, port: number): Promise<Error | undefined> {
  return await new Promise((resolve) => {
    const failed = (error: Error) => resolve(error)
    server.once('error', failed)
    server.listen({ host, port, exclusive: true }, () => {
      server.off('error', failed)
      resolve(undefined)
    })
  })
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve())
    server.closeIdleConnections()
    // Answers on their way get a moment; then nobody keeps the agent from ending.
    setTimeout(() => server.closeAllConnections(), 200).unref()
  })
}
