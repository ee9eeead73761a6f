// What a directed link does to the packets on it, and the fate of one packet under it.
// Bursts follow Gilbert's two-state model in continuous time: a calm and a bad spell
// alternate, both of exponential length, each link with its own spells.

import { concat, type Millis, type Random } from '../core/index.ts'

export interface Conditions {
  /** Shortest way from one end to the other. */
  readonly delayMinMs: Millis
  /** Mean of the exponential part added to it. */
  readonly delayMeanMs: Millis
  /** Up to this much more, evenly; above the packet spacing it reorders. */
  readonly jitterMs: Millis
  /** Share of datagrams lost, 0 … 1. */
  readonly loss: number
  /** Share of TCP segments lost and sent again, 0 … 1; applies to SYNs too. */
  readonly streamLoss: number
  readonly burst: Burst | undefined
  /** Share of datagrams that arrive twice. */
  readonly duplicate: number
  /** Share of datagrams held back by up to 50 ms. */
  readonly reorder: number
  /** Share of datagrams with 1 to 8 bits flipped, a tail cut off, or another's tail put on. */
  readonly corrupt: number
  /** Larger datagrams vanish (an MTU with fragments dropped). */
  readonly packetBytesMax: number
  /** What a host gets out over all its links in a second; Infinity for no cap. */
  readonly bytesPerSecond: number
  /** A sender hears it if nobody listens on a machine that is up (ICMP, ECONNREFUSED). */
  readonly tellsUnreachable: boolean
  /** Chance, per delivery on a stream, that the connection is reset instead. */
  readonly streamReset: number
  /** How the bytes of a stream are cut into reads. */
  readonly reads: 'whole' | 'random' | 'bytes'
}

export interface Burst {
  readonly calmMeanMs: Millis
  readonly badMeanMs: Millis
  /** Loss of datagrams and of segments within a bad spell. */
  readonly loss: number
}

/** A quiet local network. */
export const calm: Conditions = Object.freeze({
  delayMinMs: 0.2,
  delayMeanMs: 0.3,
  jitterMs: 0,
  loss: 0,
  streamLoss: 0,
  burst: undefined,
  duplicate: 0,
  reorder: 0,
  corrupt: 0,
  packetBytesMax: 65_507,
  bytesPerSecond: Number.POSITIVE_INFINITY,
  tellsUnreachable: false,
  streamReset: 0,
  reads: 'whole',
})

const HELD_BACK_MS = 50

/** A one-way delay drawn for one packet. */
export function drawDelay(conditions: Conditions, random: Random): Millis {
  const tail = conditions.delayMeanMs === 0 ? 0 : -Math.log(1 - random.fraction())
  const jitter = conditions.jitterMs === 0 ? 0 : random.fraction() * conditions.jitterMs
  return conditions.delayMinMs + tail * conditions.delayMeanMs + jitter
}

/** What `reorder` adds to a datagram's delay. */
export function drawHoldUp(conditions: Conditions, random: Random): Millis {
  if (conditions.reorder === 0 || !random.chance(conditions.reorder)) return 0
  return random.fraction() * HELD_BACK_MS
}

/** The bad spells of one directed link, advanced only when somebody looks. */
export class Spells {
  #isBad = false
  #untilMs: Millis

  constructor(burst: Burst, nowMs: Millis, random: Random) {
    this.#untilMs = nowMs + drawSpell(burst.calmMeanMs, random)
  }

  /** Whether the link is in a bad spell at `nowMs`; times must not fall. */
  isBad(burst: Burst, nowMs: Millis, random: Random): boolean {
    while (nowMs >= this.#untilMs) {
      this.#isBad = !this.#isBad
      this.#untilMs += drawSpell(this.#isBad ? burst.badMeanMs : burst.calmMeanMs, random)
    }
    return this.#isBad
  }
}

function drawSpell(meanMs: Millis, random: Random): Millis {
  return Math.max(1, -Math.log(1 - random.fraction()) * meanMs)
}

/** What happened to a damaged datagram. */
export interface Damaged {
  readonly bytes: Uint8Array
  readonly how: 'bitsFlipped' | 'truncated' | 'spliced'
}

/**
 * A damaged copy of `bytes`: in one case of four cut short, in one with the tail of `other`, a
 * datagram that passed before, else with 1 to 8 bits flipped.
 */
export function damaged(bytes: Uint8Array, other: Uint8Array, random: Random): Damaged {
  const kind = random.below(4)
  if (kind === 0) return { bytes: bytes.slice(0, random.below(bytes.length)), how: 'truncated' }
  if (kind === 1) return { bytes: spliced(bytes, other, random), how: 'spliced' }
  const copy = bytes.slice()
  for (let flips = 1 + random.below(8); flips > 0; flips--) {
    const at = random.below(copy.length)
    copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8))
  }
  return { bytes: copy, how: 'bitsFlipped' }
}

/** A head of one, at least a byte, and the tail of another from the same place on. */
function spliced(head: Uint8Array, tail: Uint8Array, random: Random): Uint8Array {
  const at = 1 + random.below(head.length)
  return concat(head.subarray(0, at), tail.subarray(at))
}
