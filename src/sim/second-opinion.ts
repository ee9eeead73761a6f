// Puts the naive model beside a core and gives it the same deliveries: it decodes the same
// packets and streams for itself, says what must follow, and is held against the turns the core
// took and the rows it holds. What the core does by itself (probes, timers, goodbyes) the model
// follows if it was the core's right. Only for tables small enough to be merged in one step.

import {
  addressKey,
  assert,
  type Cipher,
  type Config,
  checkContext,
  type Effect,
  type Input,
  type Machine,
  type MemberView,
  type Millis,
  type Reads,
  type StreamId,
  type Turn,
  turnsOf,
  wireSettings,
  withStep,
} from '../core/index.ts'
import {
  type CheckContext,
  checkMessage,
  checkNodeState,
  type Message,
  type NodeState,
  PacketCodec,
  StreamReader,
  type WireSettings,
} from '../core/wire/index.ts'
import { type NaiveAlive, NaiveModel, type NaiveRow, type Prediction } from './naive-model.ts'

/** The core and the naive model of the rules disagree. */
export class Disagreement extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'Disagreement'
  }
}

/**
 * `machine`, a core of this configuration with `trace` on, every step of which is checked by a
 * second mind. Throws a `Disagreement` out of the step that brought it up.
 */
export function withSecondOpinion(
  machine: Machine & Reads,
  config: Config,
  cipher?: Cipher,
): Machine & Reads {
  const opinion = new SecondOpinion(machine, config, cipher)
  return withStep(machine, (now, input) => {
    const effects = machine.step(now, input)
    opinion.judge(now, input, effects)
    return effects
  })
}

class SecondOpinion {
  readonly #core: Reads
  readonly #name: string
  readonly #port: number
  readonly #model: NaiveModel
  readonly #wire: WireSettings
  readonly #codec: PacketCodec
  readonly #check: CheckContext
  readonly #nodesMax: number
  readonly #readers = new Map<StreamId, StreamReader>()
  /** Whom the step was about. */
  readonly #touched = new Set<string>()
  #steps = 0
  #nowMs: Millis = 0
  /** The turns of this step that are not accounted for yet. */
  #turns: Turn[] = []

  constructor(core: Reads, config: Config, cipher: Cipher | undefined) {
    this.#core = core
    this.#name = config.name
    this.#port = config.advertise.port
    const { name, advertise } = config
    const self = { name, incarnation: 0, address: String(advertise.key), meta: '', versions: '' }
    this.#model = new NaiveModel(config, self)
    this.#wire = wireSettings(config, cipher, undefined)
    this.#codec = new PacketCodec(this.#wire)
    this.#check = checkContext(config, () => true)
    this.#nodesMax = config.membersMax
  }

