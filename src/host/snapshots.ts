// Members as people see them: frozen copies made on demand from the core's rows, with text
// for addresses, `failed` for dead, and Unix time in place of machine time.

import type { MemberView, Millis, Status } from '../core/index.ts'
import type { Member, MemberFilter, MemberStatus } from './api.ts'

/** What a snapshot needs beside the row. */
export interface Viewpoint {
  readonly selfName: string
  /** Machine time at which it is taken. */
  readonly now: Millis
  /** Unix time minus machine time. */
  readonly wallOffsetMs: Millis
}

/** `dead` is the protocol's word, `failed` the people's. */
export function statusText(status: Status): MemberStatus {
  return status === 'dead' ? 'failed' : status
}

/** A frozen copy of one row. */
export function memberOf(view: MemberView, viewpoint: Viewpoint): Member {
  const { wallOffsetMs } = viewpoint
  return Object.freeze({
    name: view.name,
    address: view.address.toString(),
    host: view.address.host,
    port: view.address.port,
    status: statusText(view.status),
    incarnation: view.incarnation,
    tags: tagsOf(view),
    meta: view.meta.slice(),
    versions: versionsOf(view),
    hearsay: view.hearsay,
    self: view.name === viewpoint.selfName,
    sinceMs: view.sinceMs + wallOffsetMs,
    rttMs: view.rttMs,
    phi: view.phi,
    seenMs: view.seenMs === undefined ? undefined : view.seenMs + wallOffsetMs,
    suspicion: suspicionOf(view, viewpoint.now),
  })
}

/** What was made last, and of which bytes: most rows share theirs, and a frozen copy serves all. */
const last: {
  meta: Uint8Array | undefined
  tags: Member['tags']
  bytes: Uint8Array | undefined
  versions: Member['versions']
} = { meta: undefined, tags: {}, bytes: undefined, versions: [] }

function tagsOf(view: MemberView): Member['tags'] {
  if (view.meta !== last.meta) {
    last.tags = Object.freeze(Object.fromEntries(view.tags))
    last.meta = view.meta
  }
  return last.tags
}

function versionsOf({ versions }: MemberView): Member['versions'] {
  if (versions !== last.bytes) {
    last.versions = Object.freeze([...versions])
    last.bytes = versions
  }
  return last.versions
}

function suspicionOf({ suspicion }: MemberView, now: Millis): Member['suspicion'] {
  if (suspicion === undefined) return undefined
  const { untilMs, confirmations, needed } = suspicion
  return Object.freeze({ remainingMs: Math.max(0, untilMs - now), confirmations, needed })
}

/** True if a row passes the filter; every part of it that is given must hold. */
export function passes(view: MemberView, filter: MemberFilter): boolean {
  return hasStatus(view, filter.status) && hasTags(view, filter.tags) && hasName(view, filter.name)
}

function hasStatus({ status }: MemberView, wanted: MemberFilter['status']): boolean {
  if (wanted === undefined) return true
  const is = statusText(status)
  return typeof wanted === 'string' ? is === wanted : wanted.includes(is)
}

function hasTags({ tags }: MemberView, wanted: MemberFilter['tags'] = {}): boolean {
  return Object.entries(wanted).every(([key, value]) => tags.get(key) === value)
}

function hasName({ name }: MemberView, wanted: MemberFilter['name']): boolean {
  if (wanted === undefined) return true
  // `search` minds no `lastIndex`, which `test` would move in a pattern with the flag g.
  return typeof wanted === 'string' ? name === wanted : name.search(wanted) >= 0
}
