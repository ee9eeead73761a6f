// S6: a member that has left does not announce itself again, and whoever saw it leave sees
// it alive again only after a new start. Lives of one name are told apart by the
// incarnations at which they left.

import type { Observation, Transition } from '../observation.ts'
import type { Checker } from './checker.ts'

interface Lives {
  started: number
  /** Which life left at an incarnation. */
  readonly lifeByIncarnation: Map<number, number>
}

export class LeftStaysLeft implements Checker {
  readonly id = 'S6'
  readonly statement = 'who has left stays so until a new start'
  #nameByObserver = new Map<string, string>()
  #livesByName = new Map<string, Lives>()
  /** By observer and subject: the incarnation at which it was seen to leave. */
  #leftAt = new Map<string, number>()

  observe(observation: Observation): string | undefined {
    if (observation.kind === 'started') {
      const { name } = observation.config
      this.#nameByObserver.set(observation.observer, name)
      this.#lives(name).started++
    }
    if (observation.kind !== 'transition') return undefined
    return this.#judge(observation.observer, observation)
  }

  #judge(observer: string, { subject, from, to, incarnation }: Transition): string | undefined {
    const key = `${observer} ${subject}`
    const isSelf = this.#nameByObserver.get(observer) === subject
    const lives = this.#lives(subject)
    if (to === 'left') {
      this.#leftAt.set(key, incarnation)
      if (isSelf) lives.lifeByIncarnation.set(incarnation, lives.started)
      return undefined
    }
    const leftAt = this.#leftAt.get(key)
    this.#leftAt.delete(key)
    if (to !== 'alive' || from !== 'left' || leftAt === undefined) return undefined
    if (isSelf) return 'it came back by itself after its leave'
    const life = lives.lifeByIncarnation.get(leftAt)
    if (life === undefined || life < lives.started) return undefined
    return `${subject} is alive at ${incarnation}, though it left at ${leftAt} and never started again`
  }

  #lives(name: string): Lives {
    const known = this.#livesByName.get(name)
    if (known !== undefined) return known
    const fresh: Lives = { started: 0, lifeByIncarnation: new Map() }
    this.#livesByName.set(name, fresh)
    return fresh
  }
}
