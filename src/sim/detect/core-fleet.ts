// Members that run the production core: plain SWIM, SWIM with Lifeguard, hearsay as it comes, or
// beats of state, by their options. No journal and no checkers, so that a hundred members of two
// minutes cost about a second.

import {
  assert,
  type Command,
  Core,
  type CoreOptions,
  type MemberView,
  makeConfig,
  type Notice,
  Random,
} from '../../core/index.ts'
import { Agenda } from '../agenda.ts'
import { hostAddress } from '../host-address.ts'
import { Network } from '../network.ts'
import { Process } from '../process.ts'
import { waveMs } from '../waves.ts'
import type { Fleet } from './fleet.ts'

export interface CoreFleetParts {
  readonly nodes: number
  readonly seed: number
  /** Options of every member, beside name and address. */
  readonly options: Partial<CoreOptions>
  readonly onNotice: (observer: number, notice: Notice) => void
}

const CLOCK_APART_MS = 1_000_000
/** Virtual time 0 as Unix time: all wall clocks agree. */
const WALL_START_MS = 1_700_000_000_000
const FORMED_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 500
/** Rumors of the joins have been told out by then. */
const REST_MS = 10_000

export class CoreFleet implements Fleet {
  readonly agenda = new Agenda()
  readonly #network: Network
  readonly #processes: readonly Process[]
  readonly #onNotice: CoreFleetParts['onNotice']

  constructor({ nodes, seed, options, onNotice }: CoreFleetParts) {
    const random = new Random(seed)
    this.#network = new Network(this.agenda, new Random(random.bits()))
    this.#onNotice = onNotice
    this.#processes = Array.from({ length: nodes }, (_, member) =>
      this.#makeProcess(member, options, new Random(random.bits())),
    )
  }

  get tally(): Network['tally'] {
    return this.#network.tally
  }

  form(): void {
    this.#processes.forEach((process, member) => {
      process.receive({ kind: 'wall', offsetMs: WALL_START_MS + process.trueOffsetMs })
      process.receive({ kind: 'command', id: 1, command: { kind: 'start' } })
      if (member > 0) this.agenda.at(this.agenda.nowMs + waveMs(member), () => join(process))
    })
    const giveUpMs = this.agenda.nowMs + FORMED_WITHIN_MS
    while (!this.#isFormed()) {
      assert(this.agenda.nowMs < giveUpMs, 'members of a calm network find each other')
      this.agenda.runUntil(this.agenda.nowMs + LOOK_EVERY_MS)
    }
    this.agenda.runUntil(this.agenda.nowMs + REST_MS)
  }

  lose(share: number): void {
    this.#network.change({ loss: share, streamLoss: share })
  }

  crash(member: number): void {
    this.#processes[member]?.stop('silent')
  }

  stall(member: number): void {
    this.#processes[member]?.stall()
  }

  unstall(member: number): void {
    this.#processes[member]?.unstall()
  }

  command(member: number, command: Command): void {
    this.#processes[member]?.receive({ kind: 'command', id: 3, command })
  }

  /** The member of a name. */
  member(name: string): number {
    return Number(name.slice(1))
  }

  /** What one member holds of another. */
  view(observer: number, subject: number): MemberView | undefined {
    return this.#processes[observer]?.machine.memberView(nameOf(subject))
  }

  #makeProcess(member: number, options: Partial<CoreOptions>, random: Random): Process {
    const config = makeConfig({ ...options, name: nameOf(member), advertise: hostAddress(member) })
    return new Process({
      id: config.name,
      machine: new Core(config, { random }),
      address: config.advertise,
      network: this.#network,
      clockOffsetMs: (member + 1) * CLOCK_APART_MS,
      observe: (_, happening) => {
        if (happening.kind === 'notice') this.#onNotice(member, happening.notice)
      },
    })
  }

  #isFormed(): boolean {
    return this.#processes.every(({ machine }) => machine.size === this.#processes.length)
  }
}

function nameOf(member: number): string {
  return `m${member}`
}

function join(process: Process): void {
  const address = hostAddress(0)
  const targets = [{ address, seed: address.toString() }]
  process.receive({ kind: 'command', id: 2, command: { kind: 'join', targets } })
}
