// S11: what a core holds stays within its caps: rows, remembered departures, queues, evidence
// and streams.

import type { Config } from '../../core/index.ts'
import type { Observation, Sizes, Transition } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

const DEPARTED_MAX = 10_000
const QUEUE_MAX = 4096
const EVIDENCE_MAX = 64
/** Accepted streams are capped at 128; ours are a probe, a push/pull, the healer and joins. */
const STREAMS_MAX = 256

interface Notes {
  config: Config | undefined
  /** Who has a row, by the turns that rows took: dead and left ones count until forgotten. */
  readonly rows: Set<string>
}

export class EverythingIsBounded implements Checker {
  readonly id = 'S11'
  readonly statement = 'tables, queues and streams stay within their caps'
  #notes = new PerObserver<Notes>(() => ({ config: undefined, rows: new Set() }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.config = observation.config
    if (notes.config === undefined) return undefined
    const { membersMax } = notes.config
    if (observation.kind === 'transition') return crowd(notes.rows, observation, membersMax)
    return observation.kind === 'sampled' ? excess(observation.sizes, membersMax) : undefined
  }
}

function crowd(rows: Set<string>, { subject, to }: Transition, membersMax: number) {
  if (to === 'forgotten') rows.delete(subject)
  else rows.add(subject)
  return rows.size > membersMax ? `${rows.size} rows, at most ${membersMax}` : undefined
}

function excess(sizes: Sizes, membersMax: number): string | undefined {
  const caps: Readonly<Record<keyof Sizes, number>> = {
    members: membersMax + DEPARTED_MAX,
    departed: membersMax + DEPARTED_MAX,
    queuedMembership: QUEUE_MAX,
    queuedUser: QUEUE_MAX,
    evidence: EVIDENCE_MAX,
    streams: STREAMS_MAX,
  }
  const rows = sizes.members - sizes.departed
  if (rows > membersMax) return `${rows} living rows, at most ${membersMax}`
  for (const [what, size] of Object.entries(sizes)) {
    const cap = Object.entries(caps).find(([name]) => name === what)?.[1] ?? 0
    if (size > cap) return `${size} ${what}, at most ${cap}`
  }
  return undefined
}
