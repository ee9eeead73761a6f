// Faults of the machines that processes run on: pauses, slowness, clocks that jump, leap and
// drift, sockets that fail, names that have no address.

import type { Process } from '../process.ts'
import { fault, ifUp, onSomeUp, type Stage } from './fault.ts'
import type { Who } from './lives.ts'

const DAY_MS = 86_400_000
const SEND_FAILURES = ['ENOBUFS', 'EAGAIN', 'EPERM', 'ENETUNREACH'] as const

export interface ForAWhile extends Who {
  readonly forMs: number
}

export const machineFaults = {
  pause: fault<ForAWhile>({
    draw: (draft) => onSomeUp(draft, () => ({ forMs: draft.span(500, 25_000) })),
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
  stall: fault<ForAWhile>({
    draw: (draft) => onSomeUp(draft, () => ({ forMs: draft.span(500, 15_000) })),
    strike: (stage, params) =>
      during(stage, params, {
        begin: (process) => process.stall(),
        end: (process) => process.unstall(),
      }),
  }),
  slow: fault<Who & { readonly costMs: number }>({
    draw: (draft) =>
      onSomeUp(draft, () => ({
        costMs: draft.random.chance(0.4) ? 0 : Math.round(draft.amount(300)),
      })),
    strike: (stage, { who, costMs }) => ifUp(stage, who, () => stage.cluster.slow(who, costMs)),
  }),
  wall: fault<Who & { readonly aheadMs: number }>({
    draw: (draft) => onSomeUp(draft, () => ({ aheadMs: draft.span(-DAY_MS, 2 * DAY_MS) })),
    strike: (stage, { who, aheadMs }) =>
      ifUp(stage, who, () => stage.cluster.jumpWall([who], aheadMs)),
  }),
  drift: fault<Who & { readonly rate: number }>({
    draw: (draft) => onSomeUp(draft, () => ({ rate: 0.9 + 0.2 * draft.random.fraction() })),
    strike: (stage, { who, rate }) => ifUp(stage, who, () => stage.cluster.drift(who, rate)),
  }),
  leap: fault<Who & { readonly aheadMs: number }>({
    draw: (draft) => onSomeUp(draft, () => ({ aheadMs: draft.span(500, 60_000) })),
    strike: (stage, { who, aheadMs }) => ifUp(stage, who, () => stage.cluster.leap(who, aheadMs)),
  }),
  failSends: fault<ForAWhile & { readonly reason: string; readonly share: number }>({
    draw: (draft) =>
      onSomeUp(draft, () => ({
        forMs: draft.span(500, 15_000),
        reason: SEND_FAILURES[draft.random.below(SEND_FAILURES.length)] ?? 'ENOBUFS',
        share: draft.random.chance(0.3) ? 1 : draft.random.fraction(),
      })),
    strike: (stage, params) =>
      during(stage, params, {
        begin: (process) => process.failSends(params.reason, params.share),
        end: (process) => process.failSends(undefined),
      }),
  }),
  failDials: fault<ForAWhile>({
    draw: (draft) => onSomeUp(draft, () => ({ forMs: draft.span(500, 30_000) })),
    strike: (stage, params) =>
      during(stage, params, {
        begin: (process) => process.failDials('fail'),
        end: (process) => process.failDials('work'),
      }),
  }),
  names: fault<{ readonly how: 'fail' | 'stale'; readonly forMs: number }>({
    draw: (draft) =>
      draft.traits.joining === 'once'
        ? undefined
        : {
            how: draft.random.chance(0.5) ? 'fail' : 'stale',
            forMs: draft.span(1000, 40_000),
          },
    strike: ({ cluster }, { how, forMs }) => {
      const { population } = cluster
      population.names = how
      cluster.agenda.at(cluster.nowMs + forMs, () => {
        population.names = 'resolve'
      })
      return true
    },
  }),
} as const

/** Does something to the process of a member that is up, and ends it in time. */
function during(
  stage: Stage,
  { who, forMs }: ForAWhile,
  act: { readonly begin: (process: Process) => void; readonly end: (process: Process) => void },
): boolean {
  return ifUp(stage, who, () => {
    const { cluster } = stage
    const { process } = cluster.population.seat(who)
    act.begin(process)
    cluster.agenda.at(cluster.nowMs + forMs, () => act.end(process))
  })
}

/** Ends all that a strike may have begun and not ended. */
export function soundAgain({ cluster, paused, traits }: Stage): void {
  for (const process of paused) process.resume()
  paused.clear()
  cluster.population.names = 'resolve'
  // Everybody sets its clock right before the calm is judged.
  if (traits.state === true) cluster.jumpWall(cluster.living(), 0)
  for (const { id, process } of cluster.population.seats) {
    process.unstall()
    process.failSends(undefined)
    process.failDials('work')
    cluster.drift(id, 1)
    cluster.slow(id, 0)
    cluster.failDisk(id, 'work')
  }
}
