// The door `hearsay/state`: what programs need that deal with replicated state without running a
// node: the shapes of its keys and values, the codecs, and a check for merges of their own.

export { HearsayError, type HearsayErrorCode, type StateStats } from '../core/index.ts'
export { codecs } from '../host/index.ts'
export type * from '../host/state-api.ts'
export { brokenMergeLaw } from './merge-law.ts'
