// The door `hearsay/core`: the sans-I/O machine and its contract.

export { Address, type AddressKey, addressKey, ipText, ipv4, isMappedIpv4 } from './base/address.ts'
export { AssertionError, assert } from './base/assert.ts'
export { Random } from './base/random.ts'
export {
  type Application,
  type Config,
  type CoreOptions,
  checkTunables,
  defaultOf,
  makeConfig,
  type Network,
  type OptionName,
  optionTable,
  type Profile,
  type Tunables,
} from './config.ts'
export { HearsayError, type HearsayErrorCode, type HearsayErrorDetails } from './errors.ts'
export type * from './io.ts'
