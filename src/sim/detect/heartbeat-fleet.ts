// The rival: beats that travel beside comparisons of state, judged by phi accrual (van Renesse
// et al. 1998 for beats through gossip, Hayashibara et al. 2004 for phi). It is the production
// core with `stateBeat`, its probes taken out: whom it tells to be silent is held as failed here,
// which the core itself never does. Verdicts stay private: nobody passes them on.

import { type CoreOptions, type Millis, SILENT_PHI } from '../../core/index.ts'
import type { Agenda } from '../agenda.ts'
import type { Network } from '../network.ts'
import { CoreFleet } from './core-fleet.ts'
import type { Fleet, OnVerdict } from './fleet.ts'

export interface HeartbeatFleetParts {
  readonly nodes: number
  readonly seed: number
  readonly onVerdict: OnVerdict
}

const OPTIONS: Partial<CoreOptions> = { stateBeat: true, probeIntervalMs: 0 }
const LOOK_EVERY_MS: Millis = 250
/** The rhythm of every peer is known well by then. */
const REST_MS: Millis = 30_000

export class HeartbeatFleet implements Fleet {
  readonly #fleet: CoreFleet
  readonly #onVerdict: OnVerdict
  /** By observer: whom it holds as failed. */
  readonly #silentByObserver = new Map<number, Set<number>>()

  constructor({ nodes, seed, onVerdict }: HeartbeatFleetParts) {
    this.#onVerdict = onVerdict
    this.#fleet = new CoreFleet({
      nodes,
      seed,
      options: OPTIONS,
      onNotice: (observer, notice) => {
        if (notice.kind === 'state-silent') this.#failed(observer, this.#fleet.member(notice.node))
      },
    })
  }

  get agenda(): Agenda {
    return this.#fleet.agenda
  }

  get tally(): Network['tally'] {
    return this.#fleet.tally
  }

  form(): void {
    this.#fleet.form()
    // Stores are compared, and beats go with that, once there is something to compare.
    this.#fleet.command(0, { kind: 'state-set', key: 'k', value: new Uint8Array(0) })
    this.agenda.runUntil(this.agenda.nowMs + REST_MS)
    this.#lookLater()
  }

  lose(share: number): void {
    this.#fleet.lose(share)
  }

  crash(member: number): void {
    this.#silentByObserver.delete(member)
    this.#fleet.crash(member)
  }

  stall(member: number): void {
    this.#fleet.stall(member)
  }

  unstall(member: number): void {
    this.#fleet.unstall(member)
  }

  #failed(observer: number, subject: number): void {
    const silent = this.#silentByObserver.get(observer) ?? new Set<number>()
    this.#silentByObserver.set(observer, silent)
    silent.add(subject)
    this.#onVerdict(observer, subject, 'failed')
  }

  #lookLater(): void {
    this.agenda.at(this.agenda.nowMs + LOOK_EVERY_MS, () => {
      for (const [observer, silent] of this.#silentByObserver) {
        for (const subject of silent) this.#look(observer, subject, silent)
      }
      this.#lookLater()
    })
  }

  #look(observer: number, subject: number, silent: Set<number>): void {
    const { phi = SILENT_PHI } = this.#fleet.view(observer, subject) ?? {}
    if (phi >= SILENT_PHI) return
    silent.delete(subject)
    this.#onVerdict(observer, subject, 'back')
  }
}
