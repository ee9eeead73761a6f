// A cluster of fake nodes in one process, where news is instant: what happens to one is told
// to all others at once. It stands in for createNode; nothing here gossips.

import type {
  EventOfKind,
  Member,
  MemberFilter,
  Node,
  NodeEvent,
  NodeEventKind,
  NodeOptions,
  Why,
} from '../../../src/host/api.ts'
import { HearsayError } from '../../../src/index.ts'
import { FakeState } from './fake-state.ts'

export const START_MS = Date.UTC(2026, 0, 2, 3, 4, 5, 678)

interface Row {
  status: Member['status']
  incarnation: number
  readonly options: NodeOptions
  readonly address: string
}

type Listener = (event: NodeEvent) => void

export class FakeWorld {
  nowMs = START_MS
  /** What commands take for Unix time. */
  readonly clock: () => number = () => this.nowMs
  readonly rowByName = new Map<string, Row>()
  readonly listenersByName = new Map<string, Map<NodeEventKind, Set<Listener>>>()
  readonly calls: string[] = []
  counters: Record<string, number> = {}
  readonly state = new FakeState(() => this.nowMs)
  #eventCount = 0

  /** Stands in for the library's createNode. */
  createNode = async (options: NodeOptions): Promise<Node> => {
    const name = options.name ?? 'host'
    const address = typeof options.bind === 'string' ? options.bind : '127.0.0.1:7946'
    const before = this.rowByName.get(name)
    const incarnation = (before?.incarnation ?? 0) + 1
    this.rowByName.set(name, { status: 'alive', incarnation, options, address })
    this.listenersByName.set(name, new Map())
    this.tell('member-join', name, { rejoin: before !== undefined })
    return fakeNode(this, name, options)
  }

  /** The member, as `seenBy` sees it. */
  member(name: string, seenBy: string): Member {
    const row = this.rowByName.get(name)
    if (row === undefined) throw new Error(`no ${name}`)
    const [host = '', port = '7946'] = row.address.split(':')
    return {
      name,
      address: row.address.includes(':') ? row.address : `${host}:${port}`,
      host,
      port: Number(port),
      status: row.status,
      incarnation: row.incarnation,
      tags: row.options.tags ?? {},
      meta: new Uint8Array(7),
      versions: [1, 5, 2, 0, 0, 0],
      hearsay: true,
      self: name === seenBy,
      sinceMs: START_MS - 90_000,
      rttMs: name === seenBy ? undefined : 0.42,
      phi: undefined,
      seenMs: name === seenBy ? undefined : START_MS - 120,
      suspicion:
        row.status === 'suspect' ? { remainingMs: 3900, confirmations: 1, needed: 2 } : undefined,
    }
  }

  why(name: string, seenBy: string): Why {
    const atMs = START_MS - 6000
    return {
      member: this.member(name, seenBy),
      verdict: `${name} is as it is`,
      evidence: [
        { kind: 'no-ack', atMs, by: seenBy, timeoutMs: 500, text: `${seenBy} probed it directly` },
        { kind: 'dead', atMs, by: seenBy, incarnation: 1, heldMs: 4000, text: 'declared failed' },
      ],
      advice: `Likely: gone. Next: hearsay remove ${name}`,
    }
  }

  /** A member ends without a goodbye: the others first doubt, then know. */
  crash(name: string): void {
    const row = this.rowByName.get(name)
    if (row === undefined) return
    this.listenersByName.delete(name)
    row.status = 'suspect'
    this.tell('member-suspect', name)
    row.status = 'failed'
    this.tell('member-failed', name)
  }

  /** Tells everybody but the subject itself. */
  tell(
    kind: 'member-join' | 'member-suspect' | 'member-failed' | 'member-leave' | 'member-update',
    name: string,
    { rejoin = false } = {},
  ): void {
    for (const seenBy of this.listenersByName.keys()) {
      if (seenBy === name) continue
      const member = this.member(name, seenBy)
      const atMs = this.nowMs
      if (kind === 'member-join') this.hear(seenBy, { kind, atMs, member, rejoin })
      else if (kind === 'member-suspect' || kind === 'member-failed') {
        this.hear(seenBy, { kind, atMs, member, why: this.why(name, seenBy) })
      } else this.hear(seenBy, { kind, atMs, member })
    }
  }

  /** One node hears of one event. */
  hear(seenBy: string, event: NodeEvent): void {
    const listeners = this.listenersByName.get(seenBy)?.get(event.kind)
    for (const listener of listeners ?? []) listener(event)
  }

  broadcast(from: string, name: string, payload: Uint8Array): string {
    this.#eventCount += 1
    const id = `${this.#eventCount}-${name}`
    const text = new TextDecoder().decode(payload)
    for (const seenBy of this.listenersByName.keys()) {
      const teller = seenBy === from ? '' : from
      this.hear(seenBy, { kind: 'user', atMs: this.nowMs, name, payload, text, id, from: teller })
    }
    return id
  }

  names(status?: Member['status']): readonly string[] {
    return [...this.rowByName]
      .filter(([, row]) => status === undefined || row.status === status)
      .map(([name]) => name)
  }
}

