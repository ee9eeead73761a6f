// One core under test: feeds it messages as a peer would send them and reads what it answers.

import { assemble } from '../../src/core/assemble.ts'
import { type Address, ipv4 } from '../../src/core/base/address.ts'
import { Random } from '../../src/core/base/random.ts'
import { type CoreOptions, makeConfig } from '../../src/core/config.ts'
import { Core } from '../../src/core/core.ts'
import type { Command, Effect, Input, Notice, Outcome } from '../../src/core/io.ts'
import {
  type Alive,
  encodeMessage,
  type Message,
  type NodeState,
} from '../../src/core/wire/messages.ts'
import type { PacketCodec } from '../../src/core/wire/packet.ts'
import { packStream } from '../../src/core/wire/stream.ts'
import { toyCipher } from '../../src/sim/index.ts'
import { wordTo } from './word.ts'

export const ME = ipv4(10, 0, 0, 1, 7946)
/** Address of the nth peer: 10.0.x.y:7946, n from 2. */
export function peerAddress(n: number): Address {
  return ipv4(10, 0, n >> 8, n & 255, 7946)
}

/** The word of a peer that holds nothing, for the core of a rig. */
export const HEARD = wordTo('me')

/** The alive message of a peer. */
export function aliveOf(name: string, address: Address, more: Partial<Alive> = {}): Alive {
  return {
    kind: 'alive',
    incarnation: 1,
    node: name,
    addr: address.ip,
    port: address.port,
    meta: new Uint8Array(0),
    vsn: Uint8Array.of(1, 5, 2, 0, 0, 0),
    ...more,
  }
}

/** A push/pull row of a peer. */
export function rowOf(name: string, address: Address, more: Partial<NodeState> = {}): NodeState {
  return {
    name,
    addr: address.ip,
    port: address.port,
    meta: new Uint8Array(0),
    incarnation: 1,
    state: 0,
    vsn: Uint8Array.of(1, 5, 2, 0, 0, 0),
    ...more,
  }
}

export class Rig {
  readonly core: Core
  readonly codec: PacketCodec
  now = 1_000_000
  #stream = 0
  #id = 0

  constructor(options: Partial<CoreOptions> = {}) {
    const config = makeConfig({ name: 'me', advertise: ME, ...options })
    const given = () => ({
      random: new Random(7),
      cipher: toyCipher,
      nonce: () => new Uint8Array(12),
    })
    this.core = new Core(config, given())
    this.codec = assemble(config, given()).codec
    this.command({ kind: 'start' })
  }

  step(input: Input): readonly Effect[] {
    return [...this.core.step(this.now, input)]
  }

  /** Ticks whenever the core asks to, for `ms`; answers all effects. */
  run(ms: number): readonly Effect[] {
    const end = this.now + ms
    const effects: Effect[] = []
    while (this.core.deadline <= end) {
      this.now = Math.max(this.now, this.core.deadline)
      effects.push(...this.step({ kind: 'tick' }))
    }
    this.now = end
    return effects
  }

  packet(from: Address, ...messages: readonly Message[]): readonly Effect[] {
    const bytes = this.codec.pack(messages.map(encodeMessage), { crc: false })
    return this.step({ kind: 'packet', from, bytes })
  }

  command(command: Command): Outcome | undefined {
    const id = ++this.#id
    const notices = noticesOf(this.step({ kind: 'command', id, command }))
    return notices.flatMap((notice) =>
      notice.kind === 'done' && notice.id === id ? [notice.outcome] : [],
    )[0]
  }

  /** Opens a stream to the core, as a peer would. */
  dial(from: Address): number {
    this.#stream += 2
    this.step({ kind: 'opened', stream: this.#stream, peer: from })
    return this.#stream
  }

  /** One whole stream message from a peer. */
  pushPull(from: Address, nodes: readonly NodeState[]): readonly Effect[] {
    const stream = this.dial(from)
    const table = { kind: 'pushPull', join: true, nodes, userState: new Uint8Array(0) } as const
    const bytes = packStream(encodeMessage(table), this.#wire, { dialled: true })
    return this.step({ kind: 'received', stream, bytes })
  }

  /** A message as a peer writes it to a stream that the core has dialled. */
  packed(message: Uint8Array): Uint8Array {
    return packStream(message, this.#wire, { dialled: false })
  }

  /** Every message in the datagrams among `effects`, with its destination. */
  sent(effects: readonly Effect[]): readonly { readonly to: string; readonly message: Message }[] {
    return effects.flatMap((effect) =>
      effect.kind !== 'send'
        ? []
        : this.codec
            .unpack(effect.bytes)
            .messages.map((message) => ({ to: String(effect.to), message })),
    )
  }

  count(counter: string): number {
    return this.core.counters()[counter] ?? 0
  }

  readonly #wire = {
    label: '',
    keyring: undefined,
    cipher: undefined,
    verifyIncoming: true,
    verifyOutgoing: true,
    compression: true,
    cipherVersion: 1,
    packetBytesMax: 1400,
    nonce: () => new Uint8Array(12),
  } as const
}

export function noticesOf(effects: readonly Effect[]): readonly Notice[] {
  return effects.flatMap((effect) => (effect.kind === 'notify' ? [effect.notice] : []))
}
