// Faults of lives: crashes, goodbyes, and returns at the same place, at another, or under
// another name; two that claim one name; and what members do of their own accord meanwhile.

import { type Fault, fault, ifUp, onSomeUp, type Stage } from './fault.ts'

/** Who has said goodbye runs on for so long. */
export const STOP_AFTER_LEAVE_MS = 3000

export interface Who {
  readonly who: string
}

/** Somebody comes back and is told to join `via`, where that is not configured. */
export interface Return extends Who {
  readonly via: string
}

export const lifeFaults = {
  crash: fault<Who & { readonly silent: boolean }>({
    draw: (draft) => {
      const who = draft.someUp()
      if (who === undefined) return undefined
      return { who: draft.goesDown(who), silent: draft.random.chance(0.3) }
    },
    strike: (stage, { who, silent }) =>
      ifUp(stage, who, () => stage.cluster.crash(who, silent ? 'silent' : 'refuses')),
  }),
  restart: returning('same address'),
  move: returning('new address'),
  /** At the address of somebody who is down, who never comes back (P12). */
  rename: fault<Return & { readonly newcomer: string }>({
    draw: (draft) => {
      const who = draft.someDown()
      const via = draft.someUp()
      if (who === undefined || via === undefined) return undefined
      const newcomer = draft.newName('heir')
      draft.replaces(who, newcomer)
      return { who, newcomer, via }
    },
    strike: (stage, { who, newcomer, via }) => {
      const { cluster, crew } = stage
      if (!isDown(stage, who) || !isFree(stage, who)) return false
      cluster.start(newcomer, { advertise: cluster.address(who) })
      crew.delete(who)
      crew.add(newcomer)
      follow(stage, newcomer, via)
      return true
    },
  }),
  /** For a while somebody else claims the name of one who is up (P11). */
  impostor: fault<Who & { readonly as: string; readonly via: string; readonly forMs: number }>({
    draw: (draft) =>
      onSomeUp(draft, () => ({
        as: draft.newName('impostor'),
        via: draft.someUp() ?? '',
        forMs: draft.span(2000, 20_000),
      })),
    strike: (stage, { who, as, via, forMs }) =>
      ifUp(stage, who, () => {
        const { cluster } = stage
        const { name } = cluster.population.seat(who).config
        cluster.start(as, { name })
        cluster.join(as, cluster.population.has(via) ? via : who)
        const { process } = cluster.population.seat(as)
        cluster.agenda.at(cluster.nowMs + forMs, () => process.stop('refuses'))
      }),
  }),
  leave: fault<Who>({
    draw: (draft) => {
      const who = draft.someUp()
      return who === undefined ? undefined : { who: draft.goesDown(who) }
    },
    strike: (stage, { who }) =>
      ifUp(stage, who, () => {
        const { cluster } = stage
        cluster.leave(who)
        const { process } = cluster.population.seat(who)
        cluster.agenda.at(cluster.nowMs + STOP_AFTER_LEAVE_MS, () => process.stop('refuses'))
      }),
  }),
  remove: fault<Who & { readonly name: string }>({
    draw: (draft) => onSomeUp(draft, () => ({ name: draft.someDown() ?? 'nobody' })),
    strike: (stage, { who, name }) => ifUp(stage, who, () => stage.cluster.remove(who, name)),
  }),
  tags: fault<Who & { readonly value: string }>({
    draw: (draft) => onSomeUp(draft, () => ({ value: String(draft.random.below(1_000_000)) })),
    strike: (stage, { who, value }) =>
      ifUp(stage, who, () => stage.cluster.setTags(who, { value })),
  }),
  event: fault<Who & { readonly name: string }>({
    draw: (draft) => onSomeUp(draft, () => ({ name: `event-${draft.random.below(100)}` })),
    strike: (stage, { who, name }) => ifUp(stage, who, () => stage.cluster.broadcast(who, name)),
  }),
} as const

/** The next life of somebody who is down. */
function returning(where: 'same address' | 'new address'): Fault<Return> {
  return fault<Return>({
    draw: (draft) => {
      const via = draft.someUp()
      const who = draft.someDown()
      return who === undefined ? undefined : { who: draft.comesUp(who), via: via ?? who }
    },
    strike: (stage, { who, via }) => {
      const { cluster } = stage
      if (!isDown(stage, who)) return false
      const stays = where === 'same address' && isFree(stage, who)
      cluster.restart(who, stays ? {} : { advertise: cluster.population.freshAddress() })
      follow(stage, who, via)
      return true
    },
  })
}

/** Starts `id` again, at another address if somebody has taken its own. */
export function comeBack(stage: Stage, id: string): void {
  const { cluster } = stage
  cluster.crash(id)
  const advertise = cluster.population.freshAddress()
  cluster.restart(id, isFree(stage, id) ? {} : { advertise })
}

/** Has somebody who has just come join, or try its seeds. */
export function follow({ cluster, traits, seeds }: Stage, id: string, via: string): void {
  if (traits.joining === 'seeds') cluster.seeds(id, ...seeds)
  else if (via !== id && cluster.population.has(via)) cluster.join(id, via)
}

function isDown({ cluster }: Stage, id: string): boolean {
  return cluster.population.has(id) && !cluster.population.seat(id).process.isRunning
}

/** Nobody listens where it was. */
function isFree({ cluster }: Stage, id: string): boolean {
  const listener = cluster.network.listener(cluster.address(id))
  return listener === 'refuses' || listener === 'silent'
}
