// I3: who holds an owner's state up to a version shows each key as the owner's last write at
// or below that version left it, or as a later one. Judged from what hosts are told: the
// owner's own changes are the log, those of others what they show. Keys that end by time are
// left out: everybody ends them by his own clock. What a life adds to shared maps is a stream of
// its own, and judged the same.

import { equalBytes, type KeyChange, type Notice } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

type ChangesNotice = Extract<Notice, { kind: 'state' | 'slots' }>
type ReplicaNotice = Extract<Notice, { kind: 'replica' }>

/** The writes of one life of an owner by key, each list rising. */
type Writes = Map<string, KeyChange[]>

interface Notes {
  name: string
  /** By stream: what of its present life is shown, by key. */
  readonly shownByStream: Map<string, Map<string, KeyChange>>
}

export class BaseIsHonest implements Checker {
  readonly id = 'I3'
  readonly statement = 'who holds state up to a version shows what was written up to it'
  #notes = new PerObserver<Notes>(() => ({
    name: '',
    shownByStream: new Map(),
  }))
  readonly #writesByLife = new Map<string, Writes>()
  readonly #mortal = new Set<string>()

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.name = observation.config.name
    if (observation.kind === 'command') this.#noteMortal(notes, observation)
    if (observation.kind !== 'notice') return undefined
    const { notice } = observation
    if (notice.kind === 'member' && notice.change === 'forget') {
      notes.shownByStream.delete(notice.member.name)
    }
    if (notice.kind === 'dropped') {
      notes.shownByStream.delete(`${notice.node} ${notice.generation} shared`)
    }
    if (notice.kind === 'state' || notice.kind === 'slots') this.#note(notes, notice)
    return notice.kind === 'replica' ? this.#judge(notes, notice) : undefined
  }

  #noteMortal({ name }: Notes, { command }: Extract<Observation, { kind: 'command' }>): void {
    if (command.kind === 'state-set' && command.ttlMs !== undefined) {
      this.#mortal.add(`${name}/${command.key}`)
    }
  }

  #note(notes: Notes, notice: ChangesNotice): void {
    const stream = streamOf(notice)
    const shown = notes.shownByStream.get(stream) ?? new Map<string, KeyChange>()
    notes.shownByStream.set(stream, shown)
    for (const change of notice.changes) {
      shown.set(change.key, change)
      if (notice.node === notes.name && change.kind !== 'expire') this.#write(notice, change)
    }
  }

  #write(notice: ChangesNotice, change: KeyChange): void {
    const writes = this.#writesByLife.get(lifeOf(notice)) ?? new Map<string, KeyChange[]>()
    this.#writesByLife.set(lifeOf(notice), writes)
    const ofKey = writes.get(change.key) ?? []
    // A former life of the same name is heard of from others, and was written long ago.
    if ((ofKey.at(-1)?.version ?? 0) < change.version || notice.kind === 'state') ofKey.push(change)
    writes.set(change.key, ofKey)
  }

  #judge(notes: Notes, notice: ReplicaNotice): string | undefined {
    // The owner's own word is the log itself.
    if (notice.node === notes.name) return undefined
    const shown = notes.shownByStream.get(streamOf(notice))
    for (const [key, writes] of this.#writesByLife.get(lifeOf(notice)) ?? []) {
      if (this.#mortal.has(`${notice.node}/${key}`)) continue
      const wanted = writes.findLast(({ version }) => version <= notice.base)
      // A deletion held above the base hides what was never shown of this life.
      const isHidden = writes.some(
        ({ kind, version }) => kind === 'delete' && version > notice.base,
      )
      if (isHidden && shown?.get(key)?.kind !== 'set') continue
      const problem = wanted && difference(wanted, shown?.get(key), notice.base)
      if (problem !== undefined) return `${notice.node}/${key}: ${problem}`
    }
    return undefined
  }
}

function lifeOf(notice: ChangesNotice | ReplicaNotice): string {
  const { node, generation } = notice
  return `${node} ${generation}${isShared(notice) ? ' shared' : ''}`
}

/** Own keys are one stream whatever the life, shared slots one for each. */
function streamOf(notice: ChangesNotice | ReplicaNotice): string {
  return isShared(notice) ? lifeOf(notice) : notice.node
}

function isShared(notice: ChangesNotice | ReplicaNotice): boolean {
  return notice.kind === 'replica' ? notice.channel === 1 : notice.kind === 'slots'
}

function difference(
  wanted: KeyChange,
  shown: KeyChange | undefined,
  base: number,
): string | undefined {
  if (shown !== undefined && shown.version > base) return undefined
  const text = `${base} is held, where ${wanted.kind} at ${wanted.version} is true`
  if (wanted.kind === 'delete') {
    return shown === undefined || shown.kind === 'delete' ? undefined : `${text}, but it is shown`
  }
  if (shown?.kind !== 'set') return `${text}, but nothing is shown`
  const isSame = shown.version === wanted.version && equalBytes(shown.value, wanted.value)
  return isSame ? undefined : `${text}, but ${shown.version} is shown`
}
