// S19: clusters with another label, or without a key in common, never admit each other's
// members, whatever addresses they share or packets go astray. Who shares a key with somebody
// who shares one with a third belongs together, as a key that is being changed does.

import type { Config } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'

/** Labels with a key, or with none: who has one in common can read each other. */
type Tongue = string

export class Isolation implements Checker {
  readonly id = 'S19'
  readonly statement = 'nobody of another label or key is ever admitted'
  #realmByTongue = new Map<Tongue, Set<Tongue>>()
  #tongueByObserver = new Map<string, Tongue>()
  #tonguesByName = new Map<string, Set<Tongue>>()

  observe(observation: Observation): string | undefined {
    if (observation.kind === 'started') this.#start(observation.observer, observation.config)
    if (observation.kind !== 'transition') return undefined
    const { observer, subject, to } = observation
    const own = this.#realmByTongue.get(this.#tongueByObserver.get(observer) ?? '')
    const spoken = this.#tonguesByName.get(subject)
    if (own === undefined || spoken === undefined || to === 'forgotten') return undefined
    for (const tongue of spoken) if (own.has(tongue)) return undefined
    return `${subject}, of another label or key, is held ${to}`
  }

  #start(observer: string, config: Config): void {
    const tongues = tonguesOf(config)
    const [first = ''] = tongues
    this.#tongueByObserver.set(observer, first)
    this.#tonguesByName.set(
      config.name,
      new Set([...(this.#tonguesByName.get(config.name) ?? []), ...tongues]),
    )
    const realm = new Set(tongues)
    for (const tongue of tongues) {
      for (const other of this.#realmByTongue.get(tongue) ?? []) realm.add(other)
    }
    for (const tongue of realm) this.#realmByTongue.set(tongue, realm)
  }
}

function tonguesOf({ label, keyring, verifyIncoming }: Config): readonly Tongue[] {
  const name = JSON.stringify(label)
  const tongues = keyring.map((key) => `${name} ${key}`)
  return keyring.length === 0 || !verifyIncoming ? [...tongues, `${name} plain`] : tongues
}
