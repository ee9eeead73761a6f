// Faults of the network: splits and cuts of every shape, and what links do to datagrams and
// streams. Conditions stay until another strike changes them or the calm begins.

import type { Conditions } from '../conditions.ts'
import { type Draft, type Fault, fault, ifKnown, onSomeUp, type Stage } from './fault.ts'
import type { Who } from './lives.ts'

export interface Pair {
  readonly from: string
  readonly to: string
}

export const linkFaults = {
  splitTwo: splitting(2),
  splitThree: splitting(3),
  isolate: fault<Who>({
    draw: (draft) => onSomeUp(draft, () => ({})),
    strike: (stage, { who }) => cutOff(stage, who, []),
  }),
  /** Reaches one of n, and only that one reaches it. */
  semiDetach: fault<Pair>({
    draw: (draft) => draft.pair(),
    strike: (stage, { from, to }) => cutOff(stage, from, [to]),
  }),
  cutOneWay: fault<Pair>({
    draw: (draft) => draft.pair(),
    strike: (stage, { from, to }) =>
      ifKnown(stage, [from, to], () => stage.cluster.cutOneWay([from], [to])),
  }),
  cutBoth: fault<Pair>({
    draw: (draft) => draft.pair(),
    strike: (stage, { from, to }) =>
      ifKnown(stage, [from, to], () => stage.cluster.cut(from, [to])),
  }),
  blockUdp: blocking('udp'),
  blockTcp: blocking('tcp'),
  hide: fault<Who>({
    draw: (draft) => onSomeUp(draft, () => ({})),
    strike: (stage, { who }) => ifKnown(stage, [who], () => stage.cluster.hide([who])),
  }),
  clog: fault<Who & { readonly direction: 'from' | 'to'; readonly forMs: number }>({
    draw: (draft) =>
      onSomeUp(draft, () => ({
        direction: draft.random.chance(0.5) ? 'from' : 'to',
        forMs: draft.span(200, 15_000),
      })),
    strike: (stage, { who, direction, forMs }) =>
      ifKnown(stage, [who], () => {
        const { cluster } = stage
        cluster.clog(direction, who)
        cluster.agenda.at(cluster.nowMs + forMs, () => cluster.unclog())
      }),
  }),
  mend: fault<object>({
    draw: () => ({}),
    strike: ({ cluster }) => {
      cluster.network.heal('cuts only')
      return true
    },
  }),
  lose: changing((draft) => ({
    loss: draft.amount(0.5),
    streamLoss: draft.random.chance(0.5) ? draft.amount(0.3) : 0,
  })),
  burst: changing((draft) => ({
    burst: { calmMeanMs: 8000, badMeanMs: draft.span(200, 2500), loss: 1 },
  })),
  duplicate: changing((draft) => ({ duplicate: draft.amount(0.4) })),
  reorder: changing((draft) => ({ reorder: draft.amount(1) })),
  jitter: changing((draft) => ({ jitterMs: draft.amount(400) })),
  delay: changing((draft) => ({ delayMinMs: draft.amount(200), delayMeanMs: draft.amount(60) })),
  damage: changing((draft) => ({ corrupt: draft.amount(0.2) })),
  throttle: changing((draft) => ({ bytesPerSecond: draft.span(1000, 15_000) })),
  unreachable: changing(() => ({ tellsUnreachable: true })),
  mtu: changing((draft) => ({ packetBytesMax: draft.span(150, 600) })),
  reset: changing((draft) => ({ streamReset: draft.amount(0.3) })),
  reads: changing((draft) => ({ reads: draft.random.chance(0.5) ? 'random' : 'bytes' })),
  replay: fault<Again>({
    draw: (draft) => drawAgain(draft),
    strike: ({ cluster }, { count, overMs }) => {
      cluster.network.replay(count, overMs)
      return true
    },
  }),
  /** What others were sent comes to one it was not meant for, as where an address is given anew. */
  misroute: fault<Again & Who>({
    draw: (draft) => onSomeUp(draft, () => drawAgain(draft)),
    strike: (stage, { who, count, overMs }) =>
      ifKnown(stage, [who], () => {
        const { cluster } = stage
        cluster.network.replay(count, overMs, cluster.address(who))
      }),
  }),
} as const

/** Datagrams of any age, and how long it takes for all of them to come. */
export interface Again {
  readonly count: number
  readonly overMs: number
}

function drawAgain(draft: Draft): Again {
  return { count: 1 + draft.random.below(200), overMs: draft.span(1000, 5000) }
}

export interface Change {
  readonly changes: Partial<Conditions>
  readonly from?: string
  readonly to?: string
}

/** Changes all links, or in one case of two those from, to, or between two members. */
function changing(drawChanges: (draft: Draft) => Partial<Conditions>): Fault<Change> {
  return fault<Change>({
    draw: (draft) => {
      const changes = drawChanges(draft)
      const pair = draft.random.chance(0.5) ? draft.pair() : undefined
      if (pair === undefined) return { changes }
      const { from, to } = pair
      const where = draft.random.below(3)
      return where === 0 ? { changes, from } : where === 1 ? { changes, to } : { changes, from, to }
    },
    strike: (stage, { changes, ...between }) =>
      ifKnown(stage, Object.values(between), () => stage.cluster.disturb(changes, between)),
  })
}

function splitting(parts: number): Fault<{ readonly groups: readonly (readonly string[])[] }> {
  return fault<{ readonly groups: readonly (readonly string[])[] }>({
    draw: (draft) => {
      if (draft.ids.length < parts) return undefined
      const groups: string[][] = Array.from({ length: parts }, () => [])
      draft.shuffled().forEach((id, index) => {
        // Nobody is left empty-handed; the rest go where they like.
        const group = index < parts ? index : draft.random.below(parts)
        groups[group]?.push(id)
      })
      return { groups }
    },
    strike: (stage, { groups }) =>
      ifKnown(stage, groups.flat(), () => stage.cluster.partition(...groups)),
  })
}

function blocking(carrier: 'udp' | 'tcp'): Fault<Who> {
  return fault<Who>({
    draw: (draft) => onSomeUp(draft, () => ({})),
    strike: (stage, { who }) => ifKnown(stage, [who], () => stage.cluster.block(carrier, [who])),
  })
}

/** Cuts both ways between one and all others but a few. */
function cutOff(stage: Stage, who: string, but: readonly string[]): boolean {
  const { cluster } = stage
  const ids = cluster.population.seats.map(({ id }) => id)
  const others = ids.filter((id) => id !== who && !but.includes(id))
  if (others.length === 0) return false
  return ifKnown(stage, [who, ...but], () => cluster.cut(who, others))
}
