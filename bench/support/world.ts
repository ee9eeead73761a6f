// A cluster of nodes in one process, each with its own sockets, and what the measurements
// need of it: totals counted at the sender, who knows how many, and callbacks for arrivals.

import { createNode, type Node, type NodeOptions } from 'hearsay'
import { sleep } from './lines.ts'

/** One node and the benchmark's view of it. */
export interface Peer {
  readonly name: string
  readonly node: Node
  /** Members it holds alive or suspect, itself included; kept by its events. */
  known: number
  /** Identities of user messages it has had. */
  readonly heard: Set<string>
  gone: boolean
  /** The totals it had when it was stopped. */
  last: Totals | undefined
}

export interface Totals {
  readonly packets: number
  readonly bytes: number
  readonly dials: number
  /** Copies of user messages handed to the transport. */
  readonly copies: number
}

export interface Hooks {
  /** A peer had a user message for the first time. */
  onMessage?: ((peer: Peer, identity: string, atMs: number) => void) | undefined
  /** A peer says that a member failed or left. */
  onLeave?: ((peer: Peer, name: string, atMs: number) => void) | undefined
  /** A peer learnt of a member. */
  onJoin?: (() => void) | undefined
}

export const IDENTITY_BYTES = 16

export class World {
  readonly peers: Peer[] = []
  readonly hooks: Hooks = {}

  /** Creates `count` nodes on 127.0.0.1 from `port` up, none joined to any other. */
  async create(count: number, port: number, options: NodeOptions): Promise<void> {
    for (let i = 0; i < count; i += 1) {
      const bind = `127.0.0.1:${port + i}`
      const name = `node-${String(i).padStart(4, '0')}`
      const node = await createNode({ ...options, name, bind, advertise: bind })
      this.#add({ name, node, known: 1, heard: new Set(), gone: false, last: undefined })
    }
  }

  get live(): readonly Peer[] {
    return this.peers.filter((peer) => !peer.gone)
  }

  /** The sum over all peers, the stopped ones included. */
  totals(): Totals {
    return this.peers.map(totalsOf).reduce((a, b) => ({
      packets: a.packets + b.packets,
      bytes: a.bytes + b.bytes,
      dials: a.dials + b.dials,
      copies: a.copies + b.copies,
    }))
  }

  /** Waits at least `ms`, then until no peer has a user message queued, 30 s at most. */
  async quiet(ms: number): Promise<void> {
    if (ms > 0) await sleep(ms)
    for (let i = 0; i < 600; i += 1) {
      if (!this.live.some((peer) => queuedBy(peer) > 0)) return
      await sleep(50)
    }
  }

  /** Stops a peer hard: its sockets are closed and nothing is said to the others. */
  async stop(peer: Peer): Promise<void> {
    peer.last = totalsOf(peer)
    peer.gone = true
    await peer.node.close()
  }

  async close(): Promise<void> {
    await Promise.all(this.live.map((peer) => peer.node.close()))
  }

  #add(peer: Peer): void {
    this.peers.push(peer)
    const { node } = peer
    node.on('member-join', (event) => {
      if (event.member.self) return
      peer.known += 1
      this.hooks.onJoin?.()
    })
    const lost = (name: string): void => {
      const atMs = performance.now()
      peer.known -= 1
      if (!peer.gone) this.hooks.onLeave?.(peer, name, atMs)
    }
    node.on('member-failed', (event) => lost(event.member.name))
    node.on('member-leave', (event) => lost(event.member.name))
    node.onMessage((payload) => this.#heard(peer, payload))
  }

  /** The epidemic relay: a message heard for the first time is queued again, as Serf does. */
  #heard(peer: Peer, payload: Uint8Array): void {
    const atMs = performance.now()
    if (payload.length < IDENTITY_BYTES) return
    const identity = identityOf(payload)
    if (peer.heard.has(identity)) return
    peer.heard.add(identity)
    // A node that is just being stopped refuses; its copies no longer matter.
    peer.node.gossip(payload.slice()).catch(() => {})
    this.hooks.onMessage?.(peer, identity, atMs)
  }
}

/** The first bytes of a message as text. */
export function identityOf(payload: Uint8Array): string {
  return Buffer.from(payload.subarray(0, IDENTITY_BYTES)).toString('latin1')
}

/** What one peer has sent so far. */
export function totalsOf(peer: Peer): Totals {
  if (peer.last !== undefined) return peer.last
  const metrics = peer.node.metrics()
  return {
    packets: metrics.packets_sent_total ?? 0,
    bytes: metrics.bytes_sent_total ?? 0,
    dials: metrics.streams_dialled_total ?? 0,
    copies: metrics.user_copies_sent_total ?? 0,
  }
}

function queuedBy(peer: Peer): number {
  return peer.node.metrics().queue_user ?? 0
}
