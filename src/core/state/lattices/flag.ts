// Something that becomes true and stays true.

import { EMPTY, equalBytes } from '../../base/bytes.ts'
import type { Lattice } from './lattice.ts'

/** The only state a flag has: a flag that nobody raised has no slot. */
export const RAISED = Uint8Array.of(1)

export const flag: Lattice = {
  kind: 'flag',
  isSlot: (bytes) => equalBytes(bytes, RAISED),
  merge: (one, other) => (equalBytes(one, RAISED) || equalBytes(other, RAISED) ? RAISED : EMPTY),
  covers: (one, other) => equalBytes(one, RAISED) || !equalBytes(other, RAISED),
  isTombstone: () => false,
  read: (bytes) => (equalBytes(bytes, RAISED) ? { kind: 'flag' } : undefined),
  stampOf: () => undefined,
  endsAt: () => Number.POSITIVE_INFINITY,
}
