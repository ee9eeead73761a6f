// What people are told of those who are not of our cluster: another label, another key, or a key
// on one side only. As exact as the bytes allow, for this is the first mistake of nearly every
// set-up; the remedy is on whichever side the line names.

import type { Address } from './base/address.ts'
import { log, type Parts } from './parts.ts'
import type { KeyTrouble } from './wire/key-trouble.ts'
import type { Unpacked } from './wire/packet.ts'
import type { WireSettings } from './wire/settings.ts'

/** One line about a datagram that was refused, if it tells of another cluster. */
export function tellForeign(
  parts: Parts,
  from: Address,
  { foreignLabel, keyTrouble }: Pick<Unpacked, 'foreignLabel' | 'keyTrouble'>,
): void {
  if (foreignLabel !== undefined) {
    const fields = { from: from.toString(), label: foreignLabel }
    return log(parts, 'warn', 'packet:label', `dropped a packet of ${OTHER_LABEL}`, fields)
  }
  if (keyTrouble === undefined) return
  const text = keyTrouble === 'none-here' ? MAYBE_SEALED : KEY_TEXT[keyTrouble]
  const line = `dropped a packet: ${text}`
  log(parts, 'warn', `packet:${keyTrouble}`, line, { from: from.toString() })
}

/** Why a stream was closed that somebody opened to us. */
export function closedText(reason: string, keyTrouble: KeyTrouble | undefined): string {
  if (reason === 'label') return `closed a stream of ${OTHER_LABEL}`
  if (keyTrouble !== undefined) return `closed a stream: ${KEY_TEXT[keyTrouble]}`
  return 'closed a stream that could not be read'
}

/** Why nothing came back on a stream we opened, as far as our own settings allow to tell. */
export function silenceText({ label: ourLabel, keyring }: WireSettings): string {
  const label = ourLabel !== '' ? 'its label is another one' : 'it has a label and we have none'
  const key =
    keyring?.primary !== undefined
      ? 'its key is another one or it has none'
      : 'it has a key and we have none'
  return `closed without an answer: ${label}, or ${key}`
}

/** What an answer tells that we cannot open. */
export function answerText(keyTrouble: KeyTrouble): string {
  return KEY_TEXT[keyTrouble]
}

const OTHER_LABEL = 'another cluster: its label differs from ours'

/** A datagram has no mark that tells a sealed one from junk. */
const MAYBE_SEALED = 'it makes no sense; it may be encrypted, and we have no key'

const KEY_TEXT: Readonly<Record<KeyTrouble, string>> = {
  'none-there': 'it is not encrypted and we are; the other side seems to have no key',
  'none-here': 'it is encrypted, and we have no key',
  other: 'none of our keys opens it; the other side seems to have another key',
  'not-gossip': 'it is not gossip, neither sealed nor plain',
}
