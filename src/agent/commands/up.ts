// `hearsay up N`: real members on this machine, and a short true story about them. Each step
// prints what was measured beside the bound it had to keep.

import { setMaxListeners } from 'node:events'
import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import { type Actor, Cast, castSizeMax } from '../story/cast.ts'
import { Narrator } from '../story/narrator.ts'
import * as scenes from '../story/scenes.ts'
import { Witness } from '../story/witness.ts'
import { visible } from '../terminal/text.ts'
import { durationText } from '../terminal/time.ts'

/** Plays the story; then stays until it is stopped, or ends with `--once`. */
export const up: RunCommand = async (outer) => {
  const count = countOf(outer)
  const stopped = new AbortController()
  setMaxListeners(0, stopped.signal)
  const context = { ...outer, signal: stopped.signal }
  const stop = () => stopped.abort()
  const { io } = outer
  const unlisten = [io.onSignal('SIGINT', stop), io.onSignal('SIGTERM', stop)]
  const cast = new Cast(context, textFlag(outer.flags, 'profile'))
  const killAll = () => cast.killAll()
  process.once('exit', killAll)
  // Ends what waits for a member that never gets ready, too.
  stopped.signal.addEventListener('abort', () => {
    cast.close().catch(() => undefined)
  })
  const limit = outer.hasTimeout ? setTimeout(giveUp, outer.timeoutMs, stopped, outer) : undefined
  try {
    return await play({ context, cast }, count, () => clearTimeout(limit))
  } catch (error) {
    if (!stopped.signal.aborted) throw error
    if (stopped.signal.reason instanceof CommandError) throw stopped.signal.reason
    return interrupted(outer)
  } finally {
    clearTimeout(limit)
    for (const end of unlisten) end()
    outer.print.endProgress()
    await cast.close()
    process.off('exit', killAll)
  }
}

function giveUp(stopped: AbortController, { timeoutMs }: CommandContext): void {
  const message = `the story was not over after ${durationText(timeoutMs)}`
  stopped.abort(new CommandError(exits.timedOut, message, 'give it a longer --timeout, or none'))
}

/** With `--once` the exit speaks for all steps, which nobody can say of a story cut short. */
function interrupted({ flags, print }: CommandContext): Exit {
  if (flags.once !== true) return exits.done
  print.talk('stopped before the story was over')
  return exits.interrupted
}

function countOf({ arguments: args }: CommandContext): number {
  const text = args[0] ?? '5'
  const count = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN
  if (count >= 1 && count <= castSizeMax) return count
  const message = `a number of members from 1 to ${castSizeMax} expected, got ${visible(text)}`
  throw new CommandError(exits.usage, message, 'for example: hearsay up 5')
}

async function play(stage: scenes.Stage, count: number, onStoryOver: () => void): Promise<Exit> {
  const { context, cast } = stage
  const narrator = new Narrator(context.print)
  const witness = new Witness()
  narrator.open(count)
  const steps = [narrator.tell(await meet(stage, count, narrator))]
  await Promise.all(cast.actors.map((actor) => witness.follow(actor)))
  const [first, ...others] = cast.actors
  const victim = others[Math.floor(others.length / 2)]
  if (first !== undefined && victim !== undefined) {
    steps.push(narrator.tell(await spread(stage, first, narrator)))
    steps.push(...(await loseAndRegain(stage, victim, witness, narrator)))
  }
  narrator.close(steps)
  onStoryOver()
  const isGood = steps.every((step) => step.ok)
  if (context.flags.once === true) return isGood ? exits.done : exits.failed
  await stay(stage, narrator, victim?.name)
  return exits.done
}

async function meet(stage: scenes.Stage, count: number, narrator: Narrator): Promise<scenes.Step> {
  narrator.scene('join', count === 1 ? 'It starts, and is alone' : 'They find each other')
  const { members, ...step } = await scenes.theyMeet(stage, count)
  if (members !== undefined) narrator.memberTable(members)
  return step
}

async function spread(
  stage: scenes.Stage,
  teller: Actor,
  narrator: Narrator,
): Promise<scenes.Step> {
  narrator.scene('rumor', `${teller.name} tells a rumor: hello`)
  const { report, ...step } = await scenes.rumorSpreads(stage, teller)
  if (report !== undefined) narrator.coverage(report)
  return step
}

async function loseAndRegain(
  stage: scenes.Stage,
  victim: Actor,
  witness: Witness,
  narrator: Narrator,
): Promise<readonly scenes.Step[]> {
  const [asked = victim] = stage.cast.actors
  const times = await scenes.detectionFor(asked)
  narrator.scene('failure', `${victim.name} is killed (SIGKILL: no goodbye)`)
  narrator.foretell(times)
  const { killedMs, noticing, ...failure } = await scenes.oneDies(stage, { victim, witness, times })
  narrator.noticing(victim.name, killedMs, noticing)
  const steps = [narrator.tell(failure)]

  const accuser = scenes.accuserOf(stage, noticing)
  // Without --addr the command would ask the first one, which may know it from hearsay only.
  const where =
    accuser === undefined || accuser.name === asked.name ? '' : ` --addr ${accuser.name}`
  narrator.scene('why', `Why? (hearsay why ${victim.name}${where})`)
  const { report, ...why } = await scenes.whyIsThat(stage, victim, accuser)
  if (report !== undefined) narrator.why(report)
  steps.push(narrator.tell(why))

  narrator.scene('return', `${victim.name} is started again`)
  steps.push(narrator.tell(await scenes.oneReturns(stage, victim)))
  return steps
}

/** Keeps the members running and shows what happens to them, as the first one sees it. */
async function stay(
  { context, cast }: scenes.Stage,
  narrator: Narrator,
  someName: string | undefined,
): Promise<void> {
  const [first] = cast.actors
  narrator.stay(someName, first?.address ?? '')
  const ended = new Promise<void>((resolve) => {
    context.signal.addEventListener('abort', () => resolve())
  })
  if (first === undefined || context.signal.aborted) return
  await new Witness().follow(first, (item) => narrator.happening(item))
  const allGone = Promise.all(cast.actors.map((actor) => actor.process.exited))
  await Promise.race([ended, allGone])
}
