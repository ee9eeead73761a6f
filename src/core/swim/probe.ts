// One probe round (SWIM §4.1, memberlist `probeNode`): a direct ping, then relays and a
// stream, then a verdict. Holds what has been seen of the round and answers what it means;
// sending and timing are the caller's.

import type { Member } from './member.ts'

export type StreamOutcome =
  | 'pending'
  | 'refused'
  | 'timeout'
  | 'unreachable'
  | 'reset'
  | 'answered'
  /** Connected, but nobody spoke: the process hangs. */
  | 'silent'
  | 'garbage'

export class ProbeRound {
  readonly member: Member
  /** What we knew at the start; the accusation is about this life. */
  readonly incarnation: number
  readonly seqNo: number
  readonly startMs: number
  readonly endMs: number
  /** Names asked to ping on our behalf; empty while only the direct ping is out. */
  relays: readonly string[] = []
  /** How many of them were asked to say so if they fail. */
  nacksExpected = 0
  nacks = 0
  /** The ping over a stream; undefined if none was tried. */
  stream: StreamOutcome | undefined = undefined
  /** When the direct timeout was over (or sending failed) and relays were asked. */
  indirectMs: number | undefined = undefined
  /** When the ping over a stream came to something. */
  streamMs: number | undefined = undefined

  constructor(member: Member, seqNo: number, startMs: number, endMs: number) {
    this.member = member
    this.incarnation = member.incarnation
    this.seqNo = seqNo
    this.startMs = startMs
    this.endMs = endMs
  }

  /** Ended before nacks could come: their lack says nothing about us. */
  isCutShort = false

  get isIndirect(): boolean {
    return this.indirectMs !== undefined
  }

  /** How much worse our own health looks after this failed round (Lifeguard §4.1). */
  get missedNacks(): number {
    if (this.isCutShort) return 0
    return this.nacksExpected > 0 ? Math.max(0, this.nacksExpected - this.nacks) : 1
  }
}
