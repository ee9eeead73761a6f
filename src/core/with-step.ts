// A machine seen through another step, and the turns that a step took: what recorders and
// second opinions stand on. Reads go to the machine itself.

import type { Effect, Machine, Notice, Reads } from './io.ts'

/** A change of a row, as a machine with `trace` on tells it. */
export type Turn = Extract<Notice, { readonly kind: 'transition' }>

/** The turns among the effects of a step, in order. */
export function turnsOf(effects: readonly Effect[]): Turn[] {
  return effects.flatMap((effect) =>
    effect.kind === 'notify' && effect.notice.kind === 'transition' ? [effect.notice] : [],
  )
}

/** `machine`, with `step` in place of its own; which is expected to call the machine's. */
export function withStep(machine: Machine & Reads, step: Machine['step']): Machine & Reads {
  return {
    step,
    get deadline() {
      return machine.deadline
    },
    get size() {
      return machine.size
    },
    get health() {
      return machine.health
    },
    get state() {
      return machine.state
    },
    memberViews: () => machine.memberViews(),
    memberView: (name) => machine.memberView(name),
    evidence: (name) => machine.evidence(name),
    viewChecksum: () => machine.viewChecksum(),
    queued: () => machine.queued(),
    counters: () => machine.counters(),
  }
}
