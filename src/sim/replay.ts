// Feeds a recording back into a core, and holds the turns its rows take against those that
// were written down. They can differ only if the code, the options or the seed do.

import { type Effect, type Input, type Machine, type Millis, turnsOf } from '../core/index.ts'
import { type Entry, Journal } from './journal.ts'
import { type Transition, transitionText } from './observation.ts'

type Turn = Omit<Transition, 'row'>

interface Fed {
  readonly now: Millis
  readonly input: Input
}

/** An input, or a turn that the step before it took. */
export type ReplayStep = Fed | { readonly now: Millis; readonly turn: Turn }

export interface Replay {
  readonly inputs: number
  readonly turns: number
  /** From the first input to the last. */
  readonly spanMs: Millis
  /** The turns of the replay as text. */
  readonly lines: readonly string[]
  /** Over all turns of the replay, as of any run of the simulator. */
  readonly hash: string
  /** The first turn that is not as recorded: `nothing` where one side has none. */
  readonly difference: { readonly recorded: string; readonly replayed: string } | undefined
}

/**
 * Replays `steps` on a fresh machine of the recorded node, which goes by `name` in texts. Throws
 * with the number of the input where the machine does.
 */
export function replay(machine: Machine, name: string, steps: Iterable<ReplayStep>): Replay {
  const journal = new Journal()
  const lines = { recorded: [] as string[], replayed: [] as string[] }
  const span = { fromMs: Number.NaN, toMs: Number.NaN }
  let inputs = 0
  for (const step of steps) {
    if ('turn' in step) {
      lines.recorded.push(textOf(step.turn, step.now, name))
      continue
    }
    if (inputs++ === 0) span.fromMs = step.now
    span.toMs = step.now
    for (const turn of turnsOf(stepped(machine, step, inputs))) {
      lines.replayed.push(textOf(turn, step.now, name))
      journal.add(seen(turn, step.now, name))
    }
  }
  const spanMs = inputs === 0 ? 0 : span.toMs - span.fromMs
  const difference = firstDifference(lines.recorded, lines.replayed)
  const { count: turns, hash } = journal
  return { inputs, turns, spanMs, lines: lines.replayed, hash, difference }
}

/** Throws what the machine throws, with the input that did it. */
function stepped(machine: Machine, { now, input }: Fed, number: number): readonly Effect[] {
  try {
    return machine.step(now, input)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`input ${number} (${input.kind}, at ${now} ms) fails: ${reason}`, { cause })
  }
}

function firstDifference(
  recorded: readonly string[],
  replayed: readonly string[],
): Replay['difference'] {
  const length = Math.max(recorded.length, replayed.length)
  for (let at = 0; at < length; at++) {
    const [was, is] = [recorded[at] ?? 'nothing', replayed[at] ?? 'nothing']
    if (was !== is) return { recorded: was, replayed: is }
  }
  return undefined
}

function textOf(turn: Turn, atMs: Millis, observer: string): string {
  return transitionText(seen(turn, atMs, observer))
}

/** The clock of a recording is the node's own. */
function seen(turn: Turn, atMs: Millis, observer: string): Entry {
  return { ...turn, atMs, ownMs: atMs, observer, row: undefined }
}
