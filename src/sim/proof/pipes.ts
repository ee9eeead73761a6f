// Streams between residents of a proof's world: each moves on only when the schedule says so.
// Bytes of one direction keep their order, directions and streams do not wait for each other.

import {
  type Address,
  assert,
  type CloseReason,
  type Input,
  type StreamId,
} from '../../core/index.ts'
import type { Resident } from './resident.ts'

interface End {
  readonly resident: Resident
  readonly stream: StreamId
  /** What was sent to this end and has not come yet; `end` closes it. */
  readonly inbox: (Uint8Array | 'end')[]
  /** Closed by its owner, or told that it is: it hears nothing more. */
  isOver: boolean
}

export interface Pipe {
  readonly to: Address
  readonly dialler: End
  /** Undefined until the dial has come through. */
  listener: End | undefined
}

/** One input that a pipe hands to a resident. */
export interface Handover {
  readonly resident: Resident
  readonly input: Input
}

export class Pipes {
  readonly all: Pipe[] = []
  #accepted = 0

  dial(resident: Resident, stream: StreamId, to: Address): void {
    const dialler = { resident, stream, inbox: [], isOver: false }
    this.all.push({ to, dialler, listener: undefined })
  }

  /** The dial reaches `listener`, or is refused if there is none. */
  connect(pipe: Pipe, listener: Resident | undefined): readonly Handover[] {
    const { dialler, to } = pipe
    assert(pipe.listener === undefined, 'a pipe connects once')
    if (listener === undefined) return this.breakOff(pipe, 'refused')
    const stream = ++this.#accepted * 2
    pipe.listener = { resident: listener, stream, inbox: [], isOver: false }
    return [
      { resident: listener, input: { kind: 'opened', stream, peer: dialler.resident.address } },
      {
        resident: dialler.resident,
        input: { kind: 'opened', stream: dialler.stream, peer: to },
      },
    ]
  }

  write(resident: Resident, stream: StreamId, bytes: Uint8Array): void {
    this.#other(resident, stream)?.inbox.push(bytes)
  }

  /** Its owner hears nothing more; the other side gets what was written, then the end. */
  close(resident: Resident, stream: StreamId): void {
    const pipe = this.#pipeOf(resident, stream)
    if (pipe === undefined) return
    this.#other(resident, stream)?.inbox.push('end')
    for (const end of endsOf(pipe)) if (isEndOf(end, resident, stream)) end.isOver = true
    if (pipe.listener === undefined || endsOf(pipe).every(({ isOver }) => isOver)) this.#drop(pipe)
  }

  /** The ends of a pipe that something waits for. */
  waiting({ dialler, listener }: Pipe): readonly End[] {
    if (listener === undefined) return []
    return [dialler, listener].filter(({ inbox, isOver }) => inbox.length > 0 && !isOver)
  }

  /** Hands over the next piece that waits at an end. */
  deliver(pipe: Pipe, end: End): readonly Handover[] {
    const { resident, stream } = end
    const piece = end.inbox.shift()
    if (piece === undefined) return []
    if (piece !== 'end') return [{ resident, input: { kind: 'received', stream, bytes: piece } }]
    end.isOver = true
    if (endsOf(pipe).every(({ isOver }) => isOver)) this.#drop(pipe)
    return [{ resident, input: { kind: 'closed', stream, reason: 'end' } }]
  }

  /** Ends a pipe without order: what was under way is lost. */
  breakOff(pipe: Pipe, reason: CloseReason): readonly Handover[] {
    this.#drop(pipe)
    return endsOf(pipe)
      .filter(({ isOver }) => !isOver)
      .map(({ resident, stream }) => ({ resident, input: { kind: 'closed', stream, reason } }))
  }

  /** The pipes that begin or end at a resident. */
  of(resident: Resident): readonly Pipe[] {
    return this.all.filter((pipe) => endsOf(pipe).some((end) => end.resident === resident))
  }

  #drop(pipe: Pipe): void {
    const at = this.all.indexOf(pipe)
    if (at >= 0) this.all.splice(at, 1)
  }

  #pipeOf(resident: Resident, stream: StreamId): Pipe | undefined {
    return this.all.find((pipe) => endsOf(pipe).some((end) => isEndOf(end, resident, stream)))
  }

  #other(resident: Resident, stream: StreamId): End | undefined {
    const pipe = this.#pipeOf(resident, stream)
    if (pipe?.listener === undefined) return undefined
    return isEndOf(pipe.dialler, resident, stream) ? pipe.listener : pipe.dialler
  }
}

function endsOf({ dialler, listener }: Pipe): readonly End[] {
  return listener === undefined ? [dialler] : [dialler, listener]
}

function isEndOf(end: End, resident: Resident, stream: StreamId): boolean {
  return end.resident === resident && end.stream === stream
}
