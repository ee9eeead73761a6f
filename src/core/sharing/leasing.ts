// Asks members that are back whether they live on in the life that set their leases: only their own
// word tells, as another process of the name may have come in their place.

import type { Parts } from '../parts.ts'
import { lookAtLeases } from './leases.ts'
import { askWord } from './syncing.ts'
import { expectTask, partnerTest } from './telling.ts'

/** An answer takes no longer, unless it was lost. */
const ASK_EVERY_MS = 1000

/** Looks at the members whose time has come, and asks those who are back. */
export function leaseTick(parts: Parts): void {
  const { leases } = parts.state
  const names: string[] = []
  for (let due = leases.due.take(parts.now); due; due = leases.due.take(parts.now)) {
    names.push(due.timer)
  }
  for (const name of names) {
    lookAtLeases(parts, name)
    askWhoReturned(parts, name)
  }
  const { next } = leases.due
  if (next !== Number.POSITIVE_INFINITY) expectTask(parts, 'leases', next)
}

function askWhoReturned(parts: Parts, name: string): void {
  const { leases } = parts.state
  const returned = leases.livesOf(name).filter(({ hidden }) => hidden === 'returned')
  if (returned.length === 0) return
  leases.due.clear(name)
  const member = parts.members.find(name)
  if (member === undefined || !partnerTest(parts)(member)) return
  parts.counters.add('state_lease_questions_total')
  const salt = askWord(parts, member)
  for (const life of returned) life.askedSalt = salt
  leases.due.set(name, parts.now + ASK_EVERY_MS, name)
}
