// What the state routes do with the node.

import { HearsayError } from '../../core/index.ts'
import type { KeysOf, StateKey } from '../../host/state-api.ts'
import { apiVersion } from '../contract.ts'
import { timestamp } from '../terminal/time.ts'
import type { AgentSide } from './agent-side.ts'
import { catchUp, type Handlers, Refused } from './call.ts'
import { refuse } from './guard.ts'
import type { StateRouteId } from './routes.ts'
import { LIST_LENGTH, type StateKeyJson, type StateKeyListJson } from './state-shapes.ts'
import { expiresText, listedKeyJson, stateKeyJson } from './state-views.ts'

export const stateHandlers: Handlers<StateRouteId> = {
  stateKeys: async (call) => {
    const agent = await catchUp(call)
    return listOf(agent, livingOf(agent), call.query)
  },

  nodeKeys: async (call) => {
    const agent = await catchUp(call)
    checkKnown(agent, call.param)
    return listOf(agent, [call.param], call.query)
  },

  nodeKey: async (call) => {
    const agent = await catchUp(call)
    checkKnown(agent, call.param)
    return keyOf(agent.node.state.of(call.param), call.key)
  },

  ownKeys: async (call) => {
    const agent = await catchUp(call)
    return listOf(agent, [agent.node.name], call.query)
  },

  ownKey: async ({ agent, key }) => keyOf(agent.node.state.own, key),

  setOwnKey: async ({ agent, key, query, body }) => {
    const { own } = agent.node.state
    const { acked, needed } = await own.set(key, body, query)
    const now = own.get(key)
    return {
      apiVersion,
      kind: 'StateWritten',
      node: agent.node.name,
      key,
      version: now?.version ?? 0,
      sizeBytes: body.length,
      expires: expiresText(now?.expiresMs),
      acked,
      needed,
    }
  },

  deleteOwnKey: async ({ agent, key, query }) => {
    const { own } = agent.node.state
    keyOf(own, key)
    const { acked, needed } = await own.delete(key, query)
    return { apiVersion, kind: 'StateDeleted', node: agent.node.name, key, acked, needed }
  },

  stateStats: async ({ agent }) => {
    const { own = null, shared = null, waitingFor, ...stats } = agent.node.state.stats()
    const { name } = agent.node
    const gone = [...waitingFor]
    return { apiVersion, kind: 'StateStats', name, ...stats, waitingFor: gone, own, shared }
  },
}

function listOf(
  agent: AgentSide,
  nodes: readonly string[],
  {
    prefix,
    limit = LIST_LENGTH,
  }: { readonly prefix?: string | undefined; readonly limit?: number | undefined },
): StateKeyListJson {
  // One member after the other: reads are copies, and all together may be many.
  const keys = nodes.flatMap((node) => agent.node.state.of(node).entries(prefix).map(listedKeyJson))
  return {
    apiVersion,
    kind: 'StateKeyList',
    at: timestamp(agent.nowMs()),
    seenBy: agent.node.name,
    keys: keys.slice(0, limit),
    more: Math.max(0, keys.length - limit),
  }
}

function livingOf({ node }: AgentSide): readonly string[] {
  return node
    .members({ status: ['alive', 'suspect'] })
    .map(({ name }) => name)
    .sort()
}

/** A member that is not known, and has left nothing either, is most likely a mistyped one. */
function checkKnown({ node }: AgentSide, name: string): void {
  if (node.members({ name }).length > 0 || node.state.of(name).entries().length > 0) return
  throw new HearsayError('HEARSAY_NO_SUCH_MEMBER', `no member is called ${JSON.stringify(name)}`)
}

function keyOf(keys: Pick<KeysOf, 'get'>, key: string): StateKeyJson {
  const found: StateKey | undefined = keys.get(key)
  if (found !== undefined) return stateKeyJson(found)
  throw new Refused(refuse(404, 'no-such-key', `there is no key ${JSON.stringify(key)}`))
}
