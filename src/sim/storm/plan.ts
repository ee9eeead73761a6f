// A storm as plain data: who takes part, what befalls whom and when, and what is tried once it
// is calm. Nothing is left to chance while it runs but what the network does by its own seed,
// so that a plan can be kept, shortened and run again; `draw.ts` makes one out of a seed.

import type { Millis } from '../../core/index.ts'
import type { Traits } from './fault.ts'
import type { Strike } from './faults.ts'
import type { Trial } from './trials.ts'

export interface StormPlan {
  /** Seeds the network and the members; the strikes were drawn from it as well. */
  readonly seed: number
  /** Ids of the members that start before the storm; their names too. */
  readonly members: readonly string[]
  readonly traits: Traits
  /** Length of the chaos, from the moment the members have had time to join. */
  readonly chaosMs: Millis
  /** Ordered by time. */
  readonly strikes: readonly Strike[]
  /** Whether who is down when the calm begins is started again, or must be found failed. */
  readonly revive: boolean
  /** Tried one after the other in the calm, each against the bound of its invariant. */
  readonly trials: readonly Trial[]
}
