// A recording of a node's life as lines of JSON: a head (options and seed), then every input
// with its time, and after it the turns that rows took. Fed to a core of the same options and
// seed, the inputs must bring the same turns again. Keys are left out: a recording may be
// handed on, and whoever replays it must have them.

import {
  type Config,
  type CoreOptions,
  type Effect,
  type Machine,
  type Millis,
  makeConfig,
  type Notice,
  type Reads,
  withStep,
} from '../core/index.ts'
import { jsonOf, parseJson, type Recorded, recordedLine } from './recorder.ts'

type Turn = Extract<Notice, { readonly kind: 'transition' }>

/** One line after the head. */
export type RecordedStep = Recorded | { readonly now: Millis; readonly turn: Turn }

export interface RecordingHead {
  /** Seeded the core's choices. */
  readonly seed: number
  /** Keys it had; needed again. */
  readonly keys: number
  readonly options: CoreOptions
}

export interface Recording extends RecordingHead {
  readonly steps: readonly RecordedStep[]
}

export interface RecordingParts {
  readonly config: Config
  readonly seed: number
  /** Takes one line without its end. */
  readonly write: (line: string) => void
}

const FORMAT = 'hearsay recording 1'

/** The options that a core must have to be recorded: the same, with its turns told. */
export function recordable(config: Config): Config {
  return Object.freeze({ ...config, trace: true })
}

/** `machine`, with everything written down that goes in, and every turn. */
export function recorded(machine: Machine & Reads, parts: RecordingParts): Machine & Reads {
  const { config, seed, write } = parts
  const { keyring, ...options } = config
  write(jsonOf({ format: FORMAT, seed, keys: keyring.length, options }))
  return withStep(machine, (now, input) => {
    write(recordedLine({ now, input }))
    const effects = machine.step(now, input)
    for (const turn of turnsOf(effects)) write(jsonOf({ now, turn }))
    return effects
  })
}

/** The turns of rows among the effects of a step. */
export function turnsOf(effects: readonly Effect[]): readonly Turn[] {
  return effects.flatMap((effect) =>
    effect.kind === 'notify' && effect.notice.kind === 'transition' ? [effect.notice] : [],
  )
}

/**
 * Reads a recording of ours; a last line cut short by a crash is left out. Throws a plain error
 * that says what is wrong with the text otherwise.
 */
export function parseRecording(text: string): Recording {
  const [first = '', ...rest] = text.split('\n')
  const head = headOf(first)
  // After the last line end there is nothing, or what a crash cut short.
  const steps = rest.slice(0, -1).map((line, index) => stepOf(line, index + 2))
  return { ...head, steps }
}

/** The options to replay it with; throws if it had keys and none are given. */
export function configOf(recording: Recording, keyring: readonly Uint8Array[]): Config {
  if (recording.keys > 0 && keyring.length === 0) {
    throw new Error(`the node had ${recording.keys} keys, which no recording holds: give them`)
  }
  return makeConfig({ ...recording.options, keyring, trace: true })
}

function headOf(line: string): RecordingHead {
  const head = parsed(line, 1)
  if (typeof head !== 'object' || head === null || !('format' in head)) throw notOurs()
  if (head.format !== FORMAT) throw notOurs()
  return head as unknown as RecordingHead
}

function stepOf(line: string, number: number): RecordedStep {
  const step = parsed(line, number)
  const isStep = typeof step === 'object' && step !== null && 'now' in step
  if (isStep && ('input' in step || 'turn' in step)) return step as unknown as RecordedStep
  throw new Error(`line ${number} is neither an input nor a turn`)
}

function parsed(line: string, number: number): unknown {
  try {
    return parseJson(line)
  } catch (cause) {
    if (number === 1) throw notOurs()
    throw new Error(`line ${number} is not JSON`, { cause })
  }
}

function notOurs(): Error {
  return new Error(`not a recording: its first line does not say "${FORMAT}"`)
}
