// Streams by node:net. Accepting is capped in all and for each address, dials have a time
// limit, writes a bound, and a closed stream flushes before it ends but does not linger for
// ever. Deadlines of the exchange itself are the core's.

import net from 'node:net'
import { Address, type CloseReason, isMappedIpv4, type StreamId } from '../core/index.ts'
import type { TransportListener } from '../host/index.ts'
import { parseIp } from './address-text.ts'
import type { FileWatch } from './files.ts'

/** Inbound streams at a time, in all and from one address; the newest is refused. */
const ACCEPTED_MAX = 128
const ACCEPTED_PER_IP_MAX = 32
/** Bytes that may wait to be written: more than the largest message a peer would take. */
const WRITE_BYTES_MAX = 32 * 1024 * 1024
/** How long a closed stream may take to flush, and for the other side to end. */
const LINGER_MS = 5_000

export interface TcpOptions {
  readonly host: string
  /** 0 lets the system choose. */
  readonly port: number
  readonly dialTimeoutMs: number
  /** Is told of callers and of errors; closed with this. */
  readonly files?: FileWatch | undefined
}

/** Starts to listen; rejects with the system's error. */
export function bindTcp(options: TcpOptions): Promise<Tcp> {
  const server = net.createServer({ noDelay: true })
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host: options.host, port: options.port, exclusive: true }, () => {
      server.off('error', reject)
      resolve(new Tcp(server, options))
    })
  })
}

interface Link {
  readonly stream: StreamId
  readonly socket: net.Socket
  /** The remote IP of an accepted stream; undefined for one we dialled. */
  readonly acceptedFrom: string | undefined
  timer: NodeJS.Timeout | undefined
}

export class Tcp {
  readonly port: number
  readonly #server: net.Server
  readonly #dialTimeoutMs: number
  readonly #files: FileWatch | undefined
  /** Streams the core knows; a link that only flushes is in `#links` alone. */
  readonly #linkByStream = new Map<StreamId, Link>()
  readonly #links = new Set<Link>()
  readonly #acceptedByIp = new Map<string, number>()
  #accepted = 0
  #nextAccepted = 2
  #listener: TransportListener | undefined
  #closing: Promise<void> | undefined
  #dialled = 0
  #acceptedTotal = 0
  #refused = 0

