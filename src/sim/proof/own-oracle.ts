// The plain oracle of members' own keys. It keeps the log of every life's writes, as the owner
// told its host of them. Who says that it holds a life up to some version must show exactly
// what replaying the log up to there gives, or a later write of the same log (I1 to I6).

import type { Notice, StateItem } from '../../core/index.ts'
import { FlawFound } from './flaw.ts'
import { compareWithLog, type Write } from './log.ts'
import type { Resident } from './resident.ts'

type Replica = Extract<Notice, { kind: 'replica' }>

/** What one reader has seen of one key: nothing older may follow. */
interface Seen {
  readonly generation: number
  readonly version: number
  readonly isShown: boolean
}

/** Keys that begin so end by themselves: everybody ends them by his own clock. */
export const MORTAL = 't'

export class OwnOracle {
  /** By member and life: its writes by key, each list rising. */
  readonly #logsByName = new Map<string, Map<number, Map<string, Write[]>>>()
  readonly #replicasByResident = new Map<Resident, Map<string, Replica>>()
  readonly #seenByResident = new Map<Resident, Map<string, Seen>>()
  readonly #touched = new Set<string>()

  started(resident: Resident): void {
    this.#replicasByResident.set(resident, new Map())
    this.#seenByResident.set(resident, new Map())
  }

  told(resident: Resident, notice: Notice): void {
    if (notice.kind === 'state') {
      this.#touched.add(notice.node)
      if (notice.node === resident.name) this.#log(notice)
    } else if (notice.kind === 'replica' && notice.channel === 0) {
      this.#touched.add(notice.node)
      this.#hold(resident, notice)
    } else if (notice.kind === 'member' && notice.change === 'forget') {
      this.#forget(resident, notice.member.name)
    }
  }

  /** Judges what a resident holds of those whose state has moved in this step. */
  stepped(resident: Resident): void {
    for (const owner of this.#touched) this.#judge(resident, owner)
    this.#touched.clear()
  }

  /** How far a resident says it holds an owner's present life; undefined if it holds none. */
  replica(resident: Resident, owner: string): Replica | undefined {
    return this.#replicasByResident.get(resident)?.get(owner)
  }

  /** The lives in which a member wrote. */
  lives(name: string): readonly number[] {
    return [...(this.#logsByName.get(name)?.keys() ?? [])]
  }

  /** The writes of a life by key, each list rising. */
  log(name: string, generation: number): ReadonlyMap<string, readonly Write[]> {
    return this.#logsByName.get(name)?.get(generation) ?? NOTHING_WRITTEN
  }

  #log({ node, generation, changes }: Extract<Notice, { kind: 'state' }>): void {
    const logs = this.#logsByName.get(node) ?? new Map<number, Map<string, Write[]>>()
    const log = logs.get(generation) ?? new Map<string, Write[]>()
    this.#logsByName.set(node, logs.set(generation, log))
    for (const { kind, key, version, value } of changes) {
      if (kind === 'expire') continue
      const writes = log.get(key) ?? []
      log.set(key, writes)
      if (version <= (writes.at(-1)?.version ?? 0)) {
        throw new FlawFound(
          'regression',
          `${node} ${generation}: version ${version} of ${key} is given again`,
        )
      }
      writes.push({ version, value: kind === 'set' ? value : undefined })
    }
  }

  #hold(resident: Resident, now: Replica): void {
    const before = this.replica(resident, now.node)
    this.#replicasByResident.get(resident)?.set(now.node, now)
    const who = `${resident.name} of ${now.node}`
    if (now.gcFloor > now.base) throw new FlawFound('regression', `${who}: the floor is above`)
    if (before === undefined || before.generation < now.generation) return
    const isLess =
      before.generation > now.generation || before.base > now.base || before.gcFloor > now.gcFloor
    if (isLess) throw new FlawFound('regression', `${who}: ${text(before)}, then ${text(now)}`)
  }

  #forget(resident: Resident, owner: string): void {
    this.#replicasByResident.get(resident)?.delete(owner)
    const seen = this.#seenByResident.get(resident)
    for (const place of seen?.keys() ?? []) if (place.startsWith(`${owner}/`)) seen?.delete(place)
  }

  #judge(resident: Resident, owner: string): void {
    const replica = this.replica(resident, owner)
    if (replica === undefined) return
    const log = this.log(owner, replica.generation)
    const shown = new Map(resident.core.state.items(owner, '').map((item) => [item.key, item]))
    const who = `${resident.name} of ${owner}`
    for (const key of new Set([...log.keys(), ...shown.keys()])) {
      const what = `${who}, key ${key} at ${text(replica)}`
      const item = shown.get(key)
      const mayEnd = key.startsWith(MORTAL)
      compareWithLog(what, { item, writes: log.get(key) ?? [], base: replica.base, mayEnd })
      this.#remember(resident, `${owner}/${key}`, { replica, item, what })
    }
  }

  /** What a reader sees of a key only moves up. */
  #remember(
    resident: Resident,
    place: string,
    { replica, item, what }: { replica: Replica; item: StateItem | undefined; what: string },
  ): void {
    const seen = this.#seenByResident.get(resident)
    const before = seen?.get(place)
    const { generation, base } = replica
    const last = before?.generation === generation ? before : undefined
    if (item === undefined) {
      // Nothing up to the base is left of it.
      const version = Math.max(last?.version ?? 0, base)
      seen?.set(place, { generation, version, isShown: false })
      return
    }
    const { version } = item
    seen?.set(place, { generation, version, isShown: true })
    if (last?.isShown === true && version < last.version) {
      throw new FlawFound('regression', `${what}: ${last.version} was read, then ${version}`)
    }
    const isBack = last?.isShown === false && version <= last.version
    if (isBack) throw new FlawFound('resurrection', `${what}: ${version} is read again`)
  }
}

const NOTHING_WRITTEN: ReadonlyMap<string, readonly Write[]> = new Map()

function text({ generation, base, gcFloor }: Replica): string {
  return `${generation % 1_000_000}:${base} (${gcFloor})`
}
