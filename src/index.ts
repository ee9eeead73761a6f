// The door `hearsay`: a node on Node's UDP and TCP.

import { Core } from './core/index.ts'
import type { Node, NodeOptions } from './host/index.ts'
import { openNode } from './node/index.ts'

/**
 * Starts a node: checks the options, binds its sockets and returns; joining goes on in the
 * background. Rejects with `HEARSAY_CONFIG` (the message lists every wrong option) or
 * `HEARSAY_BIND_FAILED`.
 */
export function createNode(options: NodeOptions = {}): Promise<Node> {
  return openNode(options, (config, parts) => new Core(config, parts))
}

export {
  type Application,
  type Evidence,
  HearsayError,
  type HearsayErrorCode,
  type Profile,
  type StateStats,
} from './core/index.ts'
export type {
  Codec,
  CoverageReport,
  CustomChange,
  CustomOptions,
  EventOfKind,
  JoinResult,
  KeysOf,
  Logger,
  MapChange,
  MapEntry,
  MapMeta,
  MapOptions,
  MapWriteOptions,
  Member,
  MemberFilter,
  MemberStatus,
  MultiChange,
  Node,
  NodeEvent,
  NodeEventKind,
  NodeOptions,
  NodeState,
  OwnKeys,
  Ready,
  SetChange,
  SharedCounter,
  SharedCustom,
  SharedExtreme,
  SharedFlag,
  SharedKind,
  SharedMap,
  SharedMulti,
  SharedSet,
  SharedValues,
  SharedWatchOptions,
  SlotExplanation,
  StateChange,
  StateExplanation,
  StateKey,
  StateReady,
  StateReadyOptions,
  StateWatchOptions,
  Synced,
  SyncOptions,
  ValueChange,
  ValueWatchOptions,
  ViewReport,
  Waiting,
  WatchGap,
  Why,
  WriteOptions,
  Written,
} from './host/index.ts'
export { codecs } from './host/index.ts'