  judge(nowMs: Millis, input: Input, effects: readonly Effect[]): void {
    this.#nowMs = Math.max(nowMs, this.#nowMs)
    this.#turns = turnsOf(effects)
    this.#take(input)
    while (this.#turns.length > 0) this.#followOwn()
    for (const effect of effects) if (effect.kind === 'close') this.#readers.delete(effect.stream)
    for (const name of this.#touched) this.#compareRow(name)
    this.#touched.clear()
    if (++this.#steps % WHOLE_EVERY === 0) this.#compareAll()
  }

  // ---- what is heard ------------------------------------------------------------------

  #take(input: Input): void {
    switch (input.kind) {
      case 'packet':
        for (const message of this.#codec.unpack(input.bytes).messages) this.#hear(message)
        break
      case 'opened':
        this.#readers.set(input.stream, this.#newReader(input.stream))
        break
      case 'received':
        this.#readers.get(input.stream)?.push(input.bytes)
        this.#read(input.stream)
        break
      case 'closed':
        if (input.reason === 'end') this.#readEnd(input.stream)
        this.#readers.delete(input.stream)
        break
      case 'command':
        if (input.command.kind === 'remove') this.#model.remove(input.command.name)
    }
  }

  #newReader(stream: StreamId): StreamReader {
    return new StreamReader(this.#wire, { dialled: stream % 2 === 1, nodesMax: this.#nodesMax })
  }

  #readEnd(stream: StreamId): void {
    this.#readers.get(stream)?.end()
    this.#read(stream)
  }

  #read(stream: StreamId): void {
    const step = this.#readers.get(stream)?.read()
    assert(step?.kind !== 'busy', 'a second opinion is for small tables')
    if (step?.kind !== 'message') return
    this.#readers.delete(stream)
    if (step.message.kind === 'pushPull') for (const row of step.message.nodes) this.#merge(row)
  }

  #hear(message: Message): void {
    if (checkMessage(message, this.#check) !== undefined) return
    const model = this.#model
    if ('node' in message) this.#touched.add(message.node)
    switch (message.kind) {
      case 'alive':
        return this.#expect(model.alive(this.#said(message.node, message), this.#nowMs))
      case 'suspect':
      case 'dead': {
        const { kind, node: name, incarnation, from } = message
        const to = kind === 'dead' && from === name ? 'left' : kind
        return this.#expect(model.accused(to, { name, incarnation }, this.#nowMs))
      }
      case 'ack':
        // Perhaps the answer that a doubtful statement waited for.
        if (this.#resolves(this.#turns[0])) this.#turns.shift()
    }
  }

  #merge(row: NodeState): void {
    if (checkNodeState(row, this.#check) !== undefined) return
    const { name, incarnation } = row
    this.#touched.add(name)
    if (row.state === ALIVE)
      return this.#expect(this.#model.alive(this.#said(name, row), this.#nowMs))
    // What others call dead is only suspected.
    const to = row.state === LEFT ? 'left' : 'suspect'
    this.#expect(this.#model.accused(to, { name, incarnation }, this.#nowMs))
  }

  #said(name: string, { incarnation, addr, port, meta, vsn }: Described): NaiveAlive {
    const address = String(addressKey(addr, port || this.#port))
    return { name, incarnation, address, meta: hex(meta), versions: hex(vsn.subarray(0, 6)) }
  }

  // ---- what follows -------------------------------------------------------------------

  /** What the model says must follow has followed, and nothing else before it. */
  #expect(prediction: Prediction | undefined): void {
    if (prediction === undefined) return
    const turn = this.#turns.shift()
    if (isSame(prediction, turn)) return
    throw this.#disagreement(`${textOf(prediction)} must follow, but ${textOf(turn)} did`)
  }

  #followOwn(): void {
    const turn = this.#turns.shift()
    if (turn !== undefined) this.#touched.add(turn.subject)
    if (turn === undefined || isSame(this.#own(turn), turn)) return
    throw this.#disagreement(`${textOf(turn)} (${turn.cause}) follows from nothing`)
  }

  #own(turn: Turn): Prediction | undefined {
    const { subject, to, incarnation, cause } = turn
    const model = this.#model
    if (to === 'forgotten') return model.forget(subject) || cause === 'removed' ? turn : undefined
    if (subject === this.#name) {
      if (to === 'left') return model.leave(this.#nowMs)
      return cause === 'own' ? this.#announced() : model.answerLate(this.#nowMs)
    }
    if (cause === 'own' && (to === 'suspect' || to === 'dead'))
      return model.accuse(subject, to, this.#nowMs)
    return model.resolve(subject, incarnation, this.#nowMs)
  }

  #resolves(turn: Turn | undefined): boolean {
    if (turn === undefined || turn.to !== 'alive' || turn.subject === this.#name) return false
    return isSame(this.#model.resolve(turn.subject, turn.incarnation, this.#nowMs), turn)
  }

  /** Only the member itself knows what it says of itself. */
  #announced(): Prediction {
    const view = this.#core.memberView(this.#name)
    return this.#model.announce(hex(view?.meta ?? NO_BYTES), hex(view?.versions ?? NO_BYTES))
  }

  #compareRow(name: string): void {
    const held = viewText(this.#core.memberView(name))
    const wanted = rowText(this.#model.view(name))
    if (held !== wanted) throw this.#disagreement(`it holds ${held}, the model ${wanted}`)
  }

  #compareAll(): void {
    for (const { name } of this.#core.memberViews()) this.#compareRow(name)
    for (const name of this.#model.names()) this.#compareRow(name)
  }

  #disagreement(what: string): Disagreement {
    return new Disagreement(`${this.#name} at ${this.#nowMs} ms: ${what}`)
  }
}

interface Described {
  readonly incarnation: number
  readonly addr: Uint8Array
  readonly port: number
  readonly meta: Uint8Array
  readonly vsn: Uint8Array
}

const NO_BYTES = new Uint8Array(0)
const ALIVE = 0
const LEFT = 3
/** All rows are compared every so many steps, in between those that a step was about. */
const WHOLE_EVERY = 64

function isSame(prediction: Prediction | undefined, turn: Turn | undefined): boolean {
  return prediction !== undefined && textOf(prediction) === textOf(turn)
}

function textOf(turn: Prediction | Turn | undefined): string {
  return turn === undefined ? 'nothing' : `${turn.subject} ${turn.to}@${turn.incarnation}`
}

function viewText(view: MemberView | undefined): string {
  if (view === undefined) return 'nothing'
  const { name, status, incarnation, address, meta, versions } = view
  return `${name} ${status}@${incarnation} ${address.key} ${hex(meta)} ${hex(versions)}`
}

function rowText(row: NaiveRow | undefined): string {
  if (row === undefined) return 'nothing'
  const { name, status, incarnation, address, meta, versions } = row
  return `${name} ${status}@${incarnation} ${address} ${meta} ${versions}`
}

function hex(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += HEX[byte]
  return text
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
