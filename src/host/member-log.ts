// What is worth a line in the log among the changes of members: one line each, but only so
// many a second. Whoever floods a cluster with names that nobody bears must not fill a disk:
// what goes beyond is counted, and one line says how much of what it was.

import type { Notice } from '../core/index.ts'
import type { Logger, NodeEvent } from './api.ts'
import type { Alarm, Clock } from './clock.ts'

/** Lines about single members in any one window; the line that counts the rest comes on top. */
export const MEMBER_LINES_MAX = 20
const WINDOW_MS = 1_000
const LEFT_OUT = 'too many changes of members for a line each; the counts are of those left out'

export interface MemberLogParts {
  readonly clock: Clock
  /** Must not throw. */
  readonly logger: Logger
  readonly selfName: string
}

type Level = 'debug' | 'info' | 'warn' | 'error'
type Conflict = Extract<Notice, { kind: 'conflict' }>
type MemberEvent = Extract<NodeEvent, { member: unknown }>

interface Line {
  readonly kind: string
  readonly level: Level
  readonly fields: { readonly member: string }
  readonly message: string
}

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error']

export class MemberLog {
  readonly #parts: MemberLogParts
  readonly #windowEnd: Alarm
  readonly #leftOutByKind = new Map<string, number>()
  #windowEndMs = Number.NEGATIVE_INFINITY
  #lines = 0
  #last: Line | undefined
  #worst: Level = 'debug'

  constructor(parts: MemberLogParts) {
    this.#parts = parts
    this.#windowEnd = parts.clock.alarm(() => this.#tellRest())
  }

  /** A change of a member; other events get no line. */
  event(event: NodeEvent): void {
    if ('member' in event) this.#write(eventLine(event))
  }

  /** Two nodes under one name: a mistake of a person, or an attack. */
  conflict(conflict: Conflict): void {
    this.#write(conflictLine(conflict, this.#parts.selfName))
  }

  /** Says what was left out so far, and nothing later by itself. */
  close(): void {
    this.#windowEnd.clear()
    this.#tellRest()
  }

  #write(line: Line): void {
    const now = this.#parts.clock.now()
    if (now >= this.#windowEndMs) {
      this.#tellRest()
      this.#windowEndMs = now + WINDOW_MS
      this.#lines = 0
    }
    if (this.#lines >= MEMBER_LINES_MAX) return this.#leaveOut(line)
    this.#lines++
    this.#parts.logger[line.level](line.fields, line.message)
  }

  #leaveOut(line: Line): void {
    if (this.#last === undefined) this.#windowEnd.set(this.#windowEndMs)
    this.#last = line
    this.#leftOutByKind.set(line.kind, (this.#leftOutByKind.get(line.kind) ?? 0) + 1)
    if (LEVELS.indexOf(line.level) > LEVELS.indexOf(this.#worst)) this.#worst = line.level
  }

  /** As loud as the loudest line that was left out. */
  #tellRest(): void {
    const last = this.#last
    if (last === undefined) return
    const fields = { ...Object.fromEntries(this.#leftOutByKind), member: last.fields.member }
    this.#parts.logger[this.#worst](fields, LEFT_OUT)
    this.#last = undefined
    this.#worst = 'debug'
    this.#leftOutByKind.clear()
  }
}

function eventLine(event: MemberEvent): Line {
  const { kind, member } = event
  const fields = { member: member.name, address: member.address }
  if (event.kind === 'member-failed' || event.kind === 'member-suspect') {
    const { advice, verdict } = event.why
    const withAdvice = { ...fields, advice }
    return { kind, level: 'warn', fields: withAdvice, message: verdict }
  }
  return { kind, level: kind === 'member-update' ? 'debug' : 'info', fields, message: kind }
}

function conflictLine({ kind, name, holder, other }: Conflict, selfName: string): Line {
  const fields = { member: name, holder: holder.toString(), other: other.toString() }
  const step = 'give one of the two another name'
  return name === selfName
    ? { kind, level: 'error', fields, message: `another node uses our name; ${step}` }
    : {
        kind,
        level: 'warn',
        fields,
        message: `two nodes use one name; the first keeps it; ${step}`,
      }
}
