// From what a user wrote under `join` to addresses: the shape of the resolver that a platform
// gives, and its answers. Resolving again and again is `joining.ts`'s business.

import type { JoinTarget } from '../core/index.ts'

export interface Resolved {
  readonly targets: readonly JoinTarget[]
  /** Seeds without any address, and why. */
  readonly failures: readonly UnresolvedSeed[]
}

export interface UnresolvedSeed {
  readonly seed: string
  /** `syntax`: not a seed at all. `name`: the name has no address. `timeout`: no answer in time. */
  readonly reason: 'syntax' | 'name' | 'timeout'
  readonly detail: string
}

/** Never rejects and never hangs: what cannot be resolved is among the failures. */
export type ResolveSeeds = (seeds: readonly string[]) => Promise<Resolved>
