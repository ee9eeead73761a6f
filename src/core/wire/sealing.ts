// Sealed bytes: a version, a nonce of 12 bytes, AES-GCM ciphertext, a tag of 16. Version 0 pads
// as PKCS#7 does, version 1 does not; both are read at any time. The cipher itself comes from the
// host, so that the core needs no platform.

import { assert } from '../base/assert.ts'
import { copyBytes, EMPTY, equalBytes } from '../base/bytes.ts'
import { KEYS_MAX } from './limits.ts'

/** AES-GCM with keys of 16, 24 or 32 bytes, given by the host. */
export interface Cipher {
  /** The ciphertext with the tag behind it. */
  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, aad: Uint8Array): Uint8Array
  /** The plaintext, or undefined if key, bytes or `aad` are not the ones it was sealed with. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad: Uint8Array,
  ): Uint8Array | undefined
}

export const NONCE_BYTES = 12
const TAG_BYTES = 16
const BLOCK_BYTES = 16
/** Version, nonce and tag. */
const FRAME_BYTES = 1 + NONCE_BYTES + TAG_BYTES

/** The most that sealing adds: 29 bytes, or 45 with the padding of version 0. */
export function sealOverheadBytes(version: 0 | 1): number {
  return version === 1 ? FRAME_BYTES : FRAME_BYTES + BLOCK_BYTES
}

/** The size of `plainBytes` once sealed. */
export function sealedBytes(plainBytes: number, version: 0 | 1): number {
  return plainBytes + FRAME_BYTES + (version === 1 ? 0 : paddingBytes(plainBytes))
}

/** 1 … 16, a whole block where the plaintext fills its blocks already. */
function paddingBytes(plainBytes: number): number {
  return BLOCK_BYTES - (plainBytes % BLOCK_BYTES)
}

// ---- keys ---------------------------------------------------------------------------

/** An ordered list of keys without duplicates; the first, the primary one, seals. */
export class Keyring {
  #keys: readonly Uint8Array[] = []
  #lastGood: Uint8Array | undefined

  /** Primary first. */
  get keys(): readonly Uint8Array[] {
    return this.#keys
  }

  get primary(): Uint8Array | undefined {
    return this.#keys[0]
  }

  /** Appends a key, if it is not there yet. Gives what is wrong with it, or undefined. */
  add(key: Uint8Array): string | undefined {
    const problem = keyProblem(key)
    if (problem !== undefined || this.#has(key)) return problem
    if (this.#keys.length >= KEYS_MAX) return `a keyring holds at most ${KEYS_MAX} keys`
    this.#keys = [...this.#keys, copyBytes(key)]
    return undefined
  }

  /** Makes a key of the ring the primary one. Gives what is wrong, or undefined. */
  use(key: Uint8Array): string | undefined {
    const held = this.#keys.find((other) => equalBytes(other, key))
    if (held === undefined) return 'the key is not in the keyring; add it first'
    this.#keys = [held, ...this.#keys.filter((other) => other !== held)]
    return undefined
  }

  /** Takes a key out; an unknown one is fine. Gives what is wrong, or undefined. */
  remove(key: Uint8Array): string | undefined {
    const { primary } = this
    if (primary !== undefined && equalBytes(primary, key)) {
      return 'the primary key cannot be removed; make another one primary first'
    }
    this.#keys = this.#keys.filter((other) => !equalBytes(other, key))
    if (this.#lastGood !== undefined && equalBytes(this.#lastGood, key)) this.#lastGood = undefined
    return undefined
  }

  /** Calls `attempt` for the primary key, the one that worked last, and the rest, until one works. */
  firstThatOpens(attempt: (key: Uint8Array) => Uint8Array | undefined): Uint8Array | undefined {
    for (const key of this.#inOrder()) {
      const plain = attempt(key)
      if (plain !== undefined) {
        this.#lastGood = key
        return plain
      }
    }
    return undefined
  }

  #inOrder(): readonly Uint8Array[] {
    const [primary, ...others] = this.#keys
    const good = this.#lastGood
    if (primary === undefined || good === undefined || good === primary) return this.#keys
    return [primary, good, ...others.filter((key) => key !== good)]
  }

  #has(key: Uint8Array): boolean {
    return this.#keys.some((other) => equalBytes(other, key))
  }
}

function keyProblem(key: Uint8Array): string | undefined {
  if (key.length !== 16 && key.length !== 24 && key.length !== 32) {
    return `a key has 16, 24 or 32 bytes, not ${key.length}`
  }
  return key.every((byte) => byte === 0) ? 'a key of zeros is no key' : undefined
}

// ---- sealing and opening ------------------------------------------------------------

/** With what bytes are sealed. */
export interface Seal {
  readonly cipher: Cipher
  readonly key: Uint8Array
  readonly version: 0 | 1
  /** 12 bytes, never used before with this key. */
  readonly nonce: Uint8Array
  readonly aad: Uint8Array
}

/** `prefix` in the clear, then `plain` sealed. */
export function seal(plain: Uint8Array, how: Seal, prefix: Uint8Array = EMPTY): Uint8Array {
  assert(how.nonce.length === NONCE_BYTES, 'a nonce has 12 bytes')
  const padded = how.version === 1 ? plain : pad(plain)
  const sealed = how.cipher.seal(how.key, how.nonce, padded, how.aad)
  const bytes = new Uint8Array(prefix.length + 1 + NONCE_BYTES + sealed.length)
  bytes.set(prefix)
  bytes[prefix.length] = how.version
  bytes.set(how.nonce, prefix.length + 1)
  bytes.set(sealed, prefix.length + 1 + NONCE_BYTES)
  return bytes
}

function pad(plain: Uint8Array): Uint8Array {
  const padding = paddingBytes(plain.length)
  const padded = new Uint8Array(plain.length + padding).fill(padding, plain.length)
  padded.set(plain)
  return padded
}

/** Whether the bytes can be sealed ones at all: asked before any key is tried. */
export function looksSealed(bytes: Uint8Array): boolean {
  const version = bytes[0]
  if (version === 1) return bytes.length >= FRAME_BYTES
  return version === 0 && bytes.length >= FRAME_BYTES + BLOCK_BYTES
}

/** With what bytes are opened. */
export interface Opening {
  readonly cipher: Cipher
  readonly keyring: Keyring
  readonly aad: Uint8Array
}

/** The plaintext of sealed bytes, by whichever key opens them, or undefined. */
export function open(bytes: Uint8Array, how: Opening): Uint8Array | undefined {
  if (!looksSealed(bytes)) return undefined
  const nonce = bytes.subarray(1, 1 + NONCE_BYTES)
  const sealed = bytes.subarray(1 + NONCE_BYTES)
  const plain = how.keyring.firstThatOpens((key) => how.cipher.open(key, nonce, sealed, how.aad))
  return plain === undefined || bytes[0] === 1 ? plain : unpad(plain)
}

/** Takes the padding of version 0 off. The version is not authenticated, so it may be missing. */
function unpad(plain: Uint8Array): Uint8Array | undefined {
  const padding = plain[plain.length - 1] ?? 0
  if (padding < 1 || padding > BLOCK_BYTES || padding > plain.length) return undefined
  return plain.subarray(0, plain.length - padding)
}
