// How long things may take at most in a calm network, by the formulas of SWIM, Lifeguard and
// memberlist, for n members with one configuration: what the liveness invariants L1 to L7 are
// held to.

import type { Config, Millis } from '../../core/index.ts'

/** Growth of the push/pull interval sets in beyond this many members. */
const PUSH_PULL_FREE = 32
/** What a round of the healer may be late: it is spread by a tenth. */
export const HEAL_JITTER = 1.1

export interface Bounds {
  /** A rumor has reached everybody. */
  readonly spreadMs: Millis
  /** The longest suspicion. */
  readonly suspicionMs: Millis
  /** A crash is known to everybody. */
  readonly detectMs: Millis
  /** Push/pulls have carried everything to everybody they meet. */
  readonly pushPullMs: Millis
  /** After the last fault: everybody agrees, if the healer finds somebody at once. */
  readonly healMs: Millis
  /** A name that was last seen at another address has become free to move. */
  readonly moveMs: Millis
}

/** The bounds for `n` members, dead ones that are still probed included. */
export function boundsOf(config: Config, n: number): Bounds {
  const { probeIntervalMs, suspicionMult, suspicionMaxTimeoutMult, gossipIntervalMs } = config
  const shortest = suspicionMult * Math.max(1, Math.log10(n)) * probeIntervalMs
  const suspicionMs = suspicionMaxTimeoutMult * shortest
  const spreadMs = gossipIntervalMs * (Math.ceil(Math.log2(n + 1)) + 2)
  const doublings = Math.max(0, Math.ceil(Math.log2(n / PUSH_PULL_FREE)))
  const pushPullMs = config.pushPullIntervalMs * (doublings + 1)
  const detectMs = 2 * n * probeIntervalMs + suspicionMs + spreadMs
  const healMs = config.healIntervalMs * HEAL_JITTER + 2 * suspicionMs + pushPullMs + spreadMs
  const moveMs = detectMs + config.deadReclaimMs
  return { spreadMs, suspicionMs, detectMs, pushPullMs, healMs, moveMs }
}
