// The five scenes of `hearsay up`, each a step with a measured figure and its bound: they find
// each other, a rumor spreads, one is killed, why, it comes back.

import type { CommandContext } from '../command.ts'
import type { DetectionTimes } from '../detection.ts'
import type { AnswerOf } from '../http/routes.ts'
import type { CoverageJson, WhyJson } from '../http/shapes.ts'
import { originOf } from '../terminal/coverage-table.ts'
import { plural } from '../terminal/text.ts'
import { ageText } from '../terminal/time.ts'
import type { Actor, Cast } from './cast.ts'
import { until, type Wait } from './until.ts'
import type { Sighting, Witness } from './witness.ts'

export interface Step {
  readonly step: 'join' | 'rumor' | 'failure' | 'why' | 'return'
  readonly ok: boolean
  /** Undefined if it did not happen while we waited. */
  readonly measuredMs: number | undefined
  readonly boundMs: number
}

/** Ten seconds; above ten members one for each, as every process needs its share of the processor to start. */
const joinBoundMs = (count: number) => Math.max(10, count) * 1000
const RUMOR_MS = 1000
const WHY_MS = 1000
const RETURN_MS = 10_000

export interface Stage {
  readonly context: CommandContext
  readonly cast: Cast
}

/** Scene 1: starts them and waits until each knows all. */
export async function theyMeet(stage: Stage, count: number) {
  const { cast, context } = stage
  const startMs = context.io.nowMs()
  const boundMs = joinBoundMs(count)
  context.print.progress(`starting ${plural(count, 'member')}…`)
  await cast.open(count)
  const wait: Wait = { text: 'they join', boundMs, context }
  const isDone = await until(wait, () => allAlive(cast, count))
  const measuredMs = isDone ? context.io.nowMs() - startMs : undefined
  const [first] = cast.actors
  const list = await first?.client.ask('members')
  return { ...judged('join', measuredMs, boundMs), members: list }
}

async function allAlive(cast: Cast, count: number): Promise<boolean> {
  const lists = await Promise.all(cast.actors.map((actor) => actor.client.ask('members')))
  // Somebody else may have joined: an agent of another terminal, say.
  const sees = (list: AnswerOf<'members'>) =>
    cast.actors.every(({ name }) => list.members.some((one) => isAlive(one, name)))
  return lists.length === count && lists.every(sees)
}

function isAlive(member: AnswerOf<'members'>['members'][number], name: string): boolean {
  return member.name === name && member.status === 'alive'
}

/** Scene 2: one tells a rumor; the others' own records say when it came. */
export async function rumorSpreads(stage: Stage, teller: Actor) {
  const { context, cast } = stage
  const body = { name: 'hello', payload: `from ${teller.name}` }
  const { id } = await teller.client.ask('sendEvent', { body })
  let report: CoverageJson | undefined
  const wait: Wait = { text: 'the rumor spreads', boundMs: RUMOR_MS, context }
  await until(wait, async () => {
    report = await teller.client.ask('coverage', { param: id, query: { timeoutMs: '500' } })
    return haveHeard(report, cast)
  })
  const measuredMs = report !== undefined && haveHeard(report, cast) ? spreadMs(report) : undefined
  return { ...judged('rumor', measuredMs, RUMOR_MS), report }
}

function haveHeard({ heard }: CoverageJson, { actors }: Cast): boolean {
  return actors.every(({ name }) => heard.some((one) => one.name === name))
}

function spreadMs(report: CoverageJson): number {
  const originMs = originOf(report)
  return Math.max(0, ...report.heard.map((one) => one.atMs - originMs))
}

/** How long a crash may go unnoticed, as the members themselves say before it happens. */
export async function detectionFor(actor: Actor): Promise<DetectionTimes> {
  const { detection } = await actor.client.ask('info')
  return { usualMs: detection.usualMs, worstMs: detection.worstMs }
}

/** Who noticed a death, and when. */
export interface Noticing {
  readonly firstSuspect: Sighting | undefined
  readonly firstFailed: Sighting | undefined
  readonly lastFailed: Sighting | undefined
}

/** Scene 3: kills one without a goodbye and waits until all others say so. */
export async function oneDies(
  stage: Stage,
  options: { readonly victim: Actor; readonly witness: Witness; readonly times: DetectionTimes },
) {
  const { context, cast } = stage
  const { victim, witness, times } = options
  const killedMs = context.io.nowMs()
  await cast.kill(victim)
  const usual = ageText(times.usualMs)
  const text = `nobody has been told; usually noticed after ${usual}`
  const failed = () => witness.sightings('member-failed', victim.name, killedMs)
  const wait: Wait = { text, boundMs: times.worstMs, context, changed: witness.changed }
  await until(wait, async () => failed().length >= cast.actors.length)
  const sightings = failed()
  const isAll = sightings.length >= cast.actors.length
  const lastFailed = sightings.at(-1)
  const measuredMs = isAll && lastFailed !== undefined ? lastFailed.atMs - killedMs : undefined
  const noticing: Noticing = {
    firstSuspect: witness.sightings('member-suspect', victim.name, killedMs)[0],
    firstFailed: sightings[0],
    lastFailed,
  }
  return { ...judged('failure', measuredMs, times.worstMs), killedMs, noticing }
}

/** Who knows most of a death: the first to suspect it, else the first to be sure of it. */
export function accuserOf({ cast }: Stage, noticing: Noticing): Actor | undefined {
  const by = noticing.firstSuspect?.by ?? noticing.firstFailed?.by
  return cast.actors.find((actor) => actor.name === by) ?? cast.actors[0]
}

/** Scene 4: asks the accuser for its evidence. */
export async function whyIsThat(stage: Stage, victim: Actor, asked: Actor | undefined) {
  const { context } = stage
  const startMs = context.io.nowMs()
  const report = await asked?.client.ask('why', { param: victim.name })
  const measuredMs = context.io.nowMs() - startMs
  const isExplained = report !== undefined && hasCase(report)
  return { ...judged('why', isExplained ? measuredMs : undefined, WHY_MS), report }
}

/** A verdict needs both: something that went unanswered, and that it was held to be so. */
function hasCase({ member, evidence }: WhyJson): boolean {
  const kinds = new Set(evidence.map((one) => one.kind))
  const isHeld = kinds.has('dead') || kinds.has('told-dead')
  return member.status === 'failed' && isHeld && evidence.length >= 2
}

/** Scene 5: starts it again and waits until all are alive to all. */
export async function oneReturns(stage: Stage, victim: Actor) {
  const { context, cast } = stage
  const startMs = context.io.nowMs()
  await cast.restart(victim)
  const wait: Wait = { text: `${victim.name} starts again`, boundMs: RETURN_MS, context }
  const isDone = await until(wait, () => allAlive(cast, cast.actors.length))
  return judged('return', isDone ? context.io.nowMs() - startMs : undefined, RETURN_MS)
}

function judged(step: Step['step'], measuredMs: number | undefined, boundMs: number): Step {
  return { step, ok: measuredMs !== undefined && measuredMs <= boundMs, measuredMs, boundMs }
}
