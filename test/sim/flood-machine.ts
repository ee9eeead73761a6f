// A stand-in for the core, to test the simulator by itself: tells everybody it knows
// about everybody it meets, ticks once a second, and notes every input it is given.

import {
  type Address,
  type Config,
  type Effect,
  type Input,
  type Machine,
  type MemberView,
  type Millis,
  Address as NetworkAddress,
  type Reads,
} from '../../src/core/index.ts'
import { noState } from '../host/no-state.ts'

const NO_BYTES = new Uint8Array()

export class FloodMachine implements Machine, Reads {
  readonly size = 1
  readonly state = noState
  readonly health = 0
  readonly inputs: { readonly nowMs: Millis; readonly input: Input }[] = []
  deadline: Millis = Number.POSITIVE_INFINITY
  #config: Config
  #rowByName = new Map<string, MemberView>()

  constructor(config: Config) {
    this.#config = config
    this.#rowByName.set(config.name, row(config.name, config.advertise))
  }

  step(nowMs: Millis, input: Input): readonly Effect[] {
    this.inputs.push({ nowMs, input })
    if (input.kind === 'packet') return this.#hear(input.bytes)
    if (input.kind === 'command') return this.#perform(nowMs, input)
    if (input.kind === 'tick' && nowMs >= this.deadline) this.deadline += 1000
    return []
  }

  memberViews(): readonly MemberView[] {
    return [...this.#rowByName.values()]
  }

  memberView(name: string): MemberView | undefined {
    return this.#rowByName.get(name)
  }

  evidence(): readonly [] {
    return []
  }

  viewChecksum(): number {
    return this.#rowByName.size
  }

  queued(): { readonly membership: number; readonly user: number } {
    return { membership: 0, user: 0 }
  }

  counters(): Readonly<Record<string, number>> {
    return { inputs: this.inputs.length }
  }

  #perform(nowMs: Millis, input: Extract<Input, { kind: 'command' }>): readonly Effect[] {
    const { command } = input
    if (command.kind === 'start') this.deadline = nowMs + 1000
    const done: Effect = {
      kind: 'notify',
      notice: { kind: 'done', id: input.id, outcome: { kind: 'ok' } },
    }
    if (command.kind !== 'join') return [done]
    return [...command.targets.map(({ address }) => this.#tell(address, this.#all())), done]
  }

  #hear(bytes: Uint8Array): readonly Effect[] {
    const news: Effect[] = []
    for (let at = 0; at + 5 <= bytes.length; at += 5) {
      const name = String.fromCharCode(bytes[at] ?? 0)
      if (this.#rowByName.has(name)) continue
      const address = new NetworkAddress(bytes.slice(at + 1, at + 5), 7946)
      this.#rowByName.set(name, row(name, address))
      news.push({
        kind: 'notify',
        notice: {
          kind: 'transition',
          subject: name,
          from: 'unknown',
          to: 'alive',
          incarnation: 1,
          cause: 'hello',
        },
      })
    }
    return news.length === 0 ? [] : [...news, ...this.#flood()]
  }

  #flood(): readonly Effect[] {
    const all = this.#all()
    return [...this.#rowByName.values()]
      .filter(({ name }) => name !== this.#config.name)
      .map(({ address }) => this.#tell(address, all))
  }

  #all(): Uint8Array {
    const rows = [...this.#rowByName.values()]
    return Uint8Array.from(rows.flatMap(({ name, address }) => [name.charCodeAt(0), ...address.ip]))
  }

  #tell(to: Address, bytes: Uint8Array): Effect {
    return { kind: 'send', to, bytes }
  }
}

function row(name: string, address: Address): MemberView {
  return {
    name,
    address,
    status: 'alive',
    incarnation: 1,
    meta: NO_BYTES,
    tags: new Map(),
    versions: NO_BYTES,
    sinceMs: 0,
    hearsay: true,
    rttMs: undefined,
    phi: undefined,
    seenMs: undefined,
    suspicion: undefined,
  }
}
