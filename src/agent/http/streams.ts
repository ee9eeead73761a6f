// What the stream routes follow: a log, which of its items are wanted, and what goes before.

import type { StateKey } from '../../host/state-api.ts'
import { apiVersion } from '../contract.ts'
import { jsonText } from '../terminal/text.ts'
import { timestamp } from '../terminal/time.ts'
import type { AgentSide } from './agent-side.ts'
import type { LoggedItem } from './event-log.ts'
import type { StreamOptions } from './event-stream.ts'
import type { QueryOf, StreamRouteId } from './routes.ts'
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
    const { node, prefix = '' } = query
    const log = agent.stateLog.open()
    const isWanted = ({ subject }: LoggedItem) =>
      subject !== undefined &&
      (node === undefined || subject.node === node) &&
      subject.key.startsWith(prefix)
    const source = { log, lastId, isWanted }
    const isAnew = lastId === undefined || !log.holdsAllSince(lastId)
    if (query.initial !== 'true' || !isAnew) return source
    // What there is makes up for what was missed, once the reader has dropped what it had.
    const first = whatThereIs(agent, { node, prefix, hasGap: lastId !== undefined })
    return { ...source, lastId: undefined, first }
  },
}

interface Wanted {
  readonly node: string | undefined
  readonly prefix: string
  readonly hasGap: boolean
}

function* whatThereIs(
  agent: AgentSide,
  { node, prefix, hasGap }: Wanted,
): Generator<LoggedItem, undefined> {
  if (hasGap) yield gap(agent)
  const nodes = node === undefined ? agent.node.members().map(({ name }) => name) : [node]
  for (const one of nodes) {
    for (const item of agent.node.state.of(one).entries(prefix)) yield asItem(agent, item)
  }
  return undefined
}

function asItem(agent: AgentSide, item: StateKey): LoggedItem {
  const at = timestamp(agent.nowMs())
  const json = jsonText(stateChangeJson({ kind: 'set', ...item }, at, agent.node.name))
  return { id: undefined, kind: 'state-set', json, subject: undefined }
}

function gap(agent: AgentSide): LoggedItem {
  const at = timestamp(agent.nowMs())
  const json = jsonText({ apiVersion, kind: 'gap', at, seenBy: agent.node.name, missed: 1 })
  return { id: undefined, kind: 'gap', json, subject: undefined }
}
