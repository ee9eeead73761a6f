// What the packets and streams of one node have in common: its label, keys, and habits.

import type { Cipher, Keyring, Seal } from './sealing.ts'

export interface WireSettings {
  /** '' for none; at most 255 bytes. */
  readonly label: string
  /** Encryption is on while both are given and the ring holds a key. */
  readonly keyring: Keyring | undefined
  readonly cipher: Cipher | undefined
  /** Off: plain bytes are taken too. */
  readonly verifyIncoming: boolean
  /** Off: plain bytes are sent although there is a key. */
  readonly verifyOutgoing: boolean
  readonly compression: boolean
  readonly cipherVersion: 0 | 1
  /** How many bytes are put into a packet; receiving has no such limit. */
  readonly packetBytesMax: number
  /** A checksum on every packet, not only where memberlist puts one. */
  readonly crcEverywhere?: boolean
  /** 12 fresh random bytes. */
  nonce(): Uint8Array
}

/** A cipher, and a ring that holds at least one key. */
export interface Keys {
  readonly cipher: Cipher
  readonly keyring: Keyring
}

/** What opening needs, or undefined while encryption is off. */
export function openingOf(settings: WireSettings): Keys | undefined {
  const { cipher, keyring } = settings
  if (cipher === undefined || keyring?.primary === undefined) return undefined
  return { cipher, keyring }
}

/** What sealing needs, or undefined while nothing is to be sealed. */
export function sealOf(settings: WireSettings, aad: Uint8Array): Seal | undefined {
  const { cipher, keyring, verifyOutgoing, cipherVersion } = settings
  const key = keyring?.primary
  if (!verifyOutgoing || cipher === undefined || key === undefined) return undefined
  return { cipher, key, version: cipherVersion, nonce: settings.nonce(), aad }
}

/** True while what goes out is sealed. */
export function isSealing(settings: WireSettings): boolean {
  return (
    settings.verifyOutgoing &&
    settings.cipher !== undefined &&
    settings.keyring?.primary !== undefined
  )
}
