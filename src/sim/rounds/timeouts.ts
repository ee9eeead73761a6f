// What memberlist's timeouts and limits come to for a number of members, with the core's own
// formulas: how long a suspicion lasts (Lifeguard §4.2), how often a rumor is passed on, how
// much rarer push/pulls become.

import {
  confirmationsNeeded,
  pushPullIntervalMs,
  suspicionLengthMs,
  suspicionMinMs,
  transmitLimit,
} from '../../core/index.ts'

/** The settings that the formulas take; defaults are memberlist's for a local network. */
export interface TimeoutSettings {
  readonly suspicionMult?: number
  readonly suspicionMaxTimeoutMult?: number
  readonly probeIntervalMs?: number
  readonly retransmitMult?: number
}

export interface Timeouts {
  readonly suspicionMinMs: number
  readonly suspicionMaxMs: number
  /** Independent accusers beyond the first that bring a suspicion down to its shortest. */
  readonly confirmations: number
  /** Length of a suspicion after 0, 1, … confirmations, in ms. */
  readonly suspicionMs: readonly number[]
  readonly transmitLimit: number
  /** How many times longer than configured the interval of push/pulls is. */
  readonly pushPullScale: number
}

/** Everything that depends on the number of members, 1 or more. */
export function timeoutsOf(members: number, settings: TimeoutSettings = {}): Timeouts {
  const { suspicionMult = 4, suspicionMaxTimeoutMult = 6 } = settings
  const { probeIntervalMs = 1000, retransmitMult = 4 } = settings
  const minMs = suspicionMinMs(suspicionMult, members, probeIntervalMs)
  const maxMs = minMs * suspicionMaxTimeoutMult
  const confirmations = confirmationsNeeded(suspicionMult, members)
  return {
    suspicionMinMs: minMs,
    suspicionMaxMs: maxMs,
    confirmations,
    suspicionMs: Array.from({ length: confirmations + 1 }, (_, confirmed) =>
      suspicionLengthMs(confirmed, confirmations, minMs, maxMs),
    ),
    transmitLimit: transmitLimit(retransmitMult, members),
    pushPullScale: pushPullIntervalMs(1, members),
  }
}
