// The end of a sweep (state/sweep.ts): asks all whom it is about how far they have written by now.
// Words that came by themselves will not do, as they may have been under way for long.

import type { Parts } from '../parts.ts'
import { askWord } from './syncing.ts'
import { partnerTest } from './telling.ts'

/** Members asked at a time. */
const ASKED_MAX = 64

/** Asks those whose last word a sweep waits for, and again if no answer has come. */
export function askLastWords(parts: Parts): void {
  const { sweep } = parts.state
  const isPartner = partnerTest(parts)
  for (const name of sweep?.unheard.slice(0, ASKED_MAX) ?? []) {
    const member = parts.members.find(name)
    if (member !== undefined && isPartner(member)) sweep?.ask(name, askWord(parts, member))
  }
}
