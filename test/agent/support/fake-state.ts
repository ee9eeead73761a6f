// The state of a fake cluster: what one member sets, all hold at once. It stands in for the
// core behind `node.state`; nothing here gossips.

import type { Command, StateItem } from '../../../src/core/index.ts'
import type { NodeState } from '../../../src/host/api.ts'
import { guardedLogger } from '../../../src/host/logging.ts'
import { StateOfNode } from '../../../src/host/node-state.ts'
import { HearsayError } from '../../../src/index.ts'
import { ManualClock } from '../../../src/testing/manual-clock.ts'
import { noState } from '../../host/no-state.ts'
import { FakeSlots } from './fake-slots.ts'

const VALUE_BYTES_MAX = 65_536
/** So many members hold whatever is written. */
const HOLDERS = 2

export class FakeState {
  readonly #itemsByNode = new Map<string, Map<string, StateItem>>()
  readonly #listeners = new Set<StateOfNode>()
  readonly #nowMs: () => number
  readonly #slots: FakeSlots
  #version = 0
  /** Who is gone, and waited for. */
  waitingFor: readonly string[] = []
  /** What a member learns when it catches up with others. */
  onSync: () => void = () => {}

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
    this.#slots = new FakeSlots(nowMs)
  }

  /** The state as the member of this name has it. */
  of(selfName: string): NodeState {
    const reads = {
      ...noState,
      slot: this.#slots.slot,
      map: this.#slots.map,
      slots: this.#slots.slots,
      get: (node: string, key: string) => this.#itemsByNode.get(node)?.get(key),
      items: (node: string, prefix: string) =>
        [...(this.#itemsByNode.get(node)?.values() ?? [])].filter((one) =>
          one.key.startsWith(prefix),
        ),
      nodes: () => [...this.#itemsByNode.keys()],
      stats: () => {
        const { waitingFor } = this
        const gone = waitingFor.length
        const size = { streams: this.#itemsByNode.size, keys: this.#version }
        return { ...noState.stats(), ...size, waitingFor, gone }
      },
    }
    const keys = new StateOfNode({
      selfName,
      reads,
      memberView: () => undefined,
      write: async (command, { acks = 1 }) => {
        this.perform(selfName, command)
        const needed = acks === 'majority' ? HOLDERS : acks
        return { acked: Math.min(needed, HOLDERS), needed }
      },
      tell: () => {},
      sync: async ({ peers = 'majority' } = {}) => {
        const needed = peers === 'majority' ? HOLDERS - 1 : peers
        this.onSync()
        if (needed < HOLDERS) return { synced: needed, needed }
        throw new HearsayError('HEARSAY_TIMEOUT', 'too few members answered')
      },
      joined: async () => {},
      clock: new ManualClock(),
      memberViews: () => [],
      wallOffsetMs: () => 0,
      unixMs: this.#nowMs,
      logger: guardedLogger(undefined),
      isDevelopment: true,
    })
    this.#listeners.add(keys)
    return keys.state
  }

  /** A member sets or deletes one of its keys. */
  perform(node: string, command: Command): void {
    if (command.kind === 'state-set') this.#set(node, command)
    else if (command.kind === 'state-delete') this.#delete(node, command.key)
    else if (command.kind === 'state-put') {
      const notice = this.#slots.put(node, command)
      for (const one of this.#listeners) one.hear(notice)
    }
  }

  #set(node: string, { key, value, ttlMs }: Extract<Command, { kind: 'state-set' }>): void {
    if (value.length > VALUE_BYTES_MAX) {
      throw new HearsayError('HEARSAY_TOO_LARGE', `a value of ${value.length} bytes`)
    }
    this.#version += 1
    const items = this.#itemsByNode.get(node) ?? new Map<string, StateItem>()
    const expiresMs = ttlMs === undefined ? Number.POSITIVE_INFINITY : this.#nowMs() + ttlMs
    items.set(key, { key, value, version: this.#version, expiresMs })
    this.#itemsByNode.set(node, items)
    this.#tell(node, 'set', key)
  }

  #delete(node: string, key: string): void {
    this.#version += 1
    this.#itemsByNode.get(node)?.delete(key)
    this.#tell(node, 'delete', key)
  }

  #tell(node: string, kind: 'set' | 'delete', key: string): void {
    const changes = [{ kind, key, version: this.#version, value: new Uint8Array() }]
    for (const one of this.#listeners) one.hear({ kind: 'state', node, generation: 1, changes })
  }
}
