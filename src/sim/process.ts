// One life of one member: a core and what a real driver does around it. Effects go to the
// virtual network, the alarm is an entry in the agenda, and the process may be paused
// (inputs wait, then come before the late tick), stalled (messages wait both ways while its
// timers run on) or slow (each input costs time).

import {
  type Address,
  assert,
  type Effect,
  type Input,
  type KeptRecord,
  type Machine,
  type MemberView,
  type Millis,
  type Notice,
  type Reads,
} from '../core/index.ts'
import { Gate, packetBytes } from './gate.ts'
import { Labour } from './labour.ts'
import type { Network } from './network.ts'
import type { Happening, Sizes } from './observation.ts'
import { OwnClock } from './own-clock.ts'
import type { Receiver } from './streams.ts'

export interface ProcessParts {
  readonly id: string
  readonly machine: Machine & Reads
  readonly address: Address
  readonly network: Network
  /** What its monotonic clock shows at virtual time 0: no two members share one. */
  readonly clockOffsetMs: Millis
  readonly observe: (process: Process, happening: Happening) => void
  /** Puts on its disk what its core wants kept. */
  readonly keep?: (process: Process, records: readonly KeptRecord[]) => void
  /** Whether transitions come with the row as it is after them; not worth its memory to all. */
  readonly rows?: boolean
}

/** Ticks in a row without time passing; more means that the core goes round in circles. */
const TICKS_AT_ONCE_MAX = 10_000

export class Process implements Receiver {
  readonly id: string
  readonly machine: Machine & Reads
  readonly address: Address
  /** How often the alarm woke it: an idle core sleeps. */
  ticks = 0
  /** How many inputs its core has taken. */
  steps = 0
  #network: Network
  readonly #clock: OwnClock
  #observe: ProcessParts['observe']
  readonly #keep: (records: readonly KeptRecord[]) => void
  #rows: boolean
  #isRunning = true
  readonly #paused = new Gate<Input>(packetBytes)
  readonly #inbox = new Gate<Input>(packetBytes)
  readonly #outgoing = new Gate<Effect>(() => 0)
  readonly #labour: Labour
  #sendFailure: { readonly reason: string; readonly share: number } | undefined
  #dialsFail = false
  #alarmMs = Number.POSITIVE_INFINITY
  #lastNowMs = Number.NEGATIVE_INFINITY
  #lastTickMs = Number.NEGATIVE_INFINITY
  #ticksAtOnce = 0
  /** A slow process has its tick queued already. */
  #tickWaits = false

  constructor(parts: ProcessParts) {
    this.id = parts.id
    this.machine = parts.machine
    this.address = parts.address
    this.#network = parts.network
    this.#clock = new OwnClock(parts.clockOffsetMs)
    this.#observe = parts.observe
    this.#keep = (records) => parts.keep?.(this, records)
    this.#rows = parts.rows ?? false
    this.#labour = new Labour(parts.network.agenda, (input) => this.#stepLate(input))
    parts.network.attach(parts.address, this)
  }

  get isRunning(): boolean {
    return this.#isRunning
  }

  get isPaused(): boolean {
    return this.#paused.isShut
  }

  /** Machine time of the present moment. */
  get nowMs(): Millis {
    return this.#clock.at(this.#network.agenda.nowMs)
  }

  /** What a wall clock that shows virtual time would differ from this process's clock. */
  get trueOffsetMs(): Millis {
    return this.#network.agenda.nowMs - this.nowMs
  }

  /** What it holds now, for the checker of bounds. */
  sizes(): Sizes {
    const views = this.machine.memberViews()
    const queued = this.machine.queued()
    let evidence = 0
    for (const { name } of views) {
      evidence = Math.max(evidence, this.machine.evidence(name).length)
    }
    return {
      members: views.length,
      departed: views.filter(({ status }) => status === 'dead' || status === 'left').length,
      queuedMembership: queued.membership,
      queuedUser: queued.user,
      evidence,
      streams: this.#network.streams.count(this),
    }
  }

