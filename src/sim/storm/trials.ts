// What is tried in the calm after a storm, one thing at a time and each against the bound of
// its invariant: a crash is detected (L1), a split heals (L3), an accusation is refuted (L4),
// a goodbye is heard (L5), a newcomer is taken in (L6), an event reaches all (L7).

import type { Millis, Status } from '../../core/index.ts'
import { encodeMessage } from '../../core/wire/index.ts'
import { type Draft, isUp, type Stage } from './fault.ts'
import { boundsFor, livingSeats, type Measured, unsettled, vainMs, within } from './liveness.ts'

interface Rule<P> {
  /** Undefined if there are too few members for it. */
  draw(draft: Draft): P | undefined
  /** What was measured; nothing if it was void. Throws `Unmet`. */
  attempt(stage: Stage, params: P): readonly Measured[]
}

interface Who {
  readonly who: string
}

interface Lossy extends Who {
  /** Share of datagrams lost while it is tried. */
  readonly loss: number
}

const JOIN_MS = 10_000

const TRIALS = {
  crash: rule<Who & { readonly silent: boolean; readonly heir?: string }>({
    draw: (draft) => {
      const silent = draft.random.chance(0.5)
      const heir = draft.random.chance(0.4) ? `next-${draft.random.below(1000)}` : undefined
      return one(draft, heir === undefined ? { silent } : { silent, heir })
    },
    attempt: (stage, { who, silent, heir }) => {
      if (!hasCompany(stage, who)) return []
      stage.cluster.crash(who, silent ? 'silent' : 'refuses')
      if (heir !== undefined) inherit(stage, who, heir)
      const boundMs = boundsFor(stage).detectMs
      return [within(stage, { id: 'L1', boundMs }, () => holderOf(stage, who, ['dead'], heir))]
    },
  }),
  split: rule<{
    readonly side: readonly string[]
    readonly forMs: Millis
    /** Once it is over, nobody can dial this side, which dials the others. */
    readonly isHidden: boolean
  }>({
    draw: (draft) => {
      if (draft.ids.length < 2) return undefined
      const size = 1 + draft.random.below(draft.ids.length - 1)
      const side = draft.shuffled().slice(0, size)
      return { side, forMs: draft.span(5000, 60_000), isHidden: draft.random.chance(0.3) }
    },
    attempt: (stage, { side, forMs, isHidden }) => {
      const { cluster } = stage
      if (!side.every((id) => cluster.population.has(id))) return []
      const boundMs = boundsFor(stage).healMs + vainMs(stage)
      cluster.partition(side)
      cluster.run(forMs)
      cluster.heal()
      if (isHidden) cluster.hide(side)
      const healed = within(stage, { id: 'L3', boundMs }, () => unsettled(stage))
      cluster.heal()
      return [healed]
    },
  }),
  freeze: rule<Who & { readonly forMs: Millis }>({
    draw: (draft) => one(draft, { forMs: draft.span(1000, 24_000) }),
    attempt: (stage, { who, forMs }) => {
      if (!hasCompany(stage, who)) return []
      const { cluster } = stage
      const { suspicionMs, spreadMs, pushPullMs } = boundsFor(stage)
      cluster.pause(who)
      cluster.run(forMs)
      cluster.resume(who)
      const boundMs = suspicionMs + spreadMs + pushPullMs
      return [within(stage, { id: 'L4', boundMs }, () => unsettled(stage))]
    },
  }),
  accuse: rule<Who & { readonly to: string; readonly by: string }>({
    draw: (draft) => {
      const [who, to, by] = draft.shuffled()
      return who === undefined || to === undefined ? undefined : { who, to, by: by ?? to }
    },
    attempt: (stage, { who, to, by }) => {
      const { cluster, traits } = stage
      // Nobody without the key or the label is heard.
      if (traits.keyByte !== 0 || traits.label !== '') return []
      if (![who, to, by].every((id) => isUp(stage, id))) return []
      const { suspicionMs, spreadMs, pushPullMs } = boundsFor(stage)
      const accused = cluster.incarnation(who)
      const { name } = cluster.population.seat(who).config
      const from = cluster.population.seat(by).config.name
      const lie = { kind: 'suspect', incarnation: accused, node: name, from } as const
      cluster.inject(to, encodeMessage(lie))
      const boundMs = suspicionMs + spreadMs + pushPullMs
      const silent = () => `${who} has not answered the accusation at ${accused}`
      const hasAnswered = () => cluster.incarnation(who) > accused
      return [
        within(stage, { id: 'L4', boundMs }, () => (hasAnswered() ? unsettled(stage) : silent())),
      ]
    },
  }),
  leave: rule<Lossy>({
    draw: (draft) => one(draft, { loss: lossOf(draft, 0.3) }),
    attempt: (stage, { who, loss }) => {
      if (!hasCompany(stage, who)) return []
      const { spreadMs, pushPullMs } = boundsFor(stage)
      const boundMs = loss === 0 ? 5 * spreadMs + 1000 : pushPullMs + 5000
      stage.cluster.lose(loss)
      stage.cluster.leave(who)
      const heard = within(stage, { id: 'L5', boundMs }, () => holderOf(stage, who, ['left']))
      stage.cluster.heal()
      return [heard]
    },
  }),
  join: rule<{ readonly newcomer: string; readonly via: string }>({
    draw: (draft) => {
      const via = draft.someUp()
      return via === undefined ? undefined : { newcomer: `new-${draft.random.below(1000)}`, via }
    },
    attempt: (stage, { newcomer, via }) => {
      const { cluster } = stage
      if (!isUp(stage, via) || cluster.population.has(newcomer)) return []
      cluster.start(newcomer)
      stage.crew.add(newcomer)
      const pending = cluster.join(newcomer, via)
      const isJoined = () =>
        pending.outcome?.kind === 'joined' && pending.outcome.reached.length > 0
      const joined = within(stage, { id: 'L6', boundMs: JOIN_MS }, () =>
        isJoined() ? undefined : `${newcomer} has not joined ${via}`,
      )
      const { spreadMs, pushPullMs } = boundsFor(stage)
      const limit = { id: 'L6', boundMs: spreadMs + pushPullMs } as const
      return [joined, within(stage, limit, () => holderOf(stage, newcomer, ['alive']))]
    },
  }),
  /**
   * Without loss, and with nobody freshly dead: what these take of an event's few copies no
   * push/pull brings back.
   */
  event: rule<Who & { readonly name: string }>({
    draw: (draft) => one(draft, { name: `calm-${draft.random.below(1_000_000)}` }),
    attempt: (stage, { who, name }) => {
      if (!isUp(stage, who)) return []
      const boundMs = 3 * boundsFor(stage).spreadMs
      stage.cluster.run(stage.cluster.population.seat(who).config.gossipToTheDeadMs)
      stage.cluster.broadcast(who, name)
      return [within(stage, { id: 'L7', boundMs }, () => unaware(stage, name))]
    },
  }),
} as const

