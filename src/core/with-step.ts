// A machine seen through another step: what recorders and second opinions stand on. Reads go
// to the machine itself.

import type { Machine, Reads } from './io.ts'

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
