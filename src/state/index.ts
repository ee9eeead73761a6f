// The door `hearsay/state`: what programs need that deal with replicated state without running a
// node: the shapes of its keys and values, the codecs, and a check for merges of their own.

export { HearsayError, type HearsayErrorCode, type StateStats } from '../core/index.ts'
export type {
  Codec,
  CustomChange,
  CustomOptions,
  KeysOf,
  MapChange,
  MapEntry,
  MapMeta,
  MapOptions,
  MapWriteOptions,
  MultiChange,
  NodeState,
  OwnKeys,
  SetChange,
  SharedCounter,
  SharedCustom,
  SharedExtreme,
  SharedFlag,
  SharedMap,
  SharedMulti,
  SharedSet,
  SharedValues,
  SharedWatchOptions,
  StateChange,
  StateKey,
  StateReady,
  StateReadyOptions,
  StateWatchOptions,
  Synced,
  SyncOptions,
  ValueChange,
  ValueWatchOptions,
  WatchGap,
  WriteOptions,
  Written,
} from '../host/index.ts'
export { codecs } from '../host/index.ts'
export { brokenMergeLaw } from './merge-law.ts'
