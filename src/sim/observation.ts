// What the simulator sees of the members it runs: the one log that checkers, the journal
// and the stories read. An observer is one life of one process (`a`, then `a#2` after a
// restart), so that what a restart forgets needs no rule of its own.

import type {
  Address,
  Command,
  CommandId,
  Config,
  KeptRecord,
  MemberView,
  Millis,
  Notice,
  Status,
} from '../core/index.ts'
import type { DiskFate } from './disk.ts'

export type Observation = Seen & Happening

interface Seen {
  readonly atMs: Millis
  /** The same moment by the observer's own clock, which may drift and leap. */
  readonly ownMs: Millis
  readonly observer: string
}

export type Happening =
  /** `disk`: what became of the disk that it finds, if it had one before. */
  | { readonly kind: 'started'; readonly config: Config; readonly disk?: DiskFate }
  /** Crashed, or ended after its leave. */
  | { readonly kind: 'stopped' }
  | { readonly kind: 'command'; readonly id: CommandId; readonly command: Command }
  | Transition
  | { readonly kind: 'notice'; readonly notice: Notice }
  /** Handed to its disk, if it has one. */
  | { readonly kind: 'kept'; readonly records: readonly KeptRecord[] }
  /** What a command wrote is on its disk, and its caller is told so. */
  | { readonly kind: 'on disk'; readonly id: CommandId }
  | { readonly kind: 'sent'; readonly to: Address; readonly bytes: Uint8Array }
  | { readonly kind: 'dialled'; readonly to: Address }
  | { readonly kind: 'heard'; readonly from: Address; readonly sizeBytes: number }
  /** Taken every few seconds and at the end. */
  | { readonly kind: 'sampled'; readonly sizes: Sizes }
  /** The last fault has struck: who lives now is not lost any more. */
  | { readonly kind: 'calm' }
  /** It has had time to agree with all others on replicated state. */
  | { readonly kind: 'agreed' }

export interface Transition {
  readonly kind: 'transition'
  readonly subject: string
  readonly from: Status | 'unknown'
  readonly to: Status | 'forgotten'
  readonly incarnation: number
  readonly cause: string
  /** The row after the step; undefined where it is gone, has changed again since, or nobody checks. */
  readonly row: MemberView | undefined
}

/** What a core holds, to be compared with its caps. */
export interface Sizes {
  readonly members: number
  readonly departed: number
  readonly queuedMembership: number
  readonly queuedUser: number
  readonly evidence: number
  readonly streams: number
}

/** One transition as a line of text: what failures print and determinism hashes. */
export function transitionText(observation: Seen & Transition): string {
  const { atMs, observer, subject, from, to, incarnation, cause } = observation
  return `${atMs.toFixed(3)} ${observer}: ${subject} ${from} -> ${to} @${incarnation} (${cause})`
}
