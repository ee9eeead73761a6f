// The streams that are open and what each is for, the merges that wait, and the joins they
// serve. State only; streams.ts says what happens on them.

import type { Address } from './base/address.ts'
import type { CommandId, JoinFailure, JoinTarget, StreamId } from './io.ts'
import type { NodeState } from './wire/messages.ts'
import type { StreamReader } from './wire/stream.ts'

/** Several dials that answer one command (or none: seeds and healing). */
export interface JoinTask {
  readonly id: CommandId
  readonly waiting: JoinTarget[]
  running: number
  readonly reached: string[]
  readonly failures: JoinFailure[]
}

export type Purpose =
  | { readonly kind: 'accepted' }
  /** A push/pull we asked for: a join (with its task), or with a member we know. */
  | {
      readonly kind: 'push-pull'
      readonly join: boolean
      readonly target: JoinTarget
      readonly task: JoinTask | undefined
      /** We dialled while alone: nobody waits to be told what the answer holds. */
      readonly alone: boolean
    }
  | { readonly kind: 'ping'; readonly seqNo: number; readonly request: Uint8Array }
  /** State that we lack, from the member of this name. */
  | { readonly kind: 'pull'; readonly name: string; readonly request: Uint8Array }
  | { readonly kind: 'user'; readonly id: CommandId; readonly request: Uint8Array }

export interface Exchange {
  readonly stream: StreamId
  readonly peer: Address
  readonly purpose: Purpose
  readonly reader: StreamReader
  isOpen: boolean
}

/** A table received, not yet taken over completely. */
export interface Merge {
  readonly entries: readonly NodeState[]
  readonly userState: Uint8Array
  readonly join: boolean
  /** We dialled, or its author proved to be one of us: strangers in it are admitted. */
  readonly invited: boolean
  readonly via: string | undefined
  /** What it holds is news to nobody but us. */
  readonly quiet: boolean
  next: number
  /** Entries of others that were skipped because of their versions. */
  versionSkips: number
  others: number
  readonly finished: (merge: Merge) => void
}

export class Exchanges {
  readonly #exchangeByStream = new Map<StreamId, Exchange>()
  readonly merges: Merge[] = []
  readonly busy = new Set<StreamId>()
  #nextDialled = 1
  #accepted = 0

  get size(): number {
    return this.#exchangeByStream.size
  }

  /** Streams others opened to us. */
  get accepted(): number {
    return this.#accepted
  }

  /** Bytes all readers hold. */
  get heldBytes(): number {
    let held = 0
    for (const exchange of this.#exchangeByStream.values()) held += exchange.reader.heldBytes
    return held
  }

  find(stream: StreamId): Exchange | undefined {
    return this.#exchangeByStream.get(stream)
  }

  /** Streams that others opened from one host. */
  acceptedFrom(peer: Address): number {
    let count = 0
    for (const { purpose, peer: other } of this.#exchangeByStream.values()) {
      if (purpose.kind === 'accepted' && other.host === peer.host) count++
    }
    return count
  }

  /** The id of the next stream we dial: odd. */
  takeStreamId(): StreamId {
    const stream = this.#nextDialled
    this.#nextDialled += 2
    return stream
  }

  add(exchange: Exchange): void {
    this.#exchangeByStream.set(exchange.stream, exchange)
    if (exchange.purpose.kind === 'accepted') this.#accepted++
  }

  remove(stream: StreamId): void {
    const exchange = this.#exchangeByStream.get(stream)
    if (exchange === undefined) return
    this.#exchangeByStream.delete(stream)
    this.busy.delete(stream)
    if (exchange.purpose.kind === 'accepted') this.#accepted--
  }
}
