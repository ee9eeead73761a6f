// The TCP of the virtual network: dialling with repeated SYNs (after 1, 3 and 7 s),
// refusal where nobody listens, segments delayed by loss and cuts, resets, and reads cut
// at arbitrary places. A connection is two ends; what one end writes is a queue that one
// planned delivery at a time takes to the other.

import {
  type Address,
  assert,
  type CloseReason,
  type Input,
  type Millis,
  type Random,
  type StreamId,
} from '../core/index.ts'
import type { Agenda } from './agenda.ts'
import { type Conditions, drawDelay } from './conditions.ts'
import type { Tally } from './tally.ts'

/** Whatever listens at an address: a core's process, or a stranger made of plain bytes. */
export interface Receiver {
  receive(input: Input): void
}

/** What streams need to know of the network they run over. */
export interface Links {
  readonly agenda: Agenda
  readonly random: Random
  readonly tally: Tally
  listener(address: Address): Receiver | 'refuses' | 'silent'
  conditions(from: Address, to: Address): Conditions
  isCut(carrier: 'tcp', from: Address, to: Address): boolean
  isBarred(from: Address, to: Address): boolean
  canDial(to: Address): boolean
  segmentWait(from: Address, to: Address, bytes: number): Millis
  isLost(carrier: 'tcp', from: Address, to: Address): boolean
}

/** One side of a connection, as its owner sees it. */
interface End {
  readonly receiver: Receiver
  readonly address: Address
  readonly stream: StreamId
  other: End | undefined
  state: 'dialling' | 'open' | 'closing' | 'closed'
  readonly queue: (Uint8Array | 'end')[]
  isDelivering: boolean
  /** A first SYN has been sent. */
  hasDialled: boolean
}

/** What was in the queue when it set out; later pieces travel later. */
interface Batch {
  readonly firstMs: Millis
  readonly pieces: number
}

const SYN_AT_MS: readonly Millis[] = [0, 1000, 3000, 7000]
const DIAL_GIVES_UP_MS = 15_000
const RETRY_FIRST_MS = 200
const RETRY_MAX_MS = 3200
/** A segment that cannot pass for this long ends the connection. */
const STALLED_MS = 30_000

export class Streams {
  #network: Links
  #endsByReceiver = new Map<Receiver, Map<StreamId, End>>()
  #acceptedByReceiver = new Map<Receiver, number>()

  constructor(network: Links) {
    this.#network = network
  }

  /** How many streams a process has, dialling ones included. */
  count(receiver: Receiver): number {
    return this.#endsByReceiver.get(receiver)?.size ?? 0
  }

