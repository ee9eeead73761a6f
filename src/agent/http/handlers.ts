// What each route does with the node. One entry a row of routes.ts; the compiler insists.

import { HearsayError } from '../../core/index.ts'
import type { MemberFilter, MemberStatus } from '../../host/api.ts'
import { apiVersion } from '../contract.ts'
import { detectionOf } from '../detection.ts'
import { timestamp } from '../terminal/time.ts'
import { statuses } from '../words.ts'
import { type AgentSide, metricOf } from './agent-side.ts'
import type { Handlers } from './call.ts'
import type { AnswerOf, QueryOf } from './routes.ts'
import type { JoinedJson } from './shapes.ts'
import { sharedHandlers } from './shared-handlers.ts'
import { stateHandlers } from './state-handlers.ts'
import { coverageJson, memberJson, viewsJson, whyJson } from './views.ts'

const ASK_MS = 1500
const JOIN_MS = 10_000

export const handlers: Handlers = {
  health: async ({ agent }) => ({
    apiVersion,
    kind: 'Health',
    name: agent.node.name,
    status: agent.isLeaving() ? 'leaving' : 'ok',
    ready: agent.isReady() && !agent.isLeaving(),
    encrypted: agent.encrypted,
    healthScore: metricOf(agent.node.metrics(), 'health_score'),
    members: countByStatus(agent),
  }),

  info: async ({ agent }) => infoOf(agent),

  members: async ({ agent, query }) => ({
    apiVersion,
    kind: 'MemberList',
    at: timestamp(agent.nowMs()),
    seenBy: agent.node.name,
    members: agent.node
      .members(filterOf(query))
      .map(memberJson)
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
  }),

  member: async ({ agent, param }) => {
    const [found] = agent.node.members({ name: param })
    if (found === undefined) throw noSuchMember(param)
    const at = timestamp(agent.nowMs())
    const seenBy = agent.node.name
    return { apiVersion, kind: 'Member', at, seenBy, member: memberJson(found) }
  },

  why: async ({ agent, param }) => {
    const why = agent.node.why(param)
    if (why === undefined) throw noSuchMember(param)
    return whyJson(why, agent.node.name, agent.nowMs())
  },

  remove: async ({ agent, param }) => {
    await agent.node.remove(param)
    return { apiVersion, kind: 'Done', name: param }
  },

  join: async ({ agent, body, signal }) => {
    const timeoutMs = body.timeoutMs ?? JOIN_MS
    try {
      const result = await agent.node.join(body.addresses, { timeoutMs, signal })
      const failures = result.failures.map(({ seed, address, reason, detail }) => {
        return { seed, address, reason, detail }
      })
      return { apiVersion, kind: 'Joined', reached: [...result.reached], failures }
    } catch (error) {
      return joinFailed(error)
    }
  },

  leave: async ({ agent }) => {
    agent.leave()
    return { apiVersion, kind: 'Done', name: agent.node.name }
  },

  sendEvent: async ({ agent, body }) => {
    const { name, payload, payloadBase64, coalesce } = body
    if (payload !== undefined && payloadBase64 !== undefined) {
      throw new HearsayError('HEARSAY_CONFIG', 'give payload or payloadBase64, not both')
    }
    const bytes =
      payloadBase64 === undefined ? (payload ?? '') : Buffer.from(payloadBase64, 'base64')
    const { id } = await agent.node.broadcast(name, bytes, { coalesce: coalesce ?? false })
    return { apiVersion, kind: 'EventSent', id, name }
  },

  coverage: async ({ agent, param, query, signal }) => {
    const timeoutMs = query.timeoutMs ?? ASK_MS
    return coverageJson(await agent.node.coverage(param, { timeoutMs, signal }))
  },

  views: async ({ agent, query, signal }) => {
    const timeoutMs = query.timeoutMs ?? ASK_MS
    return viewsJson(await agent.node.views({ timeoutMs, signal }))
  },

  checks: async ({ agent }) => ({
    apiVersion,
    kind: 'Checks',
    name: agent.node.name,
    findings: [...(await agent.check())],
  }),

  ...stateHandlers,
  ...sharedHandlers,

  // Loaded when first scraped: it costs more to load than the rest of the API.
  metrics: async ({ agent }) => await (await import('./metrics.ts')).prometheusText(agent),
}

function infoOf(agent: AgentSide): AnswerOf<'info'> {
  const { node } = agent
  const options = node.config()
  const alive = node.members({ status: ['alive', 'suspect'] }).length
  const { usualMs, worstMs } = detectionOf(options, Math.max(2, alive))
  const finite = (ms: number) => (Number.isFinite(ms) ? Math.round(ms) : 0)
  return {
    apiVersion,
    kind: 'Info',
    name: node.name,
    address: node.address,
    bound: node.bound,
    url: agent.url(),
    pid: process.pid,
    version: agent.version,
    node: process.version,
    startedAt: timestamp(agent.startedMs),
    uptimeMs: Math.round(agent.nowMs() - agent.startedMs),
    encrypted: agent.encrypted,
    label: agent.label,
    profile: String(options.profile ?? 'lan'),
    application: String(options.application ?? 'memberlist'),
    strict: options.strict === true,
    detection: {
      members: Math.max(2, alive),
      usualMs: finite(usualMs),
      worstMs: finite(worstMs),
    },
    config: agent.config(),
  }
}

function countByStatus(agent: AgentSide): Record<MemberStatus, number> {
  const counts = { alive: 0, suspect: 0, failed: 0, left: 0 }
  for (const member of agent.node.members()) counts[member.status] += 1
  return counts
}

function filterOf(query: QueryOf<'members'>): MemberFilter {
  const wanted = (query.status ?? '').split(',')
  const status = statuses.filter((one) => wanted.includes(one))
  const tags = Object.fromEntries(
    (query.tag ?? '').split(',').flatMap((pair) => {
      const at = pair.indexOf('=')
      return at < 1 ? [] : [[pair.slice(0, at), pair.slice(at + 1)]]
    }),
  )
  return {
    ...(query.status === undefined ? {} : { status }),
    ...(Object.keys(tags).length === 0 ? {} : { tags }),
    ...(query.name === undefined ? {} : { name: query.name }),
  }
}

/** A join that reached nobody is an answer, with reasons, not an error of the API. */
function joinFailed(error: unknown): JoinedJson {
  if (!(error instanceof HearsayError) || error.code !== 'HEARSAY_JOIN_FAILED') throw error
  const reason = error.reason ?? 'failed'
  const details = error.problems.length > 0 ? error.problems : [error.message]
  // The problems name their addresses themselves.
  const failures = details.map((detail) => ({ seed: '', address: '', reason, detail }))
  return { apiVersion, kind: 'Joined', reached: [], failures }
}

function noSuchMember(name: string): HearsayError {
  return new HearsayError('HEARSAY_NO_SUCH_MEMBER', `no member is called ${JSON.stringify(name)}`)
}
