// The state of a machine that has none, for stand-ins.

import type { StateReads } from '../../src/core/index.ts'

export const noState: StateReads = {
  get: () => undefined,
  items: () => [],
  nodes: () => [],
  slot: () => undefined,
  map: () => [],
  sweep: () => undefined,
  slots: () => [],
  stats: () => ({
    streams: 0,
    keys: 0,
    bytes: 0,
    graves: 0,
    islands: 0,
    rumors: 0,
    rumorBytes: 0,
    rumorAgeMs: 0,
    clockAheadMs: 0,
    laggards: 0,
    stabilityLagMs: 0,
    unheardBy: 0,
    own: undefined,
    shared: undefined,
    sharedKeys: 0,
    leases: 0,
    leasesHidden: 0,
    tombstones: 0,
    sweepWaitsFor: 0,
    waitingFor: [],
    gone: 0,
    adoptionsStuck: 0,
    stampsAheadMs: 0,
  }),
}
