// S6: a member that has left does not come back by itself, and whoever saw it leave sees it
// alive again at that address only after a new start. Others are asked only about a name in
// its first life: later on, packets of an older life may say the same as a lie.

import type { AddressKey } from '../../core/index.ts'
import type { Observation, Transition } from '../observation.ts'
import type { Checker } from './checker.ts'

interface Life {
  readonly isFirst: boolean
  hasLeft: boolean
}

export class LeftStaysLeft implements Checker {
  readonly id = 'S6'
  readonly statement = 'who has left stays so until a new start'
  #nameByObserver = new Map<string, string>()
  #lastLifeByName = new Map<string, Life>()
  /** By observer and subject: where it was when it left. */
  #addressLeft = new Map<string, AddressKey | undefined>()

  observe(observation: Observation): string | undefined {
    if (observation.kind === 'started') {
      const { name } = observation.config
      this.#nameByObserver.set(observation.observer, name)
      this.#lastLifeByName.set(name, { isFirst: !this.#lastLifeByName.has(name), hasLeft: false })
    }
    if (observation.kind !== 'transition') return undefined
    const isSelf = this.#nameByObserver.get(observation.observer) === observation.subject
    if (isSelf) return this.#judgeOwn(observation)
    return this.#judgeOther(observation.observer, observation)
  }

  #judgeOwn({ subject, from, to }: Transition): string | undefined {
    const life = this.#lastLifeByName.get(subject)
    if (life !== undefined && to === 'left') life.hasLeft = true
    return from === 'left' && to === 'alive' ? 'it came back by itself after its leave' : undefined
  }

  #judgeOther(observer: string, { subject, from, to, incarnation, row }: Transition) {
    const key = `${observer} ${subject}`
    const addressLeft = this.#addressLeft.get(key)
    this.#addressLeft.delete(key)
    if (to === 'left') this.#addressLeft.set(key, row?.address.key)
    const life = this.#lastLifeByName.get(subject)
    if (from !== 'left' || to !== 'alive' || life?.isFirst !== true || !life.hasLeft) {
      return undefined
    }
    if (row?.address.key !== addressLeft) return undefined
    return `${subject} is alive again at ${incarnation}, in the life it left`
  }
}
