// S9: a suspicion counts no more confirmations than there were other members, alive in the
// observer's eyes, that accused: not the accused itself, not the first accuser, nobody
// twice, no stranger. Strict members count any name, as memberlist does (ruling 11).

import type { Evidence } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

interface Notes {
  isStrict: boolean
  /** Names the observer has held alive at some time. */
  readonly everAlive: Set<string>
}

export class HonestConfirmations implements Checker {
  readonly id = 'S9'
  readonly statement = 'only distinct living members confirm a suspicion'
  #notes = new PerObserver<Notes>(() => ({ isStrict: false, everAlive: new Set() }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.isStrict = observation.config.strict
    if (observation.kind === 'transition' && observation.to === 'alive') {
      notes.everAlive.add(observation.subject)
    }
    if (observation.kind !== 'notice' || observation.notice.kind !== 'member') return undefined
    const { change, member, evidence } = observation.notice
    if (notes.isStrict || change !== 'failed') return undefined
    return judge(member.name, evidence, notes.everAlive)
  }
}

function judge(
  subject: string,
  evidence: readonly Evidence[],
  everAlive: ReadonlySet<string>,
): string | undefined {
  const start = evidence.findLastIndex(({ kind }) => kind === 'suspect' || kind === 'told-suspect')
  const first = evidence[start]
  // A suspicion out of a push/pull counts as our own (memberlist's merge), whoever told it.
  const accusers = new Set<string>(first?.kind === 'suspect' ? [first.by] : [])
  let counted = 0
  for (const piece of evidence.slice(start + 1)) {
    if (piece.kind !== 'confirm') continue
    if (piece.by === subject) return `${subject} confirmed its own suspicion`
    if (accusers.has(piece.by)) return `${piece.by} was counted twice against ${subject}`
    if (!everAlive.has(piece.by)) return `${piece.by}, never a member, confirmed ${subject}`
    accusers.add(piece.by)
    counted++
    if (piece.count > counted) return `${piece.count} counted of ${counted}`
  }
  return undefined
}
