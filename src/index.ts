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
  type EvictionReason,
  type Evidence,
  HearsayError,
  type HearsayErrorCode,
  type Profile,
  type StateStats,
} from './core/index.ts'
export type {
  CoverageReport,
  EventOfKind,
  JoinResult,
  Logger,
  Member,
  MemberFilter,
  MemberStatus,
  Node,
  NodeEvent,
  NodeEventKind,
  NodeOptions,
  Ready,
  ViewReport,
  Waiting,
  Why,
} from './host/index.ts'
export { codecs } from './host/index.ts'
export type * from './host/state-api.ts'
