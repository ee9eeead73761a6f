// What the routes of shared values do with the node. Values of maps are bytes here; programs
// that give them types do that with a codec of their own.

import { codecs } from '../../host/codecs.ts'
import type { SharedExtreme, SharedMap, Written } from '../../host/shared-api.ts'
import { apiVersion } from '../contract.ts'
import { timestamp } from '../terminal/time.ts'
import { singleKinds } from '../words.ts'
import type { AgentSide } from './agent-side.ts'
import { catchUp, type Handlers, Refused } from './call.ts'
import { refuse } from './guard.ts'
import type { SharedRouteId } from './routes.ts'
import { ELEMENTS_MAX } from './shared-shapes.ts'
import { listedSharedKeyJson, sharedKeyJson } from './shared-views.ts'
import { LIST_LENGTH } from './state-shapes.ts'

export const sharedHandlers: Handlers<SharedRouteId> = {
  sharedKeys: async (call) => {
    const { param, query } = call
    const agent = await catchUp(call)
    const entries = mapOf(agent, param).entries(query.prefix)
    const limit = query.limit ?? LIST_LENGTH
    return {
      apiVersion,
      kind: 'SharedKeyList',
      at: timestamp(agent.nowMs()),
      seenBy: agent.node.name,
      map: param,
      keys: entries.slice(0, limit).map(listedSharedKeyJson),
      more: Math.max(0, entries.length - limit),
    }
  },

  sharedKey: async (call) => {
    const { param, key } = call
    const map = mapOf(await catchUp(call), param)
    const [value, meta] = [map.get(key), map.meta(key)]
    if (value === undefined || meta === undefined) throw noSuchKey(key)
    return sharedKeyJson(param, { key, value, ...meta })
  },

  setSharedKey: async ({ agent, param, key, query, body }) =>
    writtenJson(param, key, await mapOf(agent, param).set(key, body, query)),

  deleteSharedKey: async ({ agent, param, key, query }) => {
    const map = mapOf(agent, param)
    if (!map.has(key)) throw noSuchKey(key)
    return writtenJson(param, key, await map.delete(key, query))
  },

  counter: async (call) => counterJson(await catchUp(call), call.param),

  count: async ({ agent, param, query, body }) => {
    const done = await agent.node.state.counter(param).add(body.by, query)
    return { ...counterJson(agent, param), ...done }
  },

  elements: async (call) => {
    const { param } = call
    const { node } = await catchUp(call)
    const all = node.state.set(param).values()
    const more = Math.max(0, all.length - ELEMENTS_MAX)
    return { apiVersion, kind: 'Set', name: param, elements: all.slice(0, ELEMENTS_MAX), more }
  },

  addElement: async ({ agent, param, key, query }) =>
    writtenJson(param, key, await agent.node.state.set(param).add(key, query)),

  removeElement: async ({ agent, param, key, query }) => {
    const set = agent.node.state.set(param)
    if (!set.has(key)) throw noSuchElement(param, key)
    return writtenJson(param, key, await set.remove(key, query))
  },

  flag: async (call) => {
    const { node } = await catchUp(call)
    const { name, isRaised } = node.state.flag(call.param)
    return { apiVersion, kind: 'Flag', name, raised: isRaised }
  },

  raiseFlag: async ({ agent, param, query }) =>
    writtenJson(param, '', await agent.node.state.flag(param).raise(query)),

  max: async (call) => extremeJson((await catchUp(call)).node.state.max(call.param)),

  offerMax: async ({ agent, param, query, body }) => {
    const max = agent.node.state.max(param)
    const done = await max.offer(body.value, query)
    return { ...extremeJson(max), ...done }
  },

  min: async (call) => extremeJson((await catchUp(call)).node.state.min(call.param)),

  offerMin: async ({ agent, param, query, body }) => {
    const min = agent.node.state.min(param)
    const done = await min.offer(body.value, query)
    return { ...extremeJson(min), ...done }
  },

  explain: async ({ agent, query }) => {
    const { name, key = '', type = 'map' } = query
    const isSingle = singleKinds.includes(type)
    if (isSingle !== (key === '')) {
      const problem = isSingle
        ? `a ${type} has none; leave it out`
        : `it is missing; a ${type} has several`
      throw new Refused(refuse(400, 'bad-request', `key: ${problem}`))
    }
    const { kind, slots, waitingFor, ...rest } = agent.node.state.explain(name, key, type)
    const seenBy = agent.node.name
    const copies = slots.map(({ coveredBy, unheard, hidden = null, ...slot }) => {
      return { ...slot, hidden, coveredBy: [...coveredBy], unheard: [...unheard] }
    })
    return {
      apiVersion,
      kind: 'StateExplanation',
      seenBy,
      type: kind,
      ...rest,
      slots: copies,
      waitingFor: [...waitingFor],
    }
  },
}

function mapOf({ node }: AgentSide, name: string): SharedMap<Uint8Array> {
  return node.state.map(name, { codec: codecs.bytes() })
}

function writtenJson(map: string, key: string, { acked, needed }: Written) {
  return { apiVersion, kind: 'SharedWritten', map, key, acked, needed } as const
}

function counterJson({ node }: AgentSide, name: string) {
  return { apiVersion, kind: 'Counter', name, value: node.state.counter(name).value } as const
}

function extremeJson({ name, value }: SharedExtreme) {
  return { apiVersion, kind: 'Extreme', name, value: value ?? null } as const
}

function noSuchElement(set: string, element: string): Refused {
  const message = `${JSON.stringify(element)} is not in the set ${JSON.stringify(set)}`
  return new Refused(refuse(404, 'no-such-element', message))
}

function noSuchKey(key: string): Refused {
  return new Refused(refuse(404, 'no-such-key', `there is no key ${JSON.stringify(key)}`))
}