  /** Dials `to`; the outcome is an `opened` or `closed` input with the odd id `stream`. */
  open(receiver: Receiver, from: Address, { stream, to }: { stream: StreamId; to: Address }): void {
    assert(stream % 2 === 1, 'streams we dial have odd ids')
    assert(this.#end(receiver, stream) === undefined, 'a stream id is used once')
    this.#network.tally.dialled++
    const end = this.#add(receiver, from, stream)
    const startMs = this.#network.agenda.nowMs
    for (const afterMs of SYN_AT_MS) {
      this.#network.agenda.at(startMs + afterMs, () => this.#sendSyn(end, to))
    }
    this.#network.agenda.at(startMs + DIAL_GIVES_UP_MS, () => {
      if (end.state !== 'dialling') return
      this.#network.tally.dialsTimedOut++
      this.#finish(end, 'timeout')
    })
  }

  /** Queues bytes; on a stream that has ended they vanish, as in a real socket's buffer. */
  write(receiver: Receiver, stream: StreamId, bytes: Uint8Array): void {
    const end = this.#end(receiver, stream)
    if (end === undefined || end.state === 'closing' || bytes.length === 0) return
    this.#network.tally.streamBytes += bytes.length
    this.#network.tally.streamWrites++
    end.queue.push(bytes)
    this.#deliverLater(end)
  }

  /** Flushes what was written, then ends; its owner hears nothing more of the stream. */
  close(receiver: Receiver, stream: StreamId): void {
    const end = this.#end(receiver, stream)
    if (end === undefined) return
    this.#endsByReceiver.get(receiver)?.delete(stream)
    if (end.state === 'dialling' && end.queue.length === 0) {
      end.state = 'closed'
      return
    }
    if (end.state === 'open') end.state = 'closing'
    end.queue.push('end')
    this.#deliverLater(end)
  }

  /** The process is gone: the other ends hear a reset, if its machine can still tell them. */
  abandon(receiver: Receiver): void {
    const ends = this.#endsByReceiver.get(receiver)
    this.#endsByReceiver.delete(receiver)
    this.#acceptedByReceiver.delete(receiver)
    for (const end of ends?.values() ?? []) {
      const isHalfOpen = end.state === 'open' && end.other?.state === 'open'
      end.state = 'closed'
      if (this.#network.listener(end.address) !== 'silent') this.#resetOther(end)
      else if (isHalfOpen) this.#network.tally.halfOpen++
    }
  }

  // ---- dialling ---------------------------------------------------------------------

  #sendSyn(end: End, to: Address): void {
    if (end.state !== 'dialling' || end.other !== undefined) return
    const { agenda, tally } = this.#network
    if (end.hasDialled) tally.synsRepeated++
    end.hasDialled = true
    if (!this.#network.canDial(to) || !this.#passes(end.address, to)) return
    agenda.at(agenda.nowMs + this.#delay(end.address, to), () => this.#answerSyn(end, to))
  }

  #answerSyn(end: End, to: Address): void {
    if (end.state !== 'dialling' || end.other !== undefined) return
    const listener = this.#network.listener(to)
    if (listener === 'silent' || !this.#passes(to, end.address)) return
    const { agenda } = this.#network
    const backMs = agenda.nowMs + this.#delay(to, end.address)
    if (listener === 'refuses') {
      agenda.at(backMs, () => {
        if (end.state === 'dialling') this.#refuse(end)
      })
      return
    }
    this.#accept(end, listener, to)
    agenda.at(backMs, () => this.#establish(end, to))
  }

  #refuse(end: End): void {
    this.#network.tally.refused++
    this.#finish(end, 'refused')
  }

  #accept(dialler: End, listener: Receiver, at: Address): void {
    const count = (this.#acceptedByReceiver.get(listener) ?? 0) + 1
    this.#acceptedByReceiver.set(listener, count)
    const accepted = this.#add(listener, at, count * 2)
    accepted.state = 'open'
    accepted.other = dialler
    dialler.other = accepted
    listener.receive({ kind: 'opened', stream: accepted.stream, peer: dialler.address })
  }

  #establish(end: End, to: Address): void {
    if (end.state !== 'dialling') {
      // Given up meanwhile: the listener's half must not stay open for ever.
      this.#resetOther(end)
      return
    }
    const isStillOwned = this.#end(end.receiver, end.stream) === end
    end.state = isStillOwned ? 'open' : 'closing'
    if (isStillOwned) end.receiver.receive({ kind: 'opened', stream: end.stream, peer: to })
    this.#deliverLater(end)
  }

  // ---- carrying bytes ---------------------------------------------------------------

  #deliverLater(end: End): void {
    if (end.isDelivering || end.queue.length === 0) return
    if (end.state === 'dialling' || end.state === 'closed' || end.other === undefined) return
    end.isDelivering = true
    const { agenda } = this.#network
    const bytes = end.queue.reduce((sum, piece) => sum + (piece === 'end' ? 0 : piece.length), 0)
    const waitMs = this.#network.segmentWait(end.address, end.other.address, bytes)
    const firstMs = agenda.nowMs + waitMs + this.#delay(end.address, end.other.address)
    const batch = { firstMs, pieces: end.queue.length }
    agenda.at(firstMs, () => this.#tryDelivery(end, batch, RETRY_FIRST_MS))
  }

  #tryDelivery(end: End, batch: Batch, retryMs: Millis): void {
    const { other } = end
    if (end.state === 'closed' || other === undefined) return
    const { agenda } = this.#network
    const isThere = this.#network.listener(other.address) !== 'silent'
    if (isThere && this.#passes(end.address, other.address)) {
      end.isDelivering = false
      this.#deliver(end, other, batch.pieces)
      this.#deliverLater(end)
      return
    }
    if (agenda.nowMs - batch.firstMs > STALLED_MS) {
      this.#network.tally.stalled++
      this.#finish(end, 'timeout')
      return
    }
    agenda.at(agenda.nowMs + retryMs, () =>
      this.#tryDelivery(end, batch, Math.min(retryMs * 2, RETRY_MAX_MS)),
    )
  }

  #deliver(end: End, other: End, pieces: number): void {
    const conditions = this.#network.conditions(end.address, other.address)
    const isReset =
      conditions.streamReset > 0 && this.#network.random.chance(conditions.streamReset)
    if (isReset || this.#end(other.receiver, other.stream) !== other) {
      if (isReset) this.#deliverPart(end, other, conditions)
      this.#network.tally.resets++
      this.#finish(other, 'reset')
      this.#finish(end, 'reset')
      return
    }
    for (const piece of end.queue.splice(0, pieces)) {
      if (piece === 'end') {
        end.state = 'closed'
        this.#finish(other, 'end')
        return
      }
      this.#read(other, piece, conditions.reads)
    }
  }

  /** Before a connection is reset some of what was under way may have come through. */
  #deliverPart(end: End, other: End, { reads }: Conditions): void {
    const [piece] = end.queue
    const { random, tally } = this.#network
    if (piece === undefined || piece === 'end' || random.chance(0.5)) return
    tally.cutMidStream++
    this.#read(other, piece.subarray(0, random.below(piece.length)), reads)
  }

  #read(end: End, bytes: Uint8Array, reads: 'whole' | 'random' | 'bytes'): void {
    let at = 0
    while (at < bytes.length) {
      const left = bytes.length - at
      const size =
        reads === 'whole' ? left : reads === 'bytes' ? 1 : 1 + this.#network.random.below(left)
      // Its owner may have closed it in answer to the piece before.
      if (this.#end(end.receiver, end.stream) !== end) return
      const piece = bytes.slice(at, at + size)
      end.receiver.receive({ kind: 'received', stream: end.stream, bytes: piece })
      at += size
    }
  }

  // ---- ends -------------------------------------------------------------------------

  #resetOther(end: End): void {
    const { other } = end
    if (other === undefined || other.state === 'closed') return
    const { agenda } = this.#network
    agenda.at(agenda.nowMs + this.#delay(end.address, other.address), () => {
      if (this.#network.isCut('tcp', end.address, other.address)) return
      this.#network.tally.resets++
      this.#finish(other, 'reset')
    })
  }

  #finish(end: End, reason: CloseReason): void {
    if (end.state === 'closed') return
    end.state = 'closed'
    const isOwned = this.#end(end.receiver, end.stream) === end
    this.#endsByReceiver.get(end.receiver)?.delete(end.stream)
    if (isOwned) end.receiver.receive({ kind: 'closed', stream: end.stream, reason })
  }

  #add(receiver: Receiver, address: Address, stream: StreamId): End {
    const end: End = {
      receiver,
      address,
      stream,
      other: undefined,
      state: 'dialling',
      queue: [],
      isDelivering: false,
      hasDialled: false,
    }
    const ends = this.#endsByReceiver.get(receiver)
    if (ends === undefined) this.#endsByReceiver.set(receiver, new Map([[stream, end]]))
    else ends.set(stream, end)
    return end
  }

  #end(receiver: Receiver, stream: StreamId): End | undefined {
    return this.#endsByReceiver.get(receiver)?.get(stream)
  }

  #passes(from: Address, to: Address): boolean {
    return !this.#network.isBarred(from, to) && !this.#network.isLost('tcp', from, to)
  }

  #delay(from: Address, to: Address): Millis {
    return drawDelay(this.#network.conditions(from, to), this.#network.random)
  }
}