export type TrialName = keyof typeof TRIALS

export type TrialParamsOf<K extends TrialName> =
  (typeof TRIALS)[K] extends Rule<infer P> ? P : never

/** One thing tried in the calm. */
export type Trial<K extends TrialName = TrialName> = {
  readonly [P in K]: { readonly kind: P; readonly params: TrialParamsOf<P> }
}[K]

const trials: { readonly [K in TrialName]: Rule<TrialParamsOf<K>> } = TRIALS

/** The names of all trials, in a fixed order. */
export const trialNames: readonly TrialName[] = Object.keys(TRIALS).filter(
  (name): name is TrialName => name in TRIALS,
)

/** The parameters of a trial, drawn; undefined if there are too few members for it. */
export function drawTrial<K extends TrialName>(
  kind: K,
  draft: Draft,
): TrialParamsOf<K> | undefined {
  return trials[kind].draw(draft)
}

/** Attempts one trial in a calm cluster; throws `Unmet` if its bound is passed. */
export function attempt<K extends TrialName>(
  stage: Stage,
  { kind, params }: Trial<K>,
): readonly Measured[] {
  return trials[kind].attempt(stage, params)
}

function rule<P extends object>(given: Rule<P>): Rule<P> {
  return given
}

function one<P extends object>(draft: Draft, more: P): (Who & P) | undefined {
  const who = draft.someUp()
  return who === undefined ? undefined : { who, ...more }
}

/** None in half of all trials, else up to `most`. */
function lossOf(draft: Draft, most: number): number {
  return draft.random.chance(0.5) ? 0 : draft.random.fraction() * most
}

function hasCompany(stage: Stage, who: string): boolean {
  return isUp(stage, who) && livingSeats(stage).length > 1
}

/**
 * Another name at the address of one who has just died (P12): it answers there, but not for the
 * dead, who must be found out all the same.
 */
function inherit(stage: Stage, who: string, heir: string): void {
  const { cluster, crew } = stage
  if (cluster.population.has(heir)) return
  const [via] = livingSeats(stage)
  cluster.start(heir, { advertise: cluster.address(who) })
  crew.delete(who)
  crew.add(heir)
  if (via !== undefined) cluster.join(heir, via.id)
}

/** The first but `newcomer`, who need not know of it, that holds `about` in none of `statuses`. */
function holderOf(
  stage: Stage,
  about: string,
  statuses: readonly Status[],
  newcomer?: string,
): string | undefined {
  const { config } = stage.cluster.population.seat(about)
  for (const { id, process } of livingSeats(stage)) {
    if (id === about || id === newcomer) continue
    const status = process.machine.memberView(config.name)?.status ?? 'unknown'
    if (!statuses.some((one) => one === status)) return `${id} holds ${config.name} ${status}`
  }
  return undefined
}

function unaware(stage: Stage, event: string): string | undefined {
  // With raw meta a member announces nothing, and in memberlist's mode is told no events.
  const deaf = livingSeats(stage).find(
    ({ id, config }) => config.meta === undefined && !stage.cluster.heard(id).includes(event),
  )
  return deaf === undefined ? undefined : `${deaf.id} has not heard of ${event}`
}
