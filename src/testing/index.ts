// The door `hearsay/testing`: what every transport must pass, and fakes of the host's parts.

export { ManualClock } from './manual-clock.ts'
export { type ContractCase, type TransportPair, transportContract } from './transport-contract.ts'
