// One life of one member in the world of a proof: a production core and what is known of it.

import { type Address, Core, makeConfig, Random } from '../../core/index.ts'
import type { Disk } from './disk.ts'

/** How often stores are compared: rarely, since every comparison is one to schedule. */
export const SYNC_EVERY_MS = 5000

export interface Resident {
  readonly name: string
  readonly address: Address
  readonly core: Core
  /** What its next life begins with; undefined if that is nothing. */
  readonly disk: Disk | undefined
  /** What its wall clock is ahead of the true time. */
  skewMs: number
  isUp: boolean
}

/** A core that does nothing of its own accord but share state: all else is the schedule's. */
export function makeResident(
  { name, address, disk }: Pick<Resident, 'name' | 'address' | 'disk'>,
  seed: number,
): Resident {
  const config = makeConfig({
    name,
    advertise: address,
    trace: true,
    probeIntervalMs: 0,
    gossipIntervalMs: 0,
    pushPullIntervalMs: 0,
    healIntervalMs: 0,
    compression: false,
    stateSyncIntervalMs: SYNC_EVERY_MS,
  })
  const core = new Core(config, { random: new Random(seed) })
  return { name, address, core, disk, skewMs: 0, isUp: true }
}