  constructor(server: net.Server, { dialTimeoutMs, files }: TcpOptions) {
    this.#server = server
    this.#dialTimeoutMs = dialTimeoutMs
    this.#files = files
    const bound = server.address()
    this.port = bound !== null && typeof bound === 'object' ? bound.port : 0
    server.on('connection', (socket) => this.#arrived(socket))
    // Out of descriptors, say: the caller of that connection is told by the system.
    server.on('error', (error) => {
      this.#refused++
      files?.failed(error)
    })
  }

  listen(listener: TransportListener): void {
    this.#listener = listener
  }

  open(stream: StreamId, to: Address): void {
    if (this.#closing !== undefined) return
    this.#dialled++
    const socket = net.connect({ host: to.host, port: to.port, noDelay: true })
    const link = this.#attach({ stream, socket, acceptedFrom: undefined, timer: undefined })
    link.timer = setTimeout(() => this.#end(link, 'timeout'), this.#dialTimeoutMs)
    socket.once('connect', () => {
      clearTimeout(link.timer)
      if (this.#isLive(link)) this.#listener?.({ kind: 'opened', stream, peer: to })
    })
  }

  write(stream: StreamId, bytes: Uint8Array): void {
    const link = this.#linkByStream.get(stream)
    if (link === undefined) return
    link.socket.write(bytes)
    if (link.socket.writableLength > WRITE_BYTES_MAX) setImmediate(() => this.#end(link, 'limit'))
  }

  close(stream: StreamId): void {
    const link = this.#linkByStream.get(stream)
    if (link === undefined) return
    this.#linkByStream.delete(stream)
    clearTimeout(link.timer)
    if (link.socket.connecting) link.socket.destroy()
    else this.#linger(link)
  }

  shutdown(): Promise<void> {
    this.#closing ??= new Promise((resolve) => {
      this.#files?.close()
      this.#server.close(() => resolve())
      this.#linkByStream.clear()
      for (const link of this.#links) link.socket.destroy()
    })
    return this.#closing
  }

  counters(): Readonly<Record<string, number>> {
    return {
      streams_dialled_total: this.#dialled,
      streams_accepted_total: this.#acceptedTotal,
      streams_refused_total: this.#refused,
      streams_open: this.#links.size,
    }
  }

  #arrived(socket: net.Socket): void {
    this.#files?.lookSoon()
    const peer = addressOf(socket)
    if (peer === undefined || this.#listener === undefined || !this.#hasRoom(peer.host)) {
      this.#refused++
      // A reset that comes while the socket goes would be nobody's error.
      socket.on('error', () => {})
      socket.destroy()
      return
    }
    this.#acceptedTotal++
    this.#count(peer.host, 1)
    const stream = this.#nextAccepted
    this.#nextAccepted += 2
    this.#attach({ stream, socket, acceptedFrom: peer.host, timer: undefined })
    this.#listener({ kind: 'opened', stream, peer })
  }

  #hasRoom(ip: string): boolean {
    if (this.#closing !== undefined || this.#accepted >= ACCEPTED_MAX) return false
    return (this.#acceptedByIp.get(ip) ?? 0) < ACCEPTED_PER_IP_MAX
  }

  #count(ip: string, change: 1 | -1): void {
    this.#accepted += change
    const count = (this.#acceptedByIp.get(ip) ?? 0) + change
    if (count === 0) this.#acceptedByIp.delete(ip)
    else this.#acceptedByIp.set(ip, count)
  }

  #attach(link: Link): Link {
    const { stream, socket } = link
    this.#links.add(link)
    this.#linkByStream.set(stream, link)
    socket.on('data', (chunk: Uint8Array) => {
      if (!this.#isLive(link)) return
      const bytes = new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.byteLength)
      this.#listener?.({ kind: 'received', stream, bytes })
    })
    socket.once('end', () => this.#report(link, 'end'))
    socket.on('error', (error) => {
      this.#files?.failed(error)
      this.#report(link, reasonOf(error))
    })
    socket.once('close', () => this.#gone(link))
    return link
  }

  #isLive(link: Link): boolean {
    return this.#linkByStream.get(link.stream) === link
  }

  /** Tells the core that a stream is gone, once; what it wrote is still flushed. */
  #report(link: Link, reason: CloseReason): void {
    if (!this.#isLive(link)) return
    this.#linkByStream.delete(link.stream)
    clearTimeout(link.timer)
    if (reason === 'end') this.#linger(link)
    this.#listener?.({ kind: 'closed', stream: link.stream, reason })
  }

  /** Gives a stream up at once. */
  #end(link: Link, reason: CloseReason): void {
    this.#report(link, reason)
    link.socket.destroy()
  }

  #linger(link: Link): void {
    link.socket.end()
    link.timer = setTimeout(() => link.socket.destroy(), LINGER_MS)
  }

  #gone(link: Link): void {
    this.#report(link, 'reset')
    clearTimeout(link.timer)
    this.#links.delete(link)
    if (link.acceptedFrom !== undefined) this.#count(link.acceptedFrom, -1)
  }
}

function addressOf(socket: net.Socket): Address | undefined {
  const ip = parseIp(socket.remoteAddress ?? '')
  if (ip === undefined) return undefined
  return new Address(isMappedIpv4(ip) ? ip.slice(12) : ip, socket.remotePort ?? 0)
}

const REASON_BY_CODE: Readonly<Record<string, CloseReason>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  ECONNABORTED: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  EMFILE: 'limit',
  ENFILE: 'limit',
  ENOBUFS: 'limit',
}

/** The system's error code in the core's words; whatever else it is, we could not reach them. */
function reasonOf(error: Error): CloseReason {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  return REASON_BY_CODE[code] ?? 'unreachable'
}
