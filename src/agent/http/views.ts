// From the library's shapes to JSON. Nothing is judged here.

import type { CoverageReport, Member, NodeEvent, ViewReport, Why } from '../../host/api.ts'
import { apiVersion } from '../contract.ts'
import { timestamp } from '../terminal/time.ts'
import type { CoverageJson, MemberJson, StreamItem, ViewsJson, WhyJson } from './shapes.ts'

/** A member as JSON. */
export function memberJson(member: Member): MemberJson {
  const { suspicion } = member
  return {
    name: member.name,
    address: member.address,
    host: member.host,
    port: member.port,
    status: member.status,
    incarnation: member.incarnation,
    tags: { ...member.tags },
    versions: [...member.versions],
    hearsay: member.hearsay,
    self: member.self,
    since: timestamp(member.sinceMs),
    rttMs: member.rttMs === undefined ? null : rounded(member.rttMs),
    phi: member.phi === undefined ? null : rounded(member.phi),
    seen: member.seenMs === undefined ? null : timestamp(member.seenMs),
    suspicion:
      suspicion === undefined
        ? null
        : {
            remainingMs: Math.round(suspicion.remainingMs),
            confirmations: suspicion.confirmations,
            needed: suspicion.needed,
          },
  }
}

/** The case about a member as JSON, as `seenBy` sees it. */
export function whyJson(why: Why, seenBy: string, nowMs: number): WhyJson {
  return {
    apiVersion,
    kind: 'Why',
    at: timestamp(nowMs),
    seenBy,
    member: memberJson(why.member),
    verdict: why.verdict,
    evidence: why.evidence.map(({ atMs, by, kind, text, ...rest }) => {
      return { ...rest, at: timestamp(atMs), by, kind, text }
    }),
    advice: why.advice,
  }
}

/** A view report as JSON. */
export function viewsJson(report: ViewReport): ViewsJson {
  return {
    apiVersion,
    kind: 'Views',
    self: { ...report.self },
    groups: report.groups.map((group) => ({ ...group, members: [...group.members].sort() })),
    disagreements: report.disagreements.map((entry) => ({ ...entry })),
    silent: [...report.silent],
    cannotSay: [...report.cannotSay],
  }
}

/** A coverage report as JSON, first receipt first. */
export function coverageJson(report: CoverageReport): CoverageJson {
  const heard = [...report.heard].sort((a, b) => a.atMs - b.atMs)
  return {
    apiVersion,
    kind: 'Coverage',
    id: report.id,
    heard: heard.map(({ name, from, atMs, hops }) => {
      return { name, from, at: timestamp(atMs), atMs: rounded(atMs), hops: hops ?? null }
    }),
    missing: [...report.missing],
    silent: [...report.silent],
    cannotSay: [...report.cannotSay],
  }
}

/** An event of the node as an item of the stream. */
export function eventJson(event: NodeEvent, seenBy: string): StreamItem {
  const base: StreamItem = { apiVersion, kind: event.kind, at: timestamp(event.atMs), seenBy }
  switch (event.kind) {
    case 'user':
      return {
        ...base,
        id: event.id,
        name: event.name,
        from: event.from,
        text: event.text,
        payloadBase64: Buffer.from(event.payload).toString('base64'),
      }
    case 'gap':
      return { ...base, missed: event.missed }
    case 'evicted': {
      const { node, generation, reason, by } = event
      return { ...base, node, generation, reason, by }
    }
    case 'resync':
      return { ...base, kept: event.kept, dropped: event.dropped }
    case 'clock-skew':
      return { ...base, node: event.node, aheadMs: rounded(event.aheadMs) }
    case 'state-silent': {
      const { node, phi, silentMs } = event
      return { ...base, node, phi: rounded(phi), silentMs: rounded(silentMs) }
    }
    case 'member-join':
      return { ...base, member: memberJson(event.member), rejoin: event.rejoin }
    case 'member-suspect':
    case 'member-failed':
      return {
        ...base,
        member: memberJson(event.member),
        why: whyJson(event.why, seenBy, event.atMs),
      }
    default:
      return { ...base, member: memberJson(event.member) }
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
