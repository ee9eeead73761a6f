// Why a shared key reads as it does, in words: what each node has added to it, and who is still
// waited for before what is needless of it may go.

import type { Hidden, LatticeKind, Millis, SlotValue, SlotView, StateReads } from '../core/index.ts'
import { checkMapName, checkText, checkWord } from './arguments.ts'
import type { SharedKind, StateExplanation } from './shared-api.ts'
import { spanText } from './why.ts'

const LATTICES: Readonly<Record<SharedKind, LatticeKind>> = {
  map: 'register',
  counter: 'counter',
  set: 'element',
  flag: 'flag',
  max: 'max',
  min: 'min',
  multi: 'multi',
  custom: 'custom',
}

export interface ExplainParts {
  readonly reads: Pick<StateReads, 'slot' | 'slots' | 'sweep'>
  readonly unixMs: () => Millis
}

/** What is known of a key; also of one that is not there, as what is gone may leave traces. */
export function explainKey(
  { reads, unixMs }: ExplainParts,
  kind: SharedKind,
  { name, key }: { readonly name: string; readonly key: string },
): StateExplanation {
  checkWord('kind', kind, LATTICES)
  checkMapName(name)
  checkText('key', key)
  const lattice = LATTICES[kind]
  const views = reads.slots({ lattice, map: name, key })
  const value = reads.slot(lattice, name, key)?.value
  return Object.freeze({
    kind,
    name,
    key,
    verdict: verdictOf(value, views, unixMs()),
    slots: views.map((view) => slotOf(view, unixMs())),
    waitingFor: reads.sweep()?.waitingFor ?? [],
  })
}

function slotOf({ value, isOurs, ...view }: SlotView, nowMs: Millis) {
  const text = value === undefined ? 'says only that something is gone' : textOf(value, nowMs)
  return Object.freeze({ ...view, self: isOurs, text })
}

function verdictOf(
  value: SlotValue | undefined,
  views: readonly SlotView[],
  nowMs: Millis,
): string {
  const parts = views.length === 1 ? 'one slot' : `${views.length} slots`
  if (views.length === 0)
    return 'nothing is known of it here: it was never set, or is gone without a trace'
  if (value !== undefined) return `${textOf(value, nowMs)}; made of ${parts}`
  // The latest write is the one that no other covers.
  const latest = views.find(({ coveredBy }) => coveredBy.length === 0)
  if (latest?.value?.kind === 'register' && latest.hidden !== undefined) {
    const { name } = latest.value.writer
    return `it is not shown: a lease of ${name}, and ${HIDDEN[latest.hidden]}; made of ${parts}`
  }
  return `it is gone; what is left (${parts}) keeps older writes from coming back`
}

/** What became of the member whose lease it is. */
const HIDDEN: Readonly<Record<Hidden, string>> = {
  failed: 'that has failed',
  left: 'that has left',
  unknown: 'that is no member here',
  returned: 'that is back, but has not said yet that it is the same process',
  restarted: 'that has begun another life since',
}

function textOf(value: SlotValue, nowMs: Millis): string {
  switch (value.kind) {
    case 'register': {
      const { writer, stamp, endsMs, lease } = value
      const life = lease ? ', for as long as it lives' : ''
      const ends = endsMs === undefined ? '' : `, ends in ${spanText(endsMs - nowMs)}`
      return `set by ${writer.name} ${spanText(nowMs - stamp.ms)} ago${life}${ends}`
    }
    case 'counter':
    case 'max':
    case 'min':
      return `comes to ${value.value}`
    case 'element':
      return 'is in the set'
    case 'flag':
      return 'is raised'
    case 'multi':
      return value.values.length === 1 ? 'one value' : `${value.values.length} values side by side`
    case 'custom':
      return `a value of ${value.value.length} bytes`
  }
}
