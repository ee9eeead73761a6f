// Notices of the core as the events people listen to.

import type { Notice } from '../core/index.ts'
import type { Member, NodeEvent, Why } from './api.ts'
import { eventIdText, payloadText } from './payload.ts'

type NoticeOf<K extends Notice['kind']> = Extract<Notice, { kind: K }>

/** What a member's change looks like from outside. `why` is asked for only where it is needed. */
export function memberEvent(
  notice: NoticeOf<'member'>,
  member: Member,
  atMs: number,
  why: () => Why,
): NodeEvent {
  switch (notice.change) {
    case 'join':
      return { kind: 'member-join', atMs, member, rejoin: notice.rejoin }
    case 'update':
      return { kind: 'member-update', atMs, member }
    case 'suspect':
      return { kind: 'member-suspect', atMs, member, why: why() }
    case 'failed':
      return { kind: 'member-failed', atMs, member, why: why() }
    case 'leave':
      return { kind: 'member-leave', atMs, member }
    case 'forget':
      return { kind: 'member-forget', atMs, member }
  }
}

/** A user event; its text is empty where the payload is not UTF-8. */
export function userEvent(notice: NoticeOf<'event'>, atMs: number): NodeEvent {
  return {
    kind: 'user',
    atMs,
    name: notice.event.name,
    payload: notice.payload,
    text: payloadText(notice.payload),
    id: eventIdText(notice.event),
    from: notice.from,
  }
}
