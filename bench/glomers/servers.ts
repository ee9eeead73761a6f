// The servers of a Gossip Glomers challenge and those who ask them: real cores in the simulator,
// a constant delay between servers and none to the askers, requests at uneven distances that
// come to the wanted rate, each to a server drawn at random, and partitions into halves.

import { Core, Random } from 'hearsay/core'
import { Cluster } from 'hearsay/sim'

/** What a challenge sets. */
export interface Challenge {
  readonly nodes: number
  readonly latencyMs: number
  /** Requests of all askers in a second, and for how long. */
  readonly rate: number
  readonly forMs: number
  readonly partitions: boolean
  readonly seed: number
}

/** A partition lasts as long as the pause before it. */
const PARTITION_EVERY_MS = 4000
/** After the last request, before the last look: the challenge's own pause is ten seconds. */
const RECOVERY_MS = 10_000
const SETTLE_MS = 5000

export class Servers {
  readonly cluster: Cluster
  readonly random: Random
  readonly ids: readonly string[]
  /** Requests so far. */
  requests = 0
  readonly #challenge: Challenge
  #startMs = 0
  #messagesBefore = 0

  /** `onKeys` hears when a server tells its host of keys. */
  constructor(challenge: Challenge, onKeys: (id: string, keys: readonly string[]) => void) {
    const { seed, latencyMs, nodes } = challenge
    this.#challenge = challenge
    this.random = new Random(seed)
    this.ids = Array.from({ length: nodes }, (_, index) => `n${index}`)
    this.cluster = new Cluster({
      seed,
      toldMax: 0,
      make: (config, random) => new Core(config, { random }),
      onObservation: (observation) => {
        if (observation.kind !== 'notice' || observation.notice.kind !== 'state') return
        const { changes } = observation.notice
        onKeys(
          observation.observer,
          changes.map(({ key }) => key),
        )
      },
    })
    this.cluster.disturb({ delayMinMs: latencyMs, delayMeanMs: 0 })
  }

  /** Messages from server to server since the start, lost ones and pieces of streams included. */
  get messages(): number {
    return this.#sent() - this.#messagesBefore
  }

  /** Forms the cluster, runs the challenge, and waits for its end: `ask` does one request. */
  run(ask: (id: string) => void): void {
    this.cluster.form(this.ids)
    this.cluster.settle()
    this.cluster.run(SETTLE_MS)
    this.#messagesBefore = this.#sent()
    this.#startMs = this.cluster.nowMs
    this.#expectRequest(ask)
    if (this.#challenge.partitions) this.#expectPartition()
    this.cluster.run(this.#challenge.forMs)
    this.cluster.heal()
    this.cluster.disturb({ delayMinMs: this.#challenge.latencyMs, delayMeanMs: 0 })
    this.cluster.run(RECOVERY_MS)
  }

  #sent(): number {
    const { sent, streamWrites } = this.cluster.network.tally
    return sent + streamWrites
  }

  get #isOver(): boolean {
    return this.cluster.nowMs - this.#startMs >= this.#challenge.forMs
  }

  #expectRequest(ask: (id: string) => void): void {
    const waitMs = (2 * this.random.fraction() * 1000) / this.#challenge.rate
    this.cluster.agenda.at(this.cluster.nowMs + waitMs, () => {
      if (this.#isOver) return
      this.requests++
      ask(this.anyServer())
      this.#expectRequest(ask)
    })
  }

  anyServer(): string {
    return this.ids[this.random.below(this.ids.length)] ?? ''
  }

  #expectPartition(): void {
    const { cluster, random } = this
    cluster.agenda.at(cluster.nowMs + PARTITION_EVERY_MS, () => {
      if (this.#isOver) return
      const shuffled = [...this.ids]
      random.shuffle(shuffled)
      const half = shuffled.length >> 1
      cluster.partition(shuffled.slice(0, half), shuffled.slice(half))
      cluster.agenda.at(cluster.nowMs + PARTITION_EVERY_MS, () => {
        cluster.partition(this.ids)
        this.#expectPartition()
      })
    })
  }
}
