// The door `hearsay/core`: the sans-I/O machine and its contract.

export { type CoreParts, checkContext, wireSettings } from './assemble.ts'
export { Address, type AddressKey, addressKey, ipText, ipv4, isMappedIpv4 } from './base/address.ts'
export { AssertionError, assert } from './base/assert.ts'
export { concat, equalBytes } from './base/bytes.ts'
export {
  BeatHistory,
  type NormalRules,
  type PhiRules,
  phiExponential,
  phiNormal,
} from './base/phi.ts'
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
export { Core } from './core.ts'
export { Book, type KeptStream } from './disk/book.ts'
export { encodeFrame } from './disk/frames.ts'
export { type DiskOwner, encodeRecord, type KeptEntry } from './disk/records.ts'
export { type Recovery, recover } from './disk/recovery.ts'
export { type DiskJob, type Durability, Scribe } from './disk/scribe.ts'
export { HearsayError, type HearsayErrorCode, type HearsayErrorDetails } from './errors.ts'
export type * from './io.ts'
export { pushPullIntervalMs } from './periodic.ts'
export { transmitLimit } from './queue.ts'
export { SILENT_PHI } from './state/beats.ts'
export { type Lattice, Lattices, slotKey, slotPlace } from './state/lattices/index.ts'
export { tableOf } from './state/lattices/tables.ts'
export { decodeLedger } from './state/ledger.ts'
export { confirmationsNeeded, suspicionLengthMs, suspicionMinMs } from './swim/suspicion.ts'
export { announcesHearsay, HEARSAY_TAG, metaOfTags, sizeOfTags } from './views.ts'
export type { Cipher } from './wire/sealing.ts'
export { type Turn, turnsOf, withStep } from './with-step.ts'
