// S8: a member is declared dead by our own timer only if we held it suspect for at least the
// shortest suspicion, without a refutation; otherwise another must have said so, and not in a
// table. The n of the formula is counted from below, so the bound errs on the mild side.

import type { Config, Evidence, Millis } from '../../core/index.ts'
import type { Observation, Transition } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

interface Notes {
  config: Config | undefined
  readonly rows: Set<string>
  readonly suspectByName: Map<string, { readonly sinceMs: Millis; readonly minMs: Millis }>
}

export class SuspectBeforeDead implements Checker {
  readonly id = 'S8'
  readonly statement = 'nobody is declared dead before the shortest suspicion is over'
  #notes = new PerObserver<Notes>(() => ({
    config: undefined,
    rows: new Set(),
    suspectByName: new Map(),
  }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.config = observation.config
    if (observation.kind === 'transition') {
      note(notes, observation, observation.ownMs)
      if (isHearsay(observation)) return `${observation.subject} was declared dead by a table`
    }
    if (observation.kind !== 'notice' || observation.notice.kind !== 'member') return undefined
    const { change, member, evidence } = observation.notice
    if (change !== 'failed' || lastVerdict(evidence) !== 'dead') return undefined
    const suspicion = notes.suspectByName.get(member.name)
    if (suspicion === undefined) return `${member.name} was not even suspect`
    const heldMs = observation.ownMs - suspicion.sinceMs
    // The core works in whole milliseconds.
    if (heldMs >= suspicion.minMs - 1) return undefined
    return `${member.name} was suspect for ${heldMs} ms of ${suspicion.minMs}`
  }
}

/** What a push/pull calls dead is only suspected: the accused gets its chance to answer. */
function isHearsay({ to, cause }: Transition): boolean {
  return to === 'dead' && cause === 'push-pull'
}

function lastVerdict(evidence: readonly Evidence[]): Evidence['kind'] | undefined {
  return evidence.findLast(({ kind }) => kind === 'dead' || kind === 'told-dead')?.kind
}

function note(notes: Notes, transition: Transition, ownMs: Millis): void {
  const { subject, from, to } = transition
  if (to === 'forgotten') notes.rows.delete(subject)
  else notes.rows.add(subject)
  if (to === 'alive' || to === 'forgotten') notes.suspectByName.delete(subject)
  if (to !== 'suspect' || from === 'suspect' || notes.config === undefined) return
  const { suspicionMult, probeIntervalMs } = notes.config
  // Thousandths are cut off, as memberlist does.
  const scale = Math.floor(Math.max(1, Math.log10(notes.rows.size)) * 1000) / 1000
  notes.suspectByName.set(subject, {
    sinceMs: ownMs,
    minMs: suspicionMult * scale * probeIntervalMs,
  })
}
