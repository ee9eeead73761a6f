// Faults of processes: crashes, returns, pauses, slowness, clocks, and what members do of
// their own accord in the middle of it all.

import { type Fault, fault, isUp, type Stage } from './fault.ts'

const STOP_AFTER_LEAVE_MS = 3000
const DAY_MS = 86_400_000

export interface Who {
  readonly who: string
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
  pause: fault<Who & { readonly forMs: number }>({
    draw: (draft) => {
      const who = draft.someUp()
      return who === undefined ? undefined : { who, forMs: draft.span(500, 25_000) }
    },
    strike: (stage, { who, forMs }) =>
      ifUp(stage, who, () => {
        const { cluster, paused } = stage
        const { process } = cluster.population.seat(who)
        process.pause()
        paused.add(process)
        cluster.agenda.at(cluster.nowMs + forMs, () => {
          if (paused.delete(process)) process.resume()
        })
      }),
  }),
  slow: fault<Who & { readonly costMs: number }>({
    draw: (draft) => {
      const who = draft.someUp()
      if (who === undefined) return undefined
      return { who, costMs: draft.random.chance(0.5) ? 0 : Math.round(draft.amount(300)) }
    },
    strike: (stage, { who, costMs }) => ifUp(stage, who, () => stage.cluster.slow(who, costMs)),
  }),
  wall: fault<Who & { readonly aheadMs: number }>({
    draw: (draft) => {
      const who = draft.someUp()
      return who === undefined ? undefined : { who, aheadMs: draft.span(-DAY_MS, 2 * DAY_MS) }
    },
    strike: (stage, { who, aheadMs }) =>
      ifUp(stage, who, () => stage.cluster.jumpWall([who], aheadMs)),
  }),
  tags: fault<Who & { readonly value: string }>({
    draw: (draft) => {
      const who = draft.someUp()
      return who === undefined ? undefined : { who, value: String(draft.random.below(1_000_000)) }
    },
    strike: (stage, { who, value }) =>
      ifUp(stage, who, () => stage.cluster.setTags(who, { value })),
  }),
  event: fault<Who & { readonly name: string }>({
    draw: (draft) => {
      const who = draft.someUp()
      return who === undefined ? undefined : { who, name: `event-${draft.random.below(100)}` }
    },
    strike: (stage, { who, name }) => ifUp(stage, who, () => stage.cluster.broadcast(who, name)),
  }),
} as const

/** The next life of somebody who is down, told whom to join if that is not configured. */
function returning(where: 'same address' | 'new address'): Fault<Who & { readonly via: string }> {
  return fault<Who & { readonly via: string }>({
    draw: (draft) => {
      const via = draft.someUp()
      const who = draft.someDown()
      if (who === undefined) return undefined
      return { who: draft.comesUp(who), via: via ?? who }
    },
    strike: (stage, { who, via }) => {
      const { cluster } = stage
      if (!cluster.population.has(who) || cluster.population.seat(who).process.isRunning) {
        return false
      }
      const advertise = cluster.population.freshAddress()
      cluster.restart(who, where === 'same address' ? {} : { advertise })
      if (stage.traits.joining === 'once' && via !== who) cluster.join(who, via)
      return true
    },
  })
}

function ifUp(stage: Stage, who: string, act: () => unknown): boolean {
  if (!isUp(stage, who)) return false
  act()
  return true
}
