// A recording of a node's life as lines of JSON: a head (options and seed), then every input
// with its time, and after it the turns that rows took. Fed to a core of the same options and
// seed, the inputs must bring the same turns again. Keys are left out: a recording may be
// handed on, and whoever replays it must have them.

import {
  Address,
  type Config,
  type CoreOptions,
  type Machine,
  type Millis,
  makeConfig,
  type Reads,
  type Turn,
  turnsOf,
  withStep,
} from '../core/index.ts'
import { jsonOf, parseJson, type Recorded, recordedLine } from './recorder.ts'

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
  /** Its last line is cut short, as by a crash; the last input and its turns were left out. */
  readonly isCut: boolean
}

export interface RecordingParts {
  readonly config: Config
  readonly seed: number
  /** Takes one line without its end. */
  readonly write: (line: string) => void
}

const FORMAT = 'hearsay recording 1'
/** The greatest time of a Date: beyond it a millisecond more is no longer another time. */
const TIME_MAX_MS = 8.64e15

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null
const isText = (value: unknown) => typeof value === 'string'
const isCount = (value: unknown) => Number.isSafeInteger(value) && Number(value) >= 0
const isNumber = (value: unknown) => typeof value === 'number' && Number.isFinite(value)
const isBytes = (value: unknown) => value instanceof Uint8Array
const isAddress = (value: unknown) => value instanceof Address
const isCommand = (value: unknown) => isObject(value) && isText(value.kind)

/** What an input of each kind must hold. Of a command only the core knows more. */
const INPUT_PARTS: Readonly<Record<string, Readonly<Record<string, (value: unknown) => boolean>>>> =
  {
    packet: { from: isAddress, bytes: isBytes },
    opened: { stream: isCount, peer: isAddress },
    received: { stream: isCount, bytes: isBytes },
    closed: { stream: isCount, reason: isText },
    sendFailed: { to: isAddress, reason: isText },
    command: { id: isCount, command: isCommand },
    wall: { offsetMs: isNumber },
    tick: {},
  }

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

/**
 * Reads a recording of ours; a last line cut short by a crash is left out. Throws a plain error
 * that says what is wrong with the text otherwise.
 */
export function parseRecording(text: string): Recording {
  const [first = '', ...rest] = text.split('\n')
  const head = headOf(first)
  // After the last line end there is nothing, or what a crash cut short.
  const steps = rest.slice(0, -1).map((line, index) => stepOf(line, index + 2))
  const isCut = rest.at(-1) !== ''
  return { ...head, steps: isCut ? withoutLastInput(steps) : steps, isCut }
}

/** Whether a line is the head of a recording; all that is asked before more is read. */
export function isRecordingHead(line: string): boolean {
  try {
    const head = parseJson(line)
    return isObject(head) && head.format === FORMAT
  } catch {
    return false
  }
}

/** Turns stand behind their input: of the last one some may be missing. */
function withoutLastInput(steps: readonly RecordedStep[]): readonly RecordedStep[] {
  const last = steps.findLastIndex((step) => 'input' in step)
  return steps.slice(0, Math.max(0, last))
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
  if (!isObject(head) || head.format !== FORMAT) throw notOurs()
  const { seed, keys, options } = head
  if (!isCount(seed) || !isCount(keys) || !isObject(options)) {
    throw new Error('line 1 lacks the seed, the number of keys or the options')
  }
  return head as unknown as RecordingHead
}

function stepOf(line: string, number: number): RecordedStep {
  const step = parsed(line, number)
  const problem = isObject(step) ? stepProblem(step) : 'is neither an input nor a turn'
  if (problem !== undefined) throw new Error(`line ${number} ${problem}`)
  return step as RecordedStep
}

function stepProblem({ now, input, turn }: Fields): string | undefined {
  if (typeof now !== 'number' || Math.abs(now) > TIME_MAX_MS) return 'has no time that can be'
  if (input !== undefined) return isInput(input) ? undefined : 'holds no input of a core'
  if (turn === undefined) return 'is neither an input nor a turn'
  return isTurn(turn) ? undefined : 'holds no turn of a row'
}

function isInput(input: unknown): boolean {
  if (!isObject(input)) return false
  const kind = String(input.kind)
  if (!Object.hasOwn(INPUT_PARTS, kind)) return false
  return Object.entries(INPUT_PARTS[kind] ?? {}).every(([key, is]) => is(input[key]))
}

function isTurn(turn: unknown): boolean {
  if (!isObject(turn) || turn.kind !== 'transition' || !isCount(turn.incarnation)) return false
  return [turn.subject, turn.from, turn.to, turn.cause].every(isText)
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
