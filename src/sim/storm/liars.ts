// Faults of people: somebody inside the network who sends what no member would. Only storms
// with a forger have those that can make members believe it.

import { Random } from '../../core/index.ts'
import { forge } from '../forger.ts'
import { fault, isUp } from './fault.ts'

export interface Lies {
  readonly to: string
  readonly count: number
  readonly seed: number
}

export const liarFaults = {
  forge: fault<Lies>({
    draw: (draft) => {
      const to = draft.traits.forger ? draft.someUp() : undefined
      if (to === undefined) return undefined
      return { to, count: 1 + draft.random.below(20), seed: draft.random.bits() }
    },
    strike: (stage, { to, count, seed }) => {
      if (!isUp(stage, to)) return false
      const { cluster } = stage
      const random = new Random(seed)
      const targets = cluster.population.seats.map(({ config }) => ({
        name: config.name,
        address: config.advertise,
      }))
      for (let lies = count; lies > 0; lies--) cluster.inject(to, forge(targets, random))
      return true
    },
  }),
} as const
