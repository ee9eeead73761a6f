// S3: a name belongs to its address. While its holder is alive or suspect nobody else gets
// it; a dead holder loses it after `deadReclaimMs`, one that left after a ping to the old
// address went unanswered, so not sooner than a probe timeout after it was written to
// (ruling 23).

import type { AddressKey, Config, Millis, Status } from '../../core/index.ts'
import type { Observation, Transition } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

interface Holder {
  readonly address: AddressKey
  readonly status: Status
  readonly sinceMs: Millis
}

interface Notes {
  config: Config | undefined
  readonly holderByName: Map<string, Holder>
  /** When somebody who left was written to first since then; undefined: not yet. */
  readonly askedMs: Map<AddressKey, Millis | undefined>
}

export class NameOwnership implements Checker {
  readonly id = 'S3'
  readonly statement = 'a name moves to another address only from a dead or left holder'
  #notes = new PerObserver<Notes>(() => ({
    config: undefined,
    holderByName: new Map(),
    askedMs: new Map(),
  }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.config = observation.config
    if (observation.kind === 'sent') noteAsked(notes, observation.to.key, observation.ownMs)
    if (observation.kind !== 'transition') return undefined
    return judge(notes, observation, observation.ownMs)
  }
}

function noteAsked({ askedMs }: Notes, to: AddressKey, ownMs: Millis): void {
  if (askedMs.has(to) && askedMs.get(to) === undefined) askedMs.set(to, ownMs)
}

function judge(notes: Notes, transition: Transition, ownMs: Millis): string | undefined {
  const { subject, from, to, row } = transition
  const holder = from === 'unknown' ? undefined : notes.holderByName.get(subject)
  if (to === 'forgotten') {
    notes.holderByName.delete(subject)
    return undefined
  }
  const address = row?.address.key ?? holder?.address
  if (address === undefined) return undefined
  const sinceMs = holder?.status === to ? holder.sinceMs : ownMs
  if (to === 'left') notes.askedMs.set(address, undefined)
  notes.holderByName.set(subject, { address, status: to, sinceMs })
  if (holder === undefined || address === holder.address) return undefined
  const heldMs = ownMs - heldSince(notes, holder, ownMs)
  const neededMs = shortestHold(holder.status, notes.config)
  // Clocks that differ by an offset round differently.
  if (heldMs > neededMs - 0.001) return undefined
  return `${subject} moved to ${row?.address} from a holder ${holder.status} for ${heldMs} ms`
}

/** Whoever left holds its name until it was asked, and for a probe timeout more. */
function heldSince({ config, askedMs }: Notes, holder: Holder, ownMs: Millis): Millis {
  if (holder.status !== 'left' || config?.strict === true) return holder.sinceMs
  return askedMs.get(holder.address) ?? ownMs
}

function shortestHold(status: Status, config: Config | undefined): Millis {
  if (status === 'alive' || status === 'suspect') return Number.POSITIVE_INFINITY
  if (config === undefined) return 0
  if (status === 'left') return config.strict ? 0 : config.probeTimeoutMs
  return config.deadReclaimMs === 0 ? Number.POSITIVE_INFINITY : config.deadReclaimMs
}
