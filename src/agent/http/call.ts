// What a handler is given, and what it may throw to refuse.

import type { AgentSide } from './agent-side.ts'
import type { Refusal } from './guard.ts'
import type { AnswerOf, BodyOf, QueryOf, RouteId, StreamRouteId } from './routes.ts'

export interface Call<Id extends RouteId> {
  readonly agent: AgentSide
  /** `:name`, `:id`, `:node` or `:map` of the path, decoded. */
  readonly param: string
  /** `:key` of the path, decoded. */
  readonly key: string
  readonly query: QueryOf<Id>
  readonly body: BodyOf<Id>
  /** Aborts when the asker has gone. */
  readonly signal: AbortSignal
}

/** One entry a route; streams are served elsewhere. */
export type Handlers<Ids extends RouteId = Exclude<RouteId, StreamRouteId>> = {
  readonly [Id in Ids]: (call: Call<Id>) => Promise<AnswerOf<Id>>
}

/** What a read may ask for first: that this agent catches up with others. */
export interface SyncQuery {
  readonly sync?: number | 'majority' | undefined
  readonly timeoutMs?: number | undefined
}

/** Catches up with other members, if a read asks for that. Rejects with `HEARSAY_TIMEOUT`. */
export async function catchUp(call: {
  readonly agent: AgentSide
  readonly query: SyncQuery
  readonly signal: AbortSignal
}): Promise<AgentSide> {
  const { agent, query, signal } = call
  const { sync: peers, timeoutMs } = query
  if (peers !== undefined) await agent.node.state.sync({ peers, timeoutMs, signal })
  return agent
}

/** Thrown by a handler: a refusal with a code of its own. */
export class Refused extends Error {
  readonly refusal: Refusal

  constructor(refusal: Refusal) {
    super(refusal.message)
    this.name = 'Refused'
    this.refusal = refusal
  }
}
