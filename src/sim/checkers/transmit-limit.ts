// S12, second half: nobody passes one rumor on more often than the transmit limit,
// retransmitMult · ⌈log10(n + 1)⌉, from one turn of its subject to the next. Datagrams are
// opened as any receiver would; what tells an accused of its accusation is no rumor. Sealed
// clusters are not judged: a checker has no keys.

import type { AddressKey, Config } from '../../core/index.ts'
import { Keyring, type Message, PacketCodec } from '../../core/wire/index.ts'
import type { Observation, Transition } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

/** First byte of hearsay's own messages: question and answer between two, never a rumor. */
const OWN_MESSAGE = 0xe7

interface Notes {
  config: Config | undefined
  codec: PacketCodec | undefined
  /** The observer's own row is there from the start. */
  rows: number
  rowsMost: number
  readonly addressByName: Map<string, AddressKey>
  /** Copies of each rumor about a member since its row last changed. */
  readonly copiesBySubject: Map<string, Map<string, number>>
  readonly copiesByPayload: Map<string, number>
  /** How often we were told to gossip a payload ourselves. */
  readonly wantedByPayload: Map<string, number>
}

export class TransmitLimit implements Checker {
  readonly id = 'S12'
  readonly statement = 'no rumor is passed on more often than the transmit limit'
  #notes = new PerObserver<Notes>(() => ({
    config: undefined,
    codec: undefined,
    rows: 1,
    rowsMost: 1,
    addressByName: new Map(),
    copiesBySubject: new Map(),
    copiesByPayload: new Map(),
    wantedByPayload: new Map(),
  }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') open(notes, observation.config)
    if (observation.kind === 'transition') note(notes, observation)
    if (observation.kind === 'command' && observation.command.kind === 'gossip') {
      count(notes.wantedByPayload, text(observation.command.payload))
    }
    if (observation.kind !== 'sent' || notes.codec === undefined) return undefined
    for (const message of notes.codec.unpack(observation.bytes).messages) {
      const problem = judge(notes, message, observation.to.key)
      if (problem !== undefined) return problem
    }
    return undefined
  }
}

function open(notes: Notes, config: Config): void {
  notes.config = config
  if (config.keyring.length > 0) return
  notes.codec = new PacketCodec({
    label: config.label,
    keyring: new Keyring(),
    cipher: undefined,
    verifyIncoming: false,
    verifyOutgoing: false,
    compression: false,
    cipherVersion: 1,
    packetBytesMax: config.packetBytesMax,
    nonce: () => new Uint8Array(12),
  })
}

function note(notes: Notes, { subject, from, to, row }: Transition): void {
  if (from === 'unknown') notes.rows++
  if (to === 'forgotten') notes.rows--
  notes.rowsMost = Math.max(notes.rowsMost, notes.rows)
  if (row !== undefined) notes.addressByName.set(subject, row.address.key)
  notes.copiesBySubject.delete(subject)
}

function judge(notes: Notes, message: Message, to: AddressKey): string | undefined {
  const limit = (notes.config?.retransmitMult ?? 0) * Math.ceil(Math.log10(notes.rowsMost + 1))
  if (message.kind === 'user') return judgePayload(notes, message.payload, limit)
  if (message.kind !== 'alive' && message.kind !== 'suspect' && message.kind !== 'dead') {
    return undefined
  }
  const isReminder = message.kind !== 'alive' && notes.addressByName.get(message.node) === to
  if (isReminder) return undefined
  const from = message.kind === 'alive' ? '' : ` from ${message.from}`
  const id = `${message.kind} ${message.node} ${message.incarnation}${from}`
  const counts = notes.copiesBySubject.get(message.node) ?? new Map<string, number>()
  notes.copiesBySubject.set(message.node, counts)
  const copies = count(counts, id)
  return copies > limit ? `copy ${copies} of ${limit} of ${id}` : undefined
}

function judgePayload(notes: Notes, payload: Uint8Array, limit: number): string | undefined {
  if (payload[0] === OWN_MESSAGE) return undefined
  const id = text(payload)
  const copies = count(notes.copiesByPayload, id)
  const allowed = limit * Math.max(1, notes.wantedByPayload.get(id) ?? 0)
  return copies > allowed ? `copy ${copies} of ${allowed} of user message ${id}` : undefined
}

function count(counts: Map<string, number>, what: string): number {
  const sum = (counts.get(what) ?? 0) + 1
  counts.set(what, sum)
  return sum
}

function text(bytes: Uint8Array): string {
  let result = ''
  for (const byte of bytes) result += String.fromCharCode(byte)
  return result
}
