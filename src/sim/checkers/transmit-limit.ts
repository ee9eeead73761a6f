// S12, second half: nobody passes one rumor on more often than the transmit limit,
// retransmitMult · ⌈log10(n + 1)⌉, for each time that it became news to him. Datagrams are
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
  /** How often a statement became news here: by subject, status and incarnation. */
  readonly newsByStatement: Map<string, number>
  readonly copiesByRumor: Map<string, number>
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
    newsByStatement: new Map(),
    copiesByRumor: new Map(),
  }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') open(notes, observation.config)
    if (observation.kind === 'transition') note(notes, observation)
    if (observation.kind === 'command' && observation.command.kind === 'gossip') {
      count(notes.newsByStatement, `user ${text(observation.command.payload)}`)
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

function note(notes: Notes, { subject, from, to, incarnation, row }: Transition): void {
  if (from === 'unknown') notes.rows++
  if (to === 'forgotten') notes.rows--
  notes.rowsMost = Math.max(notes.rowsMost, notes.rows)
  if (row !== undefined) notes.addressByName.set(subject, row.address.key)
  const kind = to === 'left' ? 'dead' : to
  count(notes.newsByStatement, `${kind} ${subject} ${incarnation}`)
}

function judge(notes: Notes, message: Message, to: AddressKey): string | undefined {
  const { config } = notes
  const rumor = rumorOf(message)
  if (config === undefined || rumor === undefined) return undefined
  const isReminder = message.kind === 'suspect' || message.kind === 'dead'
  if (isReminder && notes.addressByName.get(message.node) === to) return undefined
  const copies = count(notes.copiesByRumor, rumor.id)
  const limit = config.retransmitMult * Math.ceil(Math.log10(notes.rowsMost + 1))
  const allowed = limit * Math.max(1, notes.newsByStatement.get(rumor.statement) ?? 0)
  return copies > allowed ? `copy ${copies} of ${allowed} of ${rumor.id}` : undefined
}

/** What is passed on, and the statement it makes; pings and the like are none. */
function rumorOf(
  message: Message,
): { readonly id: string; readonly statement: string } | undefined {
  switch (message.kind) {
    case 'alive':
    case 'suspect':
    case 'dead': {
      const statement = `${message.kind} ${message.node} ${message.incarnation}`
      const id = message.kind === 'alive' ? statement : `${statement} from ${message.from}`
      return { id, statement }
    }
    case 'user': {
      if (message.payload[0] === OWN_MESSAGE) return undefined
      const id = `user ${text(message.payload)}`
      return { id, statement: id }
    }
    default:
      return undefined
  }
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