  /** Any input, from the network or from the story. */
  receive(input: Input): void {
    if (!this.#isRunning) return
    if (this.#paused.holds(input)) return
    if (isMessage(input) && this.#inbox.holds(input)) return
    this.#labour.take(input)
  }

  pause(): void {
    this.#paused.shut()
  }

  /** What came in meanwhile is handed over first, then the late tick. */
  resume(): void {
    for (const input of this.#paused.open()) this.receive(input)
    this.#alarmMs = Number.POSITIVE_INFINITY
    this.#tickWaits = true
    this.receive({ kind: 'tick' })
  }

  /** Messages wait, in and out, while timers run on: the anomaly of Lifeguard's experiments. */
  stall(): void {
    this.#inbox.shut()
    this.#outgoing.shut()
  }

  /** What waited goes out, then comes in, each in its order. */
  unstall(): void {
    for (const effect of this.#outgoing.open()) if (this.#isRunning) this.#carryOut(effect)
    for (const input of this.#inbox.open()) this.receive(input)
  }

  /** From now on each input costs `costMs` of the process's time; 0 is normal. */
  slowDown(costMs: Millis): void {
    this.#labour.setCost(costMs)
  }

  /** From now on its clock runs `rate` milliseconds in one; 1 is true. */
  drift(rate: number): void {
    this.#clock.setRate(this.#network.agenda.nowMs, rate)
    this.#setAlarmAnew()
  }

  /** Its clock jumps ahead, and its alarm is late. */
  leap(aheadMs: Millis): void {
    this.#clock.leap(this.#network.agenda.nowMs, aheadMs)
    this.#setAlarmAnew()
  }

  /** Makes sends fail with `reason`, all or this share of them; undefined ends it. */
  failSends(reason: string | undefined, share = 1): void {
    this.#sendFailure = reason === undefined ? undefined : { reason, share }
  }

  /** Dials end at once for want of file descriptors, or work again. */
  failDials(doFail: 'fail' | 'work'): void {
    this.#dialsFail = doFail === 'fail'
  }

  /** Ends this life without a word. */
  stop(afterwards: 'refuses' | 'silent'): void {
    if (!this.#isRunning) return
    this.#isRunning = false
    this.#network.detach(this.address, afterwards)
    this.#observe(this, { kind: 'stopped' })
  }

  #stepLate(input: Input): void {
    if (!this.#isRunning) return
    if (!this.#paused.holds(input)) this.#step(input)
  }

  #step(input: Input): void {
    if (input.kind === 'packet') {
      this.#observe(this, { kind: 'heard', from: input.from, sizeBytes: input.bytes.length })
    }
    if (input.kind === 'tick') this.#countTick()
    const nowMs = Math.max(this.nowMs, this.#lastNowMs)
    this.#lastNowMs = nowMs
    this.steps++
    for (const effect of this.machine.step(nowMs, input)) this.#carryOut(effect)
    this.#setAlarm()
  }

  #countTick(): void {
    this.#tickWaits = false
    this.ticks++
    const { nowMs } = this.#network.agenda
    this.#ticksAtOnce = nowMs === this.#lastTickMs ? this.#ticksAtOnce + 1 : 0
    this.#lastTickMs = nowMs
    assert(this.#ticksAtOnce < TICKS_AT_ONCE_MAX, 'a deadline moves on when its tick has come')
  }

  #carryOut(effect: Effect): void {
    if (isMessageOut(effect) && this.#outgoing.holds(effect)) return
    switch (effect.kind) {
      case 'send':
        this.#send(effect.to, effect.bytes)
        break
      case 'open':
        this.#open(effect)
        break
      case 'write':
        this.#network.streams.write(this, effect.stream, effect.bytes)
        break
      case 'close':
        this.#network.streams.close(this, effect.stream)
        break
      case 'keep':
        this.#observe(this, { kind: 'kept', records: effect.records })
        this.#keep(effect.records)
        break
      case 'notify':
        this.#tell(effect.notice)
    }
  }

  #open(effect: Extract<Effect, { kind: 'open' }>): void {
    if (!this.#dialsFail) {
      this.#observe(this, { kind: 'dialled', to: effect.to })
      this.#network.streams.open(this, this.address, effect)
      return
    }
    const { agenda, tally } = this.#network
    tally.dialsFailed++
    const { stream } = effect
    agenda.at(agenda.nowMs, () => this.receive({ kind: 'closed', stream, reason: 'limit' }))
  }

  #send(to: Address, bytes: Uint8Array): void {
    const failure = this.#sendFailure
    const { agenda, random, tally } = this.#network
    if (failure === undefined || !random.chance(failure.share)) {
      this.#observe(this, { kind: 'sent', to, bytes })
      this.#network.send(this.address, to, bytes)
      return
    }
    tally.sendsFailed++
    const { reason } = failure
    agenda.at(agenda.nowMs, () => this.receive({ kind: 'sendFailed', to, reason }))
  }

  #tell(notice: Notice): void {
    if (notice.kind === 'transition') {
      const row = this.#rows ? this.#rowOf(notice.subject, notice) : undefined
      this.#observe(this, { ...notice, row })
    } else {
      this.#observe(this, { kind: 'notice', notice })
    }
  }

  #rowOf(
    subject: string,
    after: { readonly to: string; readonly incarnation: number },
  ): MemberView | undefined {
    const row = this.machine.memberView(subject)
    return row?.status === after.to && row.incarnation === after.incarnation ? row : undefined
  }

  /** Its clock is not what it was: what was planned by it is. */
  #setAlarmAnew(): void {
    this.#alarmMs = Number.POSITIVE_INFINITY
    this.#setAlarm()
  }

  // One entry is planned at a time; an entry whose time is no longer the alarm's is stale.
  #setAlarm(): void {
    const dueMs = this.#clock.virtualAt(this.machine.deadline)
    if (!this.#isRunning || dueMs >= this.#alarmMs) return
    this.#planTick(dueMs)
  }

  #planTick(dueMs: Millis): void {
    if (dueMs === Number.POSITIVE_INFINITY) {
      this.#alarmMs = dueMs
      return
    }
    const { agenda } = this.#network
    const alarmMs = Math.max(dueMs, agenda.nowMs)
    this.#alarmMs = alarmMs
    agenda.at(alarmMs, () => {
      if (this.#alarmMs === alarmMs) this.#ring()
    })
  }

  #ring(): void {
    this.#alarmMs = Number.POSITIVE_INFINITY
    if (!this.#isRunning || this.#paused.isShut || this.#tickWaits) return
    const dueMs = this.machine.deadline
    const atMs = this.#clock.virtualAt(dueMs)
    if (atMs > this.#network.agenda.nowMs) {
      this.#planTick(atMs)
      return
    }
    // There and back again may lose the last bit of the deadline.
    this.#lastNowMs = Math.max(this.#lastNowMs, Math.min(dueMs, this.nowMs + 1e-6))
    this.#tickWaits = true
    this.receive({ kind: 'tick' })
  }
}

/** Whether an effect goes to others, and not to the process's own host. */
function isMessageOut({ kind }: Effect): boolean {
  return kind !== 'notify' && kind !== 'keep'
}

/** Whether an input comes from others, and not from the process itself. */
function isMessage({ kind }: Input): boolean {
  return kind !== 'tick' && kind !== 'command' && kind !== 'wall'
}
