// Settings of the wire for tests, with a counting nonce so that bytes are the same every time.

import { Keyring } from '../../../src/core/wire/sealing.ts'
import type { WireSettings } from '../../../src/core/wire/settings.ts'
import { bytesOf } from '../../golden/golden.ts'
import { nodeCipher } from './node-cipher.ts'

export const KEY = '000102030405060708090a0b0c0d0e0f'
export const OTHER_KEY = 'ff0102030405060708090a0b0c0d0e0f'

/** Plain, without label and compression, unless `changes` say otherwise. */
export function settingsWith(
  changes: Partial<WireSettings> & { readonly keys?: readonly string[] } = {},
): WireSettings {
  const { keys, ...rest } = changes
  let count = 0
  return {
    label: '',
    keyring: keys === undefined ? undefined : keyringOf(keys),
    cipher: keys === undefined ? undefined : nodeCipher,
    verifyIncoming: true,
    verifyOutgoing: true,
    compression: false,
    cipherVersion: 1,
    packetBytesMax: 1400,
    nonce: () => new Uint8Array(12).fill(++count),
    ...rest,
  }
}

/** A ring of keys in hex, primary first. */
export function keyringOf(keys: readonly string[]): Keyring {
  const keyring = new Keyring()
  for (const key of keys) {
    const problem = keyring.add(bytesOf(key))
    if (problem !== undefined) throw new Error(problem)
  }
  return keyring
}
