// I5 and I6: what an observer shows of a key only moves up. A reader never sees an older
// version after a newer one, and a key shown as deleted comes back only with a later version.

import type { KeyChange, Notice } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

type StateNotice = Extract<Notice, { kind: 'state' }>

interface Shown {
  readonly generation: number
  readonly version: number
  readonly kind: KeyChange['kind']
}

export class KeysMoveUp implements Checker {
  readonly id = 'I6'
  readonly statement = 'what is shown of a key only moves up, and the deleted stay deleted'
  #notes = new PerObserver(() => new Map<string, Map<string, Shown>>())

  observe(observation: Observation): string | undefined {
    const shownByNode = this.#notes.of(observation)
    if (observation.kind !== 'notice') return undefined
    const { notice } = observation
    if (notice.kind === 'member' && notice.change === 'forget') {
      shownByNode.delete(notice.member.name)
    }
    if (notice.kind !== 'state') return undefined
    const shown = shownByNode.get(notice.node) ?? new Map<string, Shown>()
    shownByNode.set(notice.node, shown)
    for (const change of notice.changes) {
      // Nobody wrote that: the whole stream is no longer held, and may come anew.
      if (change.version === 0) {
        shown.delete(change.key)
        continue
      }
      const problem = judge(notice, change, shown.get(change.key))
      if (problem !== undefined) return problem
      const { kind, version } = change
      shown.set(change.key, { generation: notice.generation, kind, version })
    }
    return undefined
  }
}

function judge(
  { node, generation }: StateNotice,
  { kind, key, version }: KeyChange,
  last: Shown | undefined,
): string | undefined {
  if (last === undefined || last.generation < generation) return undefined
  const what = `${node}/${key}: ${last.kind} at ${last.version} was shown`
  if (last.generation > generation) return `${what} of a later life than ${generation}`
  const isAbove = kind === 'set' ? version > last.version : version >= last.version
  return isAbove ? undefined : `${what}, then ${kind} at ${version}`
}
