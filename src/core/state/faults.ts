// Members whose messages of state are whole and make no sense: so many in a minute, and none of
// theirs is read for a while. What was damaged on the way has a wrong checksum and does not
// count: only a member with a defect, or an ill will, sends such things.

interface Row {
  count: number
  sinceMs: number
  /** Nothing is read until then. */
  untilMs: number
}

const FAULTS_MAX = 20
const WINDOW_MS = 60_000
const IGNORED_MS = 60_000

export class Faults {
  readonly #rowByName = new Map<string, Row>()

  /** Counts a fault of a member; true if its messages are ignored from now on. */
  note(name: string, nowMs: number): boolean {
    const row = this.#rowByName.get(name) ?? { count: 0, sinceMs: nowMs, untilMs: 0 }
    this.#rowByName.set(name, row)
    if (nowMs - row.sinceMs >= WINDOW_MS) {
      row.count = 0
      row.sinceMs = nowMs
    }
    row.count++
    if (row.count < FAULTS_MAX) return false
    row.count = 0
    row.sinceMs = nowMs
    row.untilMs = nowMs + IGNORED_MS
    return true
  }

  /** Whether a member's messages are ignored now. */
  isIgnored(name: string, nowMs: number): boolean {
    return (this.#rowByName.get(name)?.untilMs ?? 0) > nowMs
  }

  /** Nobody remembers this member. */
  forget(name: string): void {
    this.#rowByName.delete(name)
  }
}
