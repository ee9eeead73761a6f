// A second, naive mind about membership, written from the rules in docs/protocol.md without a
// look at the core: plain rows, text for comparison, no timers, no packets. It predicts what a
// statement must do, and whether what a member did by itself was its right; `second-opinion.ts`
// feeds it. It knows no cap of the table and no rate of admission.

import { assert, type Config, type Millis, type Status } from '../core/index.ts'

interface Named {
  readonly name: string
  readonly incarnation: number
}

export interface NaiveAlive extends Named {
  /** Whatever text stands for an address, as long as equal ones are equal. */
  readonly address: string
  readonly meta: string
  readonly versions: string
}

export interface NaiveRow extends NaiveAlive {
  readonly status: Status
  readonly goneMs: Millis
  /** It has been alive here: until then nobody is told of it. */
  readonly known: boolean
}

export interface Prediction {
  readonly subject: string
  readonly to: Status | 'forgotten'
  readonly incarnation: number
}

const CEILING = 2 ** 32 - 2
const REFUTATIONS_A_SECOND = 10
const GONE: readonly Status[] = ['dead', 'left']

export class NaiveModel {
  readonly #rules: Config
  readonly #rows = new Map<string, NaiveRow>()
  readonly #departed = new Map<string, NaiveRow>()
  /** By name and incarnation: whom somebody is asked about before it is believed. */
  readonly #doubts = new Map<string, NaiveAlive>()
  #leaving = false
  #answers = REFUTATIONS_A_SECOND
  #answersAtMs = Number.NEGATIVE_INFINITY
  #waiting: number | undefined

  constructor(rules: Config, self: NaiveAlive) {
    this.#rules = rules
    this.#rows.set(rules.name, { ...self, status: 'dead', goneMs: 0, known: false })
  }

