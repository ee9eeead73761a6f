// The only loop of production: feeds inputs to the machine one at a time, carries its
// effects out, and keeps one alarm for its deadline. An input that arrives while effects
// are carried out waits its turn, so order is kept and nobody re-enters the machine.
// When the alarm rings, what has already arrived is read before the machine may judge a
// timeout: a late event loop must never accuse a healthy member.

import type { Effect, Input, KeptRecord, Machine, Millis, Notice } from '../core/index.ts'
import type { Alarm, Clock } from './clock.ts'
import type { Transport } from './transport.ts'

export interface DriverParts {
  readonly machine: Machine
  readonly transport: Transport
  readonly clock: Clock
  /** Alarms are put off to a multiple of this, so that neighbours in one process wake together. */
  readonly gridMs: Millis
  /** Hears every notice, from inside the loop: it must not throw and should be quick. */
  readonly onNotice: (notice: Notice) => void
  /** Takes what is to be kept on disk, where there is one. */
  readonly keep?: ((records: readonly KeptRecord[]) => void) | undefined
  /** The machine broke its own rule; the driver has stopped. */
  readonly onFailure: (error: unknown) => void
  /** Sees every input with the time it is applied at. */
  readonly record?: ((now: Millis, input: Input) => void) | undefined
}

/** A waking later than this was held up, and more packets may wait than one turn reads. */
const LATE_MS = 20
/** How many turns a late tick waits at most while packets keep arriving. */
const LATE_TURNS_MAX = 32
const WALL_CHECK_MS = 60_000
const WALL_STEP_MS = 10
const TICK: Input = { kind: 'tick' }

export class Driver {
  readonly #parts: DriverParts
  readonly #alarm: Alarm
  readonly #onTurn: () => void
  #waiting: Input[] = []
  #busy = false
  #stopped = false
  /** When the alarm rings; Infinity while it is not set. */
  #alarmAtMs = Number.POSITIVE_INFINITY
  /** A turn that will tick is on its way. */
  #turnPending = false
  #lateTurnsLeft = 0
  #fedSinceTurn = 0
  #wallOffsetMs = 0
  #wallCheckAtMs = Number.NEGATIVE_INFINITY
  #lateMs = 0
  #lateMsMax = 0
  #ticks = 0

  constructor(parts: DriverParts) {
    this.#parts = parts
    this.#alarm = parts.clock.alarm(() => this.#rung())
    this.#onTurn = () => this.#turn()
  }

  /**
   * Unix time minus machine time, steady until the clock is moved: as the machine was told, so
   * that a moment has one Unix time whenever it is read.
   */
  get wallOffsetMs(): Millis {
    const offsetMs = this.#parts.clock.wallOffset()
    return this.#isMoved(offsetMs) ? offsetMs : this.#wallOffsetMs
  }

  #isMoved(offsetMs: Millis): boolean {
    return Math.abs(offsetMs - this.#wallOffsetMs) > WALL_STEP_MS
  }

  /** Begins: tells the machine the wall clock, and listens to the transport. */
  start(): void {
    this.#checkWall(this.#parts.clock.now())
    this.#parts.transport.listen((input) => this.feed(input))
  }

  /** Applies one input, or lets it wait until the one at work is done. */
  feed(input: Input): void {
    if (this.#stopped) return
    this.#fedSinceTurn++
    if (this.#busy) {
      this.#waiting.push(input)
      return
    }
    this.#busy = true
    try {
      this.#apply(input)
      while (this.#waiting.length > 0) this.#applyWaiting()
    } catch (error) {
      this.#fail(error)
    }
    this.#busy = false
    this.#rearm()
  }

  /** Ends the loop; every later input is ignored. */
  stop(): void {
    this.#stopped = true
    this.#waiting = []
    this.#alarm.clear()
  }

  /** How late we woke: the last waking and the worst, and how many ticks there were. */
  counters(): Readonly<Record<string, number>> {
    return {
      loop_lag_ms: this.#lateMs,
      loop_lag_ms_max: this.#lateMsMax,
      ticks_total: this.#ticks,
    }
  }

  #applyWaiting(): void {
    const inputs = this.#waiting
    this.#waiting = []
    for (const input of inputs) this.#apply(input)
  }

  #apply(input: Input): void {
    if (this.#stopped) return
    const now = this.#parts.clock.now()
    this.#parts.record?.(now, input)
    for (const effect of this.#parts.machine.step(now, input)) this.#carryOut(effect)
  }

  #carryOut(effect: Effect): void {
    const { transport } = this.#parts
    switch (effect.kind) {
      case 'send':
        transport.send(effect.to, effect.bytes)
        break
      case 'open':
        transport.open(effect.stream, effect.to)
        break
      case 'write':
        transport.write(effect.stream, effect.bytes)
        break
      case 'close':
        transport.close(effect.stream)
        break
      case 'notify':
        this.#parts.onNotice(effect.notice)
        break
      case 'keep':
        this.#parts.keep?.(effect.records)
    }
  }

  #fail(error: unknown): void {
    this.stop()
    this.#parts.onFailure(error)
  }

  /** Sets the alarm where the deadline has moved to another step of the grid. */
  #rearm(): void {
    if (this.#stopped || this.#turnPending) return
    const { deadline } = this.#parts.machine
    const lateMs = this.#parts.clock.now() - deadline
    const atMs = Math.ceil(deadline / this.#parts.gridMs) * this.#parts.gridMs
    if (lateMs >= 0) this.#tickNextTurn(lateMs)
    else if (atMs !== this.#alarmAtMs) this.#setAlarm(atMs)
  }

  #setAlarm(atMs: Millis): void {
    this.#alarmAtMs = atMs
    this.#alarm.set(atMs)
  }

  #rung(): void {
    const lateMs = this.#parts.clock.now() - this.#alarmAtMs
    this.#alarmAtMs = Number.POSITIVE_INFINITY
    if (!this.#stopped && !this.#turnPending) this.#tickNextTurn(lateMs)
  }

  /** The tick comes with the next turn of the event loop, after its sockets have been read. */
  #tickNextTurn(lateMs: Millis): void {
    this.#lateMs = lateMs
    this.#lateMsMax = Math.max(this.#lateMsMax, lateMs)
    if (lateMs > LATE_MS) this.#lateTurnsLeft = LATE_TURNS_MAX
    this.#awaitTurn()
  }

  #awaitTurn(): void {
    this.#turnPending = true
    this.#fedSinceTurn = 0
    this.#parts.clock.soon(this.#onTurn)
  }

  /** Sockets have been read by now: tick, unless we were held up and there is more to read. */
  #turn(): void {
    this.#turnPending = false
    if (this.#stopped) return
    if (this.#lateTurnsLeft > 0 && this.#fedSinceTurn > 0) {
      this.#lateTurnsLeft--
      this.#awaitTurn()
      return
    }
    this.#lateTurnsLeft = 0
    this.#ticks++
    this.#checkWall(this.#parts.clock.now())
    this.feed(TICK)
  }

  /** Tells the machine where the wall clock stands, at the start and when it was moved. */
  #checkWall(now: Millis): void {
    if (now < this.#wallCheckAtMs) return
    const first = this.#wallCheckAtMs === Number.NEGATIVE_INFINITY
    const offsetMs = this.#parts.clock.wallOffset()
    this.#wallCheckAtMs = now + WALL_CHECK_MS
    if (!first && !this.#isMoved(offsetMs)) return
    this.#wallOffsetMs = offsetMs
    this.feed({ kind: 'wall', offsetMs })
  }
}
