// Streams whose stamps lie too far ahead wait (slots.ts). Here they are looked at again: when the
// first stamp that was refused has become acceptable, and whenever our own clock was moved. Then
// their writers are compared with at once; hardly anybody else holds what all refused.

import type { Parts } from '../parts.ts'
import type { Stalled } from './shared-state.ts'
import { compareWith } from './syncing.ts'
import { expectTask, isSharing, partnerTest } from './telling.ts'

const EVER = Number.MAX_VALUE

/** The time of some stalled streams has come. */
export function lookAtStalled(parts: Parts): void {
  const { stalls } = parts.state
  for (let due = stalls.take(parts.now); due !== undefined; due = stalls.take(parts.now)) {
    resume(parts, due.timer)
  }
  if (stalls.size > 0) expectTask(parts, 'stalls', stalls.next)
}

/** Our clock shows another time: what was far ahead by the old one need not be by this. */
export function lookAtAllStalled(parts: Parts): void {
  const { stalls } = parts.state
  for (let due = stalls.take(EVER); due !== undefined; due = stalls.take(EVER)) {
    resume(parts, due.timer)
  }
}

function resume(parts: Parts, { stream, node }: Stalled): void {
  parts.state.store.welcome(stream)
  const member = parts.members.find(node)
  const isPartner = member !== undefined && partnerTest(parts)(member)
  if (isPartner && isSharing(parts)) compareWith(parts, member)
}
