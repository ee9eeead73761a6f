// What a node can be asked without waiting: its members, and why it believes what it does.

import {
  type Evidence,
  HearsayError,
  type MemberView,
  type Millis,
  type Reads,
} from '../core/index.ts'
import type { Member, MemberFilter, Why } from './api.ts'
import type { Clock } from './clock.ts'
import type { OwnView } from './reports.ts'
import { memberOf, passes } from './snapshots.ts'
import { explain } from './why.ts'

export class Reader {
  readonly #reads: Reads
  readonly #clock: Pick<Clock, 'now' | 'wallOffset'>
  readonly #selfName: string

  constructor(reads: Reads, clock: Pick<Clock, 'now' | 'wallOffset'>, selfName: string) {
    this.#reads = reads
    this.#clock = clock
    this.#selfName = selfName
  }

  members(filter: MemberFilter): readonly Member[] {
    const views = this.#reads.memberViews().filter((view) => passes(view, filter))
    return views.map((view) => this.snapshot(view))
  }

  self(): Member {
    const view = this.#reads.memberView(this.#selfName)
    if (view !== undefined) return this.snapshot(view)
    throw new HearsayError('HEARSAY_CLOSED', 'this node is no longer in its own table')
  }

  why(name: string): Why | undefined {
    const view = this.#reads.memberView(name)
    return view && this.explain(view, this.#reads.evidence(name))
  }

  snapshot(view: MemberView): Member {
    const now = this.#clock.now()
    return memberOf(view, { selfName: this.#selfName, now, wallOffsetMs: this.#clock.wallOffset() })
  }

  explain(view: MemberView, evidence: readonly Evidence[]): Why {
    const times = { nowMs: this.#clock.now(), wallOffsetMs: this.#clock.wallOffset() }
    return explain(this.snapshot(view), evidence, times)
  }

  /** Members alive now, ourselves included. */
  alive(): number {
    return this.#reads.memberViews().filter(({ status }) => status === 'alive').length
  }

  /** Alive members that do not speak hearsay, and so cannot answer questions of ours. */
  cannotSay(): readonly string[] {
    const mute = (view: MemberView) =>
      view.status === 'alive' && !view.hearsay && view.name !== this.#selfName
    return this.#reads
      .memberViews()
      .filter(mute)
      .map(({ name }) => name)
  }

  ownView(): OwnView {
    return {
      name: this.#selfName,
      checksum: this.#reads.viewChecksum(),
      alive: this.alive(),
      cannotSay: this.cannotSay(),
    }
  }

  unixMs(): Millis {
    return this.#clock.now() + this.#clock.wallOffset()
  }
}
