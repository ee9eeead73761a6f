// S10: whoever holds a member alive at an incarnation holds the address, meta and versions
// that the member itself had at that incarnation, in this life or one before (ruling 11).
// Names that never started here are a forger's and are not judged.

import type { MemberView } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'

export class MetaPerIncarnation implements Checker {
  readonly id = 'S10'
  readonly statement = 'a member is held as it described itself at that incarnation'
  #nameByObserver = new Map<string, string>()
  /** By name and incarnation: all that the member has said of itself. */
  #saidByLife = new Map<string, Set<string>>()
  /** The last words of each life about itself. */
  #lastByObserver = new Map<string, { readonly life: string; readonly text: string }>()
  #names = new Set<string>()

  observe(observation: Observation): string | undefined {
    if (observation.kind === 'started') {
      this.#nameByObserver.set(observation.observer, observation.config.name)
      this.#names.add(observation.config.name)
    }
    if (observation.kind !== 'transition' || observation.to !== 'alive') return undefined
    const { observer, subject, incarnation, row } = observation
    if (row === undefined || !this.#names.has(subject)) return undefined
    const life = `${subject}@${incarnation}`
    const said = this.#saidByLife.get(life) ?? new Set()
    const text = description(row)
    if (this.#nameByObserver.get(observer) === subject) {
      this.#saidByLife.set(life, said.add(text))
      const before = this.#lastByObserver.get(observer)
      this.#lastByObserver.set(observer, { life, text })
      if (before?.life !== life || before.text === text) return undefined
      return `${life} said ${before.text} of itself, and then ${text}`
    }
    if (said.has(text)) return undefined
    return `${life} is held as ${text}, but said of itself ${[...said].join(' or ') || 'nothing'}`
  }
}

function description({ address, meta, versions }: MemberView): string {
  return `${address} [${meta}] [${versions}]`
}
