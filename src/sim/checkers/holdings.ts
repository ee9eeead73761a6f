// How far each observer holds every stream of replicated state, as it tells its host. For the
// checkers of I4 and I11.

import type { Notice } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import { PerObserver } from './per-observer.ts'

/** How far a stream is held: versions count within a generation. */
export type Held = Pick<
  Extract<Notice, { kind: 'replica' }>,
  'node' | 'generation' | 'channel' | 'base'
>

/** What one observer holds. */
export interface Holding {
  name: string
  /** By place: own keys of a member are one stream, what each of its lives shared another. */
  readonly byPlace: Map<string, Held>
  /** Shared streams that it was told are over: others have taken over what was in them. */
  readonly closed: Set<string>
  /** Members that it has forgotten, with all of theirs: an operator has removed them. */
  readonly forgotten: Set<string>
}

export class Holdings {
  readonly #notes = new PerObserver<Holding>(() => ({
    name: '',
    byPlace: new Map(),
    closed: new Set(),
    forgotten: new Set(),
  }))

  /** Takes note of an observation; answers what its observer holds then. */
  observe(observation: Observation): Holding {
    const holding = this.#notes.of(observation)
    if (observation.kind === 'started') holding.name = observation.config.name
    if (observation.kind === 'notice') follow(holding, observation.notice)
    return holding
  }
}

function follow({ byPlace, closed, forgotten }: Holding, notice: Notice): void {
  if (notice.kind === 'replica') byPlace.set(placeOf(notice), notice)
  if (notice.kind === 'member' && notice.change === 'forget') {
    byPlace.delete(notice.member.name)
    forgotten.add(notice.member.name)
  }
  // Nobody wrote that: the whole stream is no longer held. If a later life has taken its place,
  // how far that is held is told next.
  const isDrop = notice.kind === 'state' && notice.changes.some(({ version }) => version === 0)
  if (isDrop) byPlace.delete(notice.node)
  if (notice.kind === 'evicted') {
    const place = placeOf({ ...notice, channel: 1 })
    byPlace.delete(place)
    closed.add(place)
  }
  // It was evicted, and takes what others hold anew.
  if (notice.kind === 'resync') {
    for (const [place, { channel }] of byPlace) if (channel === 1) byPlace.delete(place)
  }
}

/** Where a stream is noted: own keys by their owner, shared ones by their author and life. */
export function placeOf(stream: Pick<Held, 'node' | 'generation' | 'channel'>): string {
  const { node, generation, channel } = stream
  return channel === 0 ? node : `${node} ${generation}`
}

/** Whether a stream is held at least as far; a later life counts for more than any version. */
export function isAtLeast(held: Held | undefined, wanted: Held): boolean {
  if (held === undefined || held.generation < wanted.generation) return false
  return held.generation > wanted.generation || held.base >= wanted.base
}
