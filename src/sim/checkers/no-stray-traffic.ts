// S13: every datagram and stream goes to a member the observer knows or knew, to an address
// it was told to join, or to a host that wrote to it a short time ago, and there no more
// than three times the bytes it sent (threat model §5).

import type { Address, AddressKey, Command, Millis } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

/** 10 s of the threat model, and 30 s for one who was paused before it could answer. */
const WINDOW_MS = 40_000
const GAIN_MAX = 3

interface Amount {
  readonly atMs: Millis
  readonly bytes: number
}

interface Account {
  heard: Amount[]
  sent: Amount[]
}

interface Notes {
  readonly known: Set<AddressKey>
  readonly accountByAddress: Map<AddressKey, Account>
}

export class NoStrayTraffic implements Checker {
  readonly id = 'S13'
  readonly statement = 'nobody is written to who is no member, no seed and did not ask'
  #notes = new PerObserver<Notes>(() => ({ known: new Set(), accountByAddress: new Map() }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    switch (observation.kind) {
      case 'started':
        notes.known.add(observation.config.advertise.key)
        return undefined
      case 'command':
        for (const address of addressesOf(observation.command)) notes.known.add(address.key)
        return undefined
      case 'transition':
        if (observation.row !== undefined) notes.known.add(observation.row.address.key)
        return undefined
      case 'heard':
        hear(notes, observation.from, { atMs: observation.atMs, bytes: observation.sizeBytes })
        return undefined
      case 'dialled':
        if (notes.known.has(observation.to.key)) return undefined
        return `it dialled ${observation.to}, whom it does not know`
      case 'sent':
        return judge(notes, observation.to, {
          atMs: observation.atMs,
          bytes: observation.bytes.length,
        })
      default:
        return undefined
    }
  }
}

function addressesOf(command: Command): readonly Address[] {
  if (command.kind === 'join') return command.targets.map(({ address }) => address)
  if (command.kind === 'seeds') return command.seeds.map(({ address }) => address)
  return []
}

function hear(notes: Notes, from: Address, amount: Amount): void {
  if (notes.known.has(from.key)) return
  const account = notes.accountByAddress.get(from.key) ?? { heard: [], sent: [] }
  account.heard = [...recent(account.heard, amount.atMs), amount]
  notes.accountByAddress.set(from.key, account)
}

function judge(notes: Notes, to: Address, amount: Amount): string | undefined {
  if (notes.known.has(to.key)) return undefined
  const account = notes.accountByAddress.get(to.key)
  if (account === undefined) return `it sent ${amount.bytes} bytes to ${to}, whom it does not know`
  account.sent = [...recent(account.sent, amount.atMs), amount]
  account.heard = recent(account.heard, amount.atMs)
  const sent = total(account.sent)
  const heard = total(account.heard)
  if (sent <= GAIN_MAX * heard) return undefined
  return `it sent ${sent} bytes to ${to}, a stranger that had sent ${heard}`
}

function recent(amounts: readonly Amount[], atMs: Millis): Amount[] {
  return amounts.filter((amount) => amount.atMs >= atMs - WINDOW_MS)
}

function total(amounts: readonly Amount[]): number {
  return amounts.reduce((sum, { bytes }) => sum + bytes, 0)
}
