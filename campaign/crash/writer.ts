// Who writes to one agent, and what it was answered. Each place is written by one loop alone,
// with rising numbers, so that it is known afterwards what may stand there: the last number
// that was acknowledged, or a later one whose answer was lost with the process.

import { pause } from '../support/time.ts'
import type { Agent } from './agent.ts'

/** What was written to one key. */
export interface Place {
  readonly kind: 'own' | 'map'
  readonly key: string
  tried: number
  acknowledged: number
}

/** Places of each kind that one agent writes in turn. */
const PLACES = 10
/** Fifty writes a second are let in by an agent's API. */
const EVERY_MS = 70
const AFTER_FAILURE_MS = 100

export class Writer {
  readonly agent: Agent
  readonly places: readonly Place[]
  /** What was added to the counter, by how much at least and at most. */
  counted = 0
  countTried = 0
  acknowledged = 0
  unanswered = 0
  #isOver = false
  #loops: readonly Promise<void>[] = []

  constructor(agent: Agent) {
    this.agent = agent
    this.places = (['own', 'map'] as const).flatMap((kind) =>
      Array.from({ length: PLACES }, (_, at) => ({
        ...{ kind, key: `${agent.name}-${at}`, tried: 0, acknowledged: 0 },
      })),
    )
  }

  start(): void {
    const [own, map] = (['own', 'map'] as const).map((kind) =>
      this.places.filter((place) => place.kind === kind),
    )
    this.#loops = [this.#write(own ?? []), this.#write(map ?? []), this.#count()]
  }

  async stop(): Promise<void> {
    this.#isOver = true
    await Promise.all(this.#loops)
  }

  async #write(places: readonly Place[]): Promise<void> {
    for (let turn = 0; !this.#isOver; turn++) {
      const place = places[turn % places.length]
      if (place === undefined) return
      const value = ++place.tried
      const base = place.kind === 'own' ? '/v1/state/own/keys' : '/v1/state/maps/kv'
      const isDone = await this.#ask('PUT', `${base}/${place.key}`, value)
      if (isDone) place.acknowledged = value
    }
  }

  async #count(): Promise<void> {
    while (!this.#isOver) {
      this.countTried++
      if (await this.#ask('POST', '/v1/state/counters/hits', { by: 1 })) this.counted++
    }
  }

  async #ask(method: string, path: string, body: unknown): Promise<boolean> {
    const isDone = (await this.agent.ask(method, path, body)) !== undefined
    if (isDone) this.acknowledged++
    else this.unanswered++
    await pause(isDone ? EVERY_MS : AFTER_FAILURE_MS)
    return isDone
  }
}
