// Datagrams by node:dgram. Sending does no name look-up and keeps no state a datagram; the
// reader hands over a bounded number of packets a turn, so that a flood cannot starve
// timers (threat model §4.8), and keeps the newest when it cannot keep up.

import dgram from 'node:dgram'
import { Address, isMappedIpv4 } from '../core/index.ts'
import type { TransportListener } from '../host/index.ts'
import { parseIp } from './address-text.ts'

/** Packets within a millisecond that make a burst. */
const BURST_PACKETS = 16
const QUIET_TURN_MS = 1
/** Packets handed over in one turn of the event loop, and for how long. */
const PACKETS_A_TURN_MAX = 256
const TURN_MS_MAX = 5
/** Packets that wait for a later turn; the oldest goes first. */
const WAITING_MAX = 4096
/** What memberlist asks for; the system may give less. */
const RECEIVE_BUFFER_BYTES = 2 * 1024 * 1024
/** Addresses of senders remembered, so that each packet needs no parsing. */
const KNOWN_MAX = 8192

interface Packet {
  readonly from: Address
  readonly bytes: Uint8Array
}

export interface UdpOptions {
  readonly host: string
  readonly port: number
  /** Milliseconds of a steady clock. */
  readonly now: () => number
}

/** Opens a socket; rejects with the system's error. */
export function bindUdp(options: UdpOptions): Promise<Udp> {
  const isIpv6 = options.host.includes(':')
  const socket = dgram.createSocket({
    type: isIpv6 ? 'udp6' : 'udp4',
    // Hosts are IP addresses already: answering at once saves a trip to the resolver a packet.
    lookup: (host, _options, callback) => callback(null, host, isIpv6 ? 6 : 4),
  })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.bind({ address: options.host, port: options.port, exclusive: true }, () => {
      socket.off('error', reject)
      widen(socket)
      resolve(new Udp(socket, isIpv6, options.now))
    })
  })
}

/** Some systems refuse a size beyond their limit instead of giving what they can. */
function widen(socket: dgram.Socket): void {
  for (let bytes = RECEIVE_BUFFER_BYTES; bytes >= 65_536; bytes /= 2) {
    try {
      socket.setRecvBufferSize(bytes)
      return
    } catch {
      // Half as much is worth a try; the default will do as well.
    }
  }
}

export class Udp {
  readonly port: number
  readonly #socket: dgram.Socket
  readonly #isIpv6: boolean
  readonly #now: () => number
  readonly #known = new Map<string, Map<number, Address>>()
  readonly #onSent: (error: Error | null) => void
  readonly #onTurn: () => void
  #knownCount = 0
  #listener: TransportListener | undefined
  #closed = false
  #handedThisTurn = 0
  #turnStartMs = 0
  #turnPending = false
  #waiting: Packet[] = []
  #waitingFrom = 0
  #sent = 0
  #sentBytes = 0
  #failed = 0
  #received = 0
  #dropped = 0

