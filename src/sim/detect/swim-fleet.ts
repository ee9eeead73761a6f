// Members that run the production core: plain SWIM, SWIM with Lifeguard, or hearsay as it
// comes, by their options. No journal and no checkers, so that a hundred members of two
// minutes cost about a second.

import {
  assert,
  Core,
  type CoreOptions,
  makeConfig,
  type Notice,
  Random,
} from '../../core/index.ts'
import { Agenda } from '../agenda.ts'
import { hostAddress } from '../host-address.ts'
import { Network } from '../network.ts'
import { Process } from '../process.ts'
import { waveMs } from '../waves.ts'
import type { Fleet, OnVerdict } from './fleet.ts'

export interface SwimFleetParts {
  readonly nodes: number
  readonly seed: number
  /** Options of every member, beside name and address. */
  readonly options: Partial<CoreOptions>
  readonly onVerdict: OnVerdict
}

const CLOCK_APART_MS = 1_000_000
const FORMED_WITHIN_MS = 120_000
const LOOK_EVERY_MS = 500
/** Rumors of the joins have been told out by then. */
const REST_MS = 10_000

export class SwimFleet implements Fleet {
  readonly agenda = new Agenda()
  readonly #network: Network
  readonly #processes: readonly Process[]
  readonly #onVerdict: OnVerdict

  constructor({ nodes, seed, options, onVerdict }: SwimFleetParts) {
    const random = new Random(seed)
    this.#network = new Network(this.agenda, new Random(random.bits()))
    this.#onVerdict = onVerdict
    this.#processes = Array.from({ length: nodes }, (_, member) =>
      this.#makeProcess(member, options, new Random(random.bits())),
    )
  }

  get tally(): Network['tally'] {
    return this.#network.tally
  }

  form(): void {
    this.#processes.forEach((process, member) => {
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

  #makeProcess(member: number, options: Partial<CoreOptions>, random: Random): Process {
    const config = makeConfig({ ...options, name: `m${member}`, advertise: hostAddress(member) })
    return new Process({
      id: config.name,
      machine: new Core(config, { random }),
      address: config.advertise,
      network: this.#network,
      clockOffsetMs: (member + 1) * CLOCK_APART_MS,
      observe: (_, happening) => {
        if (happening.kind === 'notice') this.#hear(member, happening.notice)
      },
    })
  }

  #hear(observer: number, notice: Notice): void {
    if (notice.kind !== 'member') return
    const { change, member } = notice
    if (change !== 'failed' && change !== 'join') return
    this.#onVerdict(observer, Number(member.name.slice(1)), change === 'failed' ? 'failed' : 'back')
  }

  #isFormed(): boolean {
    return this.#processes.every(({ machine }) => machine.size === this.#processes.length)
  }
}

function join(process: Process): void {
  const address = hostAddress(0)
  const targets = [{ address, seed: address.toString() }]
  process.receive({ kind: 'command', id: 2, command: { kind: 'join', targets } })
}