  alive(said: NaiveAlive, nowMs: Millis, isSure = false): Prediction | undefined {
    const row = this.#rows.get(said.name)
    const aboutUs = said.name === this.#rules.name
    if (aboutUs && this.#leaving) return undefined
    if (row === undefined) return this.#newcomer(said, nowMs, isSure)
    const moves = row.address !== said.address
    if (moves && !this.#mayMove(row, said, nowMs, isSure)) return undefined
    const isOther = row.meta !== said.meta || row.versions !== said.versions
    const isEcho = said.incarnation === row.incarnation && !isOther
    if (aboutUs && (said.incarnation < row.incarnation || isEcho)) return undefined
    if (aboutUs) return this.#answer(said.incarnation, nowMs)
    if (!this.#rules.strict && said.incarnation >= CEILING && isOther) return undefined
    if (!moves && said.incarnation <= row.incarnation) return undefined
    return this.#revive(said)
  }

  /** It is said to be suspect, dead or left; the caller tells a death from a goodbye. */
  accused(to: Status, { name, incarnation }: Named, nowMs: Millis): Prediction | undefined {
    const row = this.#rows.get(name)
    if (row === undefined || incarnation < row.incarnation) return undefined
    const isNews = to === 'suspect' ? row.status === 'alive' : !GONE.includes(row.status)
    if (!isNews) return this.#raise(row, incarnation)
    if (name === this.#rules.name) return this.#answer(incarnation, nowMs)
    return this.#put({ ...row, status: to, incarnation, goneMs: nowMs })
  }

  /** What a doubtful statement of this incarnation does, now that somebody was asked. */
  resolve(name: string, incarnation: number, nowMs: Millis): Prediction | undefined {
    const doubt = this.#doubts.get(`${name}@${incarnation}`)
    return doubt === undefined ? undefined : this.alive(doubt, nowMs, true)
  }

  /** Starts anew or describes itself anew: the next incarnation. */
  announce(meta: string, versions: string): Prediction {
    const incarnation = Math.min(this.#self().incarnation + 1, CEILING)
    return this.#revive({ ...this.#self(), meta, versions, incarnation })
  }

  leave(nowMs: Millis): Prediction {
    this.#leaving = true
    return this.#put({ ...this.#self(), status: 'left', goneMs: nowMs })
  }

  /** Answers what waited for its turn; undefined if nothing did. */
  answerLate(nowMs: Millis): Prediction | undefined {
    return this.#waiting === undefined ? undefined : this.#answer(this.#waiting, nowMs)
  }

  /** Its own probe failed, or its own suspicion ended; undefined if it had no right to that. */
  accuse(name: string, to: 'suspect' | 'dead', nowMs: Millis): Prediction | undefined {
    const row = this.#rows.get(name)
    const right = to === 'suspect' ? 'alive' : 'suspect'
    if (row?.status !== right || name === this.#rules.name) return undefined
    return this.#put({ ...row, status: to, goneMs: nowMs })
  }

  /** False if it may not: only who is gone is forgotten, and remembered apart. */
  forget(name: string): boolean {
    const row = this.#rows.get(name)
    if (row === undefined || !GONE.includes(row.status)) return false
    this.#rows.delete(name)
    if (row.known) this.#departed.set(name, row)
    return true
  }

  /** The end of all memory of it, unless it lives. */
  remove(name: string): void {
    if (this.#rows.has(name) && !this.forget(name)) return
    this.#departed.delete(name)
  }

  /** What it would tell of a member, departed or not. */
  view(name: string): NaiveRow | undefined {
    const row = this.#rows.get(name)
    return row?.known === true ? row : this.#departed.get(name)
  }

  names(): Iterable<string> {
    return [...this.#rows.keys(), ...this.#departed.keys()]
  }

  #newcomer(said: NaiveAlive, nowMs: Millis, isSure: boolean): Prediction | undefined {
    const { strict } = this.#rules
    const { incarnation } = said
    const unseen = { ...said, status: 'dead', goneMs: nowMs, known: false } as const
    if (incarnation === 0 && strict) this.#put(unseen)
    if (incarnation === 0) return undefined
    const before = this.#departed.get(said.name)
    const isOld = before?.address === said.address && incarnation <= before.incarnation
    if (isOld && !isSure && !strict) return this.#doubt(said)
    this.#departed.delete(said.name)
    return this.#revive(said)
  }

  #mayMove(row: NaiveRow, said: NaiveAlive, nowMs: Millis, isSure: boolean): boolean {
    const { strict, deadReclaimMs } = this.#rules
    if (row.status === 'left' && !strict && !isSure) this.#doubt(said)
    if (row.status === 'left') return strict || isSure
    return row.status === 'dead' && deadReclaimMs > 0 && nowMs - row.goneMs > deadReclaimMs
  }

  /** The next incarnation above an accusation, at most ten times a second. */
  #answer(accused: number, nowMs: Millis): Prediction | undefined {
    const { strict } = this.#rules
    if (!strict && !this.#mayAnswer(nowMs)) {
      this.#waiting = Math.max(this.#waiting ?? 0, accused)
      return undefined
    }
    this.#waiting = undefined
    const self = this.#self()
    if (!strict && self.incarnation === CEILING) return undefined
    const above = Math.max(self.incarnation, accused) + 1
    const incarnation = strict ? above % 2 ** 32 : Math.min(above, CEILING)
    return this.#put({ ...self, incarnation })
  }

  #mayAnswer(nowMs: Millis): boolean {
    const earned = ((nowMs - this.#answersAtMs) / 1000) * REFUTATIONS_A_SECOND
    const answers = Math.min(REFUTATIONS_A_SECOND, this.#answers + earned)
    this.#answersAtMs = nowMs
    this.#answers = answers < 1 ? answers : answers - 1
    return answers >= 1
  }

  #doubt(said: NaiveAlive): undefined {
    this.#doubts.set(`${said.name}@${said.incarnation}`, said)
  }

  #revive(said: NaiveAlive): Prediction {
    return this.#put({ ...said, status: 'alive', goneMs: 0, known: true })
  }

  /** News of the same status lifts the incarnation, so that a late alive cannot undo it. */
  #raise(row: NaiveRow, incarnation: number): undefined {
    if (!this.#rules.strict && row.name !== this.#rules.name) this.#put({ ...row, incarnation })
  }

  #put(row: NaiveRow): Prediction {
    this.#rows.set(row.name, row)
    return { subject: row.name, to: row.status, incarnation: row.incarnation }
  }

  #self(): NaiveRow {
    const self = this.#rows.get(this.#rules.name)
    assert(self !== undefined, 'a member has a row about itself')
    return self
  }
}
