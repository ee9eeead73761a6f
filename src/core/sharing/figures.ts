// How replicated state fares, in figures: who lags behind our writes, and how long it takes until
// everybody holds them. Read by people alone; no rule depends on it.

import type { Parts } from '../parts.ts'
import type { Owned } from '../state/owned.ts'
import type { Writings } from '../state/stability.ts'
import { roster } from './telling.ts'

const NO_WRITING = { generation: 0, base: 0 }

/** Something was written: it is followed until all hold it, if nothing else is. */
export function followWrite(parts: Parts): void {
  parts.state.stability.written(() => writingsOf(parts), parts.now)
}

/** Looks whether what is followed has come to all. */
export function lookForStability(parts: Parts): void {
  const isHeldByAll = (writings: Writings) => countWithout(parts, writings) === 0
  parts.state.stability.look(isHeldByAll, parts.now)
}

/** Members that are not known to hold all that we have written. */
export function laggardsOf(parts: Parts): number {
  return countWithout(parts, writingsOf(parts))
}

function countWithout(parts: Parts, [own = NO_WRITING, shared = NO_WRITING]: Writings): number {
  const { state } = parts
  // A life that is over is handed over, and nobody's word about it is waited for.
  const isOver = ({ generation }: typeof own, owned: Owned | undefined) =>
    owned?.stream.generation !== generation
  const ownBase = isOver(own, state.owned) ? 0 : own.base
  const sharedBase = isOver(shared, state.shared) ? 0 : shared.base
  let count = 0
  for (const name of roster(parts)) {
    const holdsOwn = state.acknowledged.of(name, own.generation) >= ownBase
    const holdsShared = state.sharedAcknowledged.of(name, shared.generation) >= sharedBase
    if (!holdsOwn || !holdsShared) count++
  }
  return count
}

function writingsOf({ state }: Parts): Writings {
  return [state.owned, state.shared].map((owned) => {
    if (owned === undefined) return NO_WRITING
    const { generation, replica } = owned.stream
    return { generation, base: replica.base }
  })
}

/** Who is gone, and waited for until it is back, evicted, removed or forgotten; by name. */
export function goneOf(parts: Parts): readonly string[] {
  const { members, departed, state } = parts
  const isDead = (name: string) => (members.find(name) ?? departed.find(name))?.status === 'dead'
  const names = new Set([...state.roster.absent, ...[...roster(parts)].filter(isDead)])
  return [...names].sort()
}