function fakeNode(world: FakeWorld, name: string, options: NodeOptions): Node {
  let end: (error: Error | undefined) => void = () => undefined
  const closed = new Promise<Error | undefined>((resolve) => {
    end = resolve
  })
  const close = async () => {
    world.calls.push(`close ${name}`)
    end(undefined)
  }
  return {
    name,
    state: world.state.of(name),
    address: world.member(name, name).address,
    bound: world.member(name, name).address,
    ...tellings(world, name),
    ...doings(world, name),
    ...askings(world, name),
    metrics: () => world.counters,
    config: () => ({
      probeIntervalMs: 1000,
      suspicionMult: 4,
      suspicionMaxTimeoutMult: 6,
      ...options,
      bind: world.member(name, name).address,
    }),
    leave: async () => {
      world.calls.push(`leave ${name}`)
      const row = world.rowByName.get(name)
      if (row !== undefined) row.status = 'left'
      world.tell('member-leave', name)
      end(undefined)
    },
    close,
    closed,
    [Symbol.asyncDispose]: close,
  }
}

function tellings(world: FakeWorld, name: string) {
  return {
    members: (filter?: MemberFilter) =>
      world
        .names()
        .map((one) => world.member(one, name))
        .filter((member) => matches(member, filter)),
    self: () => world.member(name, name),
    on: <K extends NodeEventKind>(kind: K, listener: (event: EventOfKind<K>) => void) =>
      listen(world, name, kind, listener),
    events: () => {
      throw new Error('not used by the agent')
    },
    onMessage: () => () => undefined,
    why: (one: string) => (world.rowByName.has(one) ? world.why(one, name) : undefined),
  }
}

function doings(world: FakeWorld, name: string) {
  return {
    broadcast: async (event: string, payload?: unknown) => {
      const text = new TextEncoder()
      const bytes = payload instanceof Uint8Array ? payload : text.encode(String(payload))
      if (bytes.length > 512) throw new HearsayError('HEARSAY_TOO_LARGE', 'event of 600 bytes')
      return { id: world.broadcast(name, event, bytes) }
    },
    gossip: async () => undefined,
    send: async () => undefined,
    setMeta: async () => {},
    setTags: async (tags: Readonly<Record<string, string>>) => {
      world.calls.push(`setTags ${JSON.stringify(tags)}`)
    },
    join: async (seeds: string | readonly string[]) =>
      joinFake(world, typeof seeds === 'string' ? [seeds] : seeds),
    remove: async (one: string) => {
      if (world.state.waitingFor.includes(one)) return
      if (world.member(one, name).status === 'alive') {
        throw new HearsayError('HEARSAY_MEMBER_ALIVE', `${one} is alive`)
      }
      world.rowByName.delete(one)
    },
  }
}

function askings(world: FakeWorld, name: string) {
  const others = () => world.names('alive').filter((one) => one !== name)
  return {
    ready: async () => ({ size: world.names('alive').length, alone: others().length === 0 }),
    ping: async () => ({ rttMs: 0.4 }),
    views: async () => ({
      self: { name, checksum: '9f3a1c07' },
      groups: [{ checksum: '9f3a1c07', members: [...others(), name], alive: others().length + 1 }],
      disagreements: [],
      silent: world.names('suspect'),
      cannotSay: [],
    }),
    coverage: async (id: string) => ({
      id,
      heard: world.names('alive').map((one, at) => {
        return { name: one, from: at === 0 ? '' : 'ann', atMs: START_MS + at * 2, hops: at }
      }),
      missing: [],
      silent: [],
      cannotSay: [],
    }),
  }
}

function matches(member: Member, filter: MemberFilter | undefined): boolean {
  if (filter?.name !== undefined && filter.name !== member.name) return false
  const { status, tags } = filter ?? {}
  const statuses = typeof status === 'string' ? [status] : status
  if (statuses !== undefined && !statuses.includes(member.status)) return false
  return Object.entries(tags ?? {}).every(([key, value]) => member.tags[key] === value)
}

function listen<K extends NodeEventKind>(
  world: FakeWorld,
  name: string,
  kind: K,
  listener: (event: EventOfKind<K>) => void,
): () => void {
  const byKind = world.listenersByName.get(name) ?? new Map<NodeEventKind, Set<Listener>>()
  const listeners = byKind.get(kind) ?? new Set<Listener>()
  byKind.set(kind, listeners)
  const isKind = (event: NodeEvent): event is EventOfKind<K> => event.kind === kind
  const guarded: Listener = (event) => {
    if (isKind(event)) listener(event)
  }
  listeners.add(guarded)
  return () => listeners.delete(guarded)
}

async function joinFake(world: FakeWorld, seeds: readonly string[]) {
  const known = [...world.rowByName.values()].map((row) => row.address)
  const reached = seeds.filter((seed) => known.includes(seed))
  const failures = seeds
    .filter((seed) => !known.includes(seed))
    .map((seed) => ({
      seed,
      address: seed,
      reason: seed.startsWith('10.') ? 'silent' : 'refused',
      detail: 'no',
    }))
  return { reached, failures }
}