  constructor(socket: dgram.Socket, isIpv6: boolean, now: () => number) {
    this.#socket = socket
    this.#isIpv6 = isIpv6
    this.#now = now
    this.port = socket.address().port
    this.#onSent = (error) => error && this.#sendFailed(error)
    this.#onTurn = () => this.#turn()
    socket.on('message', (message, from) => this.#arrived(message, from))
    // Receive errors (ICMP on Windows) say nothing about our socket: it stays open.
    socket.on('error', () => this.#failed++)
  }

  listen(listener: TransportListener): void {
    this.#listener = listener
  }

  /** The one place where datagrams leave: counted here, at the sender. */
  send(to: Address, bytes: Uint8Array): void {
    // Port 0 is no place to send to, and Node would throw; only a forged sender has it.
    if (this.#closed || to.port === 0) return
    this.#sent++
    this.#sentBytes += bytes.length
    this.#socket.send(bytes, to.port, this.#hostOf(to), this.#onSent)
  }

  close(): Promise<void> {
    if (this.#closed) return Promise.resolve()
    this.#closed = true
    this.#waiting = []
    return new Promise((resolve) => this.#socket.close(resolve))
  }

  counters(): Readonly<Record<string, number>> {
    return {
      packets_sent_total: this.#sent,
      bytes_sent_total: this.#sentBytes,
      packets_send_failed_total: this.#failed,
      packets_received_total: this.#received,
      packets_overflowed_total: this.#dropped,
    }
  }

  /** An IPv6 socket reaches IPv4 by mapped addresses; an IPv4 socket knows no mapped ones. */
  #hostOf(to: Address): string {
    const isV4 = to.isIpv4
    if (this.#isIpv6) return isV4 ? `::ffff:${to.host}` : to.host
    return isV4 || !isMappedIpv4(to.ip) ? to.host : to.host.slice('::ffff:'.length)
  }

  #sendFailed(error: Error): void {
    this.#failed++
    if (this.#closed) return
    const { address, port, code } = describe(error)
    const to = address === undefined ? undefined : this.#addressOf(address, port)
    if (to !== undefined) this.#listener?.({ kind: 'sendFailed', to, reason: code })
  }

  #arrived(message: Uint8Array, from: dgram.RemoteInfo): void {
    this.#received++
    const address = this.#addressOf(from.address, from.port)
    if (address === undefined || this.#closed) return
    // A plain Uint8Array: a Buffer's `slice` would share memory where others copy.
    const bytes = new Uint8Array(message.buffer, message.byteOffset, message.byteLength)
    const packet = { kind: 'packet', from: address, bytes } as const
    if (this.#mayHandOver()) this.#listener?.(packet)
    else this.#keep(packet)
  }

  /** The text of an address is read once for each sender; both maps stay bounded. */
  #addressOf(host: string, port: number): Address | undefined {
    const byPort = this.#known.get(host)
    const known = byPort?.get(port)
    if (known !== undefined) return known
    const [neighbour] = byPort?.values() ?? []
    const ip = neighbour?.ip ?? parseIp(host)
    if (ip === undefined) return undefined
    const address = new Address(isMappedIpv4(ip) ? ip.slice(12) : ip, port)
    this.#remember(host, address)
    return address
  }

  #remember(host: string, address: Address): void {
    if (this.#knownCount >= KNOWN_MAX) {
      this.#known.clear()
      this.#knownCount = 0
    }
    this.#knownCount++
    const byPort = this.#known.get(host)
    if (byPort === undefined) this.#known.set(host, new Map([[address.port, address]]))
    else byPort.set(address.port, address)
  }

  #mayHandOver(): boolean {
    if (this.#waiting.length > 0) return false
    if (!this.#turnPending) this.#noteQuietTurn()
    return this.#hasBudget()
  }

  /**
   * A waking of the event loop costs more than a packet, so the end of a turn is awaited only
   * once a burst has begun; packets that come one by one each begin a turn of their own.
   */
  #noteQuietTurn(): void {
    const now = this.#now()
    if (now - this.#turnStartMs > QUIET_TURN_MS) {
      this.#turnStartMs = now
      this.#handedThisTurn = 0
    }
    if (this.#handedThisTurn >= BURST_PACKETS) this.#endTurnLater()
  }

  #hasBudget(): boolean {
    if (this.#handedThisTurn >= PACKETS_A_TURN_MAX) return false
    if (this.#handedThisTurn > 0 && this.#now() - this.#turnStartMs > TURN_MS_MAX) return false
    this.#handedThisTurn++
    return true
  }

  #endTurnLater(): void {
    if (this.#turnPending) return
    this.#turnPending = true
    setImmediate(this.#onTurn)
  }

  #keep(packet: Packet): void {
    this.#waiting.push(packet)
    this.#endTurnLater()
    if (this.#waiting.length - this.#waitingFrom > WAITING_MAX) {
      this.#waitingFrom++
      this.#dropped++
    }
  }

  /** A new turn: what waits goes first, and the rest waits for the turn after. */
  #turn(): void {
    this.#turnPending = false
    this.#handedThisTurn = 0
    if (this.#waiting.length === 0) return
    this.#turnStartMs = this.#now()
    while (this.#waitingFrom < this.#waiting.length && this.#hasBudget()) {
      const packet = this.#waiting[this.#waitingFrom++]
      if (packet !== undefined) this.#listener?.({ kind: 'packet', ...packet })
    }
    this.#compact()
    this.#endTurnLater()
  }

  #compact(): void {
    if (this.#waitingFrom < this.#waiting.length && this.#waitingFrom < WAITING_MAX) return
    this.#waiting = this.#waiting.slice(this.#waitingFrom)
    this.#waitingFrom = 0
  }
}

/** What Node says about a failed send. */
function describe(error: Error): { address: string | undefined; port: number; code: string } {
  const at = 'address' in error && typeof error.address === 'string' ? error.address : undefined
  const port = 'port' in error && typeof error.port === 'number' ? error.port : 0
  const code = 'code' in error && typeof error.code === 'string' ? error.code : error.message
  return { address: at, port, code }
}
