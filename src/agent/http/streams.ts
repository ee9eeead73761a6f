// What the stream routes follow: a log, which of its items are wanted, and what goes before.

import { codecs } from '../../host/codecs.ts'
import { apiVersion } from '../contract.ts'
import { jsonText } from '../terminal/text.ts'
import { timestamp } from '../terminal/time.ts'
import type { AgentSide } from './agent-side.ts'
import { Refused } from './call.ts'
import type { LoggedItem } from './event-log.ts'
import type { StreamOptions } from './event-stream.ts'
import { refuse } from './guard.ts'
import type { QueryOf, StreamRouteId } from './routes.ts'
import type { StreamItem } from './shapes.ts'
import { sharedChangeJson } from './shared-views.ts'
import { stateChangeJson } from './state-views.ts'

export type StreamSource = Pick<StreamOptions, 'log' | 'lastId' | 'isWanted' | 'first'>

/** One entry a stream route. `lastId` is the header of a reader that resumes. */
export type StreamSources = {
  readonly [Id in StreamRouteId]: (
    agent: AgentSide,
    query: QueryOf<Id>,
    lastId: string | undefined,
  ) => StreamSource
}

export const streamSources: StreamSources = {
  events: ({ events }, { kinds, after }, lastId = after) => {
    const wanted = kinds === undefined ? undefined : new Set(kinds.split(','))
    return { log: events, lastId, isWanted: wanted && (({ kind }) => wanted.has(kind)) }
  },

  watchState: (agent, query, lastId = query.after) => {
    const { map, node, prefix = '' } = query
    if (map !== undefined && node !== undefined) {
      const message = 'node: keys of a map are of no member; leave out node, or map'
      throw new Refused(refuse(400, 'bad-request', message))
    }
    const log = map === undefined ? agent.stateLogs.own() : agent.stateLogs.map(map)
    const isWanted = ({ subject }: LoggedItem) =>
      subject !== undefined &&
      (node === undefined || subject.node === node) &&
      subject.key.startsWith(prefix)
    const resumes = lastId !== undefined && log.holdsAllSince(lastId)
    if (query.initial !== 'true' || resumes) return { log, lastId, isWanted }
    // What there is makes up for what was missed, once the reader has dropped what it had.
    const there = map === undefined ? ownKeys(agent, node, prefix) : mapKeys(agent, map, prefix)
    const first = asItems(there, lastId === undefined ? undefined : gapOf(agent))
    return { log, lastId: undefined, isWanted, first }
  },
}

function* ownKeys(
  agent: AgentSide,
  node: string | undefined,
  prefix: string,
): Generator<StreamItem> {
  const nodes = node === undefined ? agent.node.members().map(({ name }) => name) : [node]
  for (const one of nodes) {
    const keys = agent.node.state.of(one)
    // A slow reader holds names, not copies of all values.
    for (const name of keys.entries(prefix).map(({ key }) => key)) {
      const item = keys.get(name)
      if (item !== undefined) yield stateChangeJson({ kind: 'set', ...item }, seenOf(agent))
    }
  }
}

function* mapKeys(agent: AgentSide, name: string, prefix: string): Generator<StreamItem> {
  const map = agent.node.state.map(name, { codec: codecs.bytes() })
  for (const key of map.entries(prefix).map((entry) => entry.key)) {
    const [value, meta] = [map.get(key), map.meta(key)]
    if (value === undefined || meta === undefined) continue
    yield sharedChangeJson(name, { kind: 'set', key, value, ...meta }, seenOf(agent))
  }
}

/** They are no part of the log, so nobody can resume from them. */
function* asItems(
  there: Iterable<StreamItem>,
  gap: StreamItem | undefined,
): Generator<LoggedItem, undefined> {
  const asItem = (item: StreamItem): LoggedItem => {
    return { id: undefined, kind: item.kind, json: jsonText(item), subject: undefined }
  }
  if (gap !== undefined) yield asItem(gap)
  for (const item of there) yield asItem(item)
  return undefined
}

function gapOf(agent: AgentSide): StreamItem {
  return { apiVersion, kind: 'gap', ...seenOf(agent), missed: 1 }
}

function seenOf({ node, nowMs }: AgentSide) {
  return { at: timestamp(nowMs()), seenBy: node.name }
}
