// What one agent reads of everything, and what in it cannot be: a number below one that was
// acknowledged, or one that nobody ever wrote.

import type { Agent } from './agent.ts'
import type { Writer } from './writer.ts'

/** All that an agent reads: text by place. */
export type Reading = ReadonlyMap<string, string>

interface Listed {
  readonly keys: readonly {
    readonly node?: string
    readonly key: string
    readonly preview: string
  }[]
}

/** Undefined if the agent does not answer. */
export async function readAll(
  agent: Agent,
  names: readonly string[],
): Promise<Reading | undefined> {
  const reading = new Map<string, string>()
  const map = await agent.ask('GET', '/v1/state/maps/kv')
  const hits = await agent.ask('GET', '/v1/state/counters/hits')
  if (!isListed(map) || !isCount(hits)) return undefined
  for (const { key, preview } of map.keys) reading.set(`map ${key}`, preview)
  reading.set('counter', String(hits.value))
  for (const name of names) {
    const own = await agent.ask('GET', `/v1/state/nodes/${name}/keys`)
    if (!isListed(own)) return undefined
    for (const { key, preview } of own.keys) reading.set(`own ${key}`, preview)
  }
  return reading
}

function isListed(answer: unknown): answer is Listed {
  return typeof answer === 'object' && answer !== null && 'keys' in answer
}

function isCount(answer: unknown): answer is { readonly value: number } {
  return typeof answer === 'object' && answer !== null && 'value' in answer
}

/** How many members an agent holds alive. */
export async function aliveOf(agent: Agent): Promise<number> {
  const answer = await agent.ask('GET', '/v1/members')
  if (typeof answer !== 'object' || answer === null || !('members' in answer)) return 0
  const members: unknown = answer.members
  if (!Array.isArray(members)) return 0
  return members.filter((one: { readonly status?: string }) => one.status === 'alive').length
}

/** Places at which two readings differ. */
export function differences(one: Reading, other: Reading): readonly string[] {
  const places = new Set([...one.keys(), ...other.keys()])
  return [...places].filter((place) => one.get(place) !== other.get(place))
}

/** What cannot be, one sentence each. */
export function losses(reading: Reading, writers: readonly Writer[]): readonly string[] {
  const lost: string[] = []
  for (const { places } of writers) {
    for (const { kind, key, tried, acknowledged } of places) {
      const read = Number(reading.get(`${kind} ${key}`) ?? 0)
      if (read >= acknowledged && read <= tried) continue
      lost.push(`${kind} ${key}: reads ${read}, acknowledged ${acknowledged}, tried ${tried}`)
    }
  }
  const least = writers.reduce((sum, { counted }) => sum + counted, 0)
  const most = writers.reduce((sum, { countTried }) => sum + countTried, 0)
  const counted = Number(reading.get('counter'))
  if (!(counted >= least && counted <= most)) {
    lost.push(`counter: reads ${counted}, acknowledged ${least}, tried ${most}`)
  }
  return lost
}
