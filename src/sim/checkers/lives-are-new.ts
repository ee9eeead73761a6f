// I12: a restart gives nothing twice. Each life of a member that keeps its state on disk has a
// generation above all before it, and no version of a stream is ever written with two meanings,
// whatever the disk has lost. Whose disk is new knows of no life before: it begins by its clock,
// perhaps below a life that others had called for, and only meanings are compared.

import type { KeptRecord } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'

type Entry = Extract<KeptRecord, { record: 'entry' }>

interface Member {
  /** Its present life, and the highest generation that the lives before it had. */
  observer: string
  formerMax: number
  max: number
  readonly meaningByVersion: Map<string, string>
}

export class LivesAreNew implements Checker {
  readonly id = 'I12'
  readonly statement = 'a restart reuses no generation and no version'
  readonly #memberByName = new Map<string, Member>()

  observe(observation: Observation): string | undefined {
    if (observation.kind === 'started' && observation.disk === 'wiped') {
      const member = this.#memberOf(observation.observer)
      member.max = 0
      member.formerMax = 0
    }
    if (observation.kind !== 'kept') return undefined
    const member = this.#memberOf(observation.observer)
    for (const record of observation.records) {
      const what = record.record === 'entry' ? judge(member, record) : undefined
      if (what !== undefined) return what
    }
    return undefined
  }

  /** An observer is one life: `a`, then `a#2`. */
  #memberOf(observer: string): Member {
    const [name = observer] = observer.split('#')
    const member = this.#memberByName.get(name) ?? newMember(observer)
    this.#memberByName.set(name, member)
    if (member.observer !== observer) {
      member.observer = observer
      member.formerMax = member.max
    }
    return member
  }
}

function newMember(observer: string): Member {
  return { observer, formerMax: 0, max: 0, meaningByVersion: new Map() }
}

function judge(member: Member, entry: Entry): string | undefined {
  const { channel, generation, version, key, kind, value } = entry
  member.max = Math.max(member.max, generation)
  if (generation <= member.formerMax) {
    return `generation ${generation} after ${member.formerMax} in a life before`
  }
  const place = `${channel} ${generation} ${version}`
  const meaning = `${key} ${kind} ${value.join()}`
  const before = member.meaningByVersion.get(place)
  member.meaningByVersion.set(place, meaning)
  if (before === undefined || before === meaning) return undefined
  return `version ${version} of ${generation} was written twice`
}
