// Listens to all verdicts of a trial and sorts them: detections of those who crashed, false
// alarms about those who are well, and alarms about the stalled, which are neither.

import type { Millis } from '../../core/index.ts'
import type { Plot } from './scenario.ts'

/** How one crash was found out, in ms from the crash; undefined: not within the trial. */
export interface Detection {
  readonly member: number
  readonly crashedAtMs: Millis
  /** When the first of the watchers held it as failed. */
  readonly firstMs: Millis | undefined
  /** When the last of the watchers did. */
  readonly allMs: Millis | undefined
}

interface Crash {
  readonly member: number
  readonly atMs: Millis
  /** Times from the crash, a watcher each. */
  readonly heldAfterMs: Map<number, Millis>
}

/** Watchers are members that neither crash nor stall in the whole trial. */
export class VerdictLog {
  falseAlarms = 0
  falseAlarmsOfTheWell = 0
  alarmsAboutStalled = 0
  readonly #stalling: ReadonlySet<number>
  readonly #watchers: ReadonlySet<number>
  readonly #crashByMember = new Map<number, Crash>()
  /** Who holds whom as failed at present. */
  readonly #holdersBySubject: readonly Set<number>[]

  constructor({ crashing, stalling }: Plot, nodes: number) {
    this.#stalling = new Set(stalling)
    const members = Array.from({ length: nodes }, (_, member) => member)
    const troubled = new Set([...crashing, ...stalling])
    this.#watchers = new Set(members.filter((member) => !troubled.has(member)))
    this.#holdersBySubject = members.map(() => new Set<number>())
  }

  /** Somebody crashes at `atMs`; who holds it as failed already has found out after 0 ms. */
  crash(member: number, atMs: Millis): void {
    const crash: Crash = { member, atMs, heldAfterMs: new Map() }
    this.#crashByMember.set(member, crash)
    for (const holder of this.#holdersBySubject[member] ?? []) this.#found(crash, holder, 0)
  }

  failed(observer: number, subject: number, atMs: Millis): void {
    const holders = this.#holdersBySubject[subject]
    if (holders === undefined || holders.has(observer)) return
    holders.add(observer)
    const crash = this.#crashByMember.get(subject)
    if (crash !== undefined) this.#found(crash, observer, atMs - crash.atMs)
    else if (this.#stalling.has(subject)) this.alarmsAboutStalled++
    else {
      this.falseAlarms++
      if (!this.#stalling.has(observer)) this.falseAlarmsOfTheWell++
    }
  }

  back(observer: number, subject: number): void {
    this.#holdersBySubject[subject]?.delete(observer)
  }

  /** One row a crash, in the order in which they happened. */
  detections(): readonly Detection[] {
    return [...this.#crashByMember.values()].map(({ member, atMs, heldAfterMs }) => {
      const times = [...heldAfterMs.values()]
      const isKnownToAll = times.length === this.#watchers.size
      return {
        member,
        crashedAtMs: atMs,
        firstMs: times.length === 0 ? undefined : Math.min(...times),
        allMs: isKnownToAll ? Math.max(...times) : undefined,
      }
    })
  }

  #found({ heldAfterMs }: Crash, holder: number, afterMs: Millis): void {
    if (this.#watchers.has(holder) && !heldAfterMs.has(holder)) heldAfterMs.set(holder, afterMs)
  }
}
