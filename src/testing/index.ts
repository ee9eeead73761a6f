// The door `hearsay/testing`: virtual clusters for the tests of applications, what every
// transport must pass, and fakes of the host's parts.

export { ManualClock } from './manual-clock.ts'
export type { SimClusterOptions, SimNodeOptions } from './sim-cluster/options.ts'
export { type SimCluster, simCluster } from './sim-cluster/sim-cluster.ts'
export { type ContractCase, type TransportPair, transportContract } from './transport-contract.ts'
