// I2: in one life of an owner, how far an observer holds its state never falls, nor does what
// is forgotten for good, and that is never more than is held. What an owner adds to shared maps
// is a stream for each life, judged by itself.

import type { Notice } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

type Replica = Extract<Notice, { kind: 'replica' }>

export class BaseIsMonotone implements Checker {
  readonly id = 'I2'
  readonly statement = 'how far state is held never falls'
  #notes = new PerObserver(() => new Map<string, Replica>())

  observe(observation: Observation): string | undefined {
    const lastByStream = this.#notes.of(observation)
    if (observation.kind !== 'notice') return undefined
    const { notice } = observation
    if (notice.kind === 'member' && notice.change === 'forget')
      lastByStream.delete(notice.member.name)
    if (notice.kind === 'dropped') lastByStream.delete(`${notice.node} ${notice.generation}`)
    if (notice.kind !== 'replica') return undefined
    const { node, channel, generation } = notice
    const stream = channel === 0 ? node : `${node} ${generation}`
    const last = lastByStream.get(stream)
    lastByStream.set(stream, notice)
    return judge(notice, last)
  }
}

function judge(now: Replica, last: Replica | undefined): string | undefined {
  const { node, generation, base, gcFloor } = now
  if (gcFloor > base) return `${node}: ${gcFloor} is forgotten and only ${base} held`
  if (last === undefined || last.generation < generation) return undefined
  if (last.generation > generation) return `${node}: an earlier life came back`
  if (base < last.base) return `${node}: ${last.base} was held, now ${base}`
  if (gcFloor < last.gcFloor) return `${node}: ${last.gcFloor} was forgotten, now ${gcFloor}`
  return undefined
}
