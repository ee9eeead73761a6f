// Follows the event streams of all members and remembers who saw what, when, by the members'
// own clocks, which on one machine are one clock.

import * as v from 'valibot'
import { member, type StreamItem } from '../http/shapes.ts'
import { parseTimestamp } from '../terminal/time.ts'
import type { Actor } from './cast.ts'

export interface Sighting {
  /** Who saw it. */
  readonly by: string
  readonly kind: string
  /** About whom. */
  readonly name: string
  readonly atMs: number
}

const aboutMember = v.object({ member })
const SIGHTINGS_MAX = 10_000

export class Witness {
  readonly #sightings: Sighting[] = []
  #wake: () => void = () => undefined

  /** Resolves once a member's stream is followed; that ends by itself when the member does. */
  async follow(actor: Actor, onItem: (item: StreamItem) => void = () => undefined): Promise<void> {
    const items = await actor.client.events()
    const read = async () => {
      for await (const item of items) {
        this.#note(actor.name, item)
        onItem(item)
      }
    }
    // A stream that breaks is a member that ended, which the story knows better.
    read().catch(() => undefined)
  }

  /** What was seen of `name` since `sinceMs`, earliest first, once a witness. */
  sightings(kind: string, name: string, sinceMs: number): readonly Sighting[] {
    const firstByWitness = new Map<string, Sighting>()
    for (const one of this.#sightings) {
      const isIt = one.kind === kind && one.name === name && one.atMs >= sinceMs
      if (isIt && !firstByWitness.has(one.by)) firstByWitness.set(one.by, one)
    }
    return [...firstByWitness.values()].sort((a, b) => a.atMs - b.atMs)
  }

  /** Resolves at the next sighting. */
  readonly changed = async (): Promise<void> =>
    await new Promise((resolve) => {
      this.#wake = resolve
    })

  #note(by: string, item: StreamItem): void {
    if (!v.is(aboutMember, item) || this.#sightings.length >= SIGHTINGS_MAX) return
    const { name } = item.member
    this.#sightings.push({ by, kind: item.kind, name, atMs: parseTimestamp(item.at) })
    this.#wake()
  }
}
