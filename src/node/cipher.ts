// AES-GCM by node:crypto, and nonces from a pool. The key's length chooses the cipher: 16, 24
// or 32 bytes. WebCrypto would be ten times slower a packet, and asynchronous.

import {
  type CipherGCMTypes,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type KeyObject,
  randomFillSync,
} from 'node:crypto'
import { assert } from '../core/index.ts'
import { type Cipher, NONCE_BYTES } from '../core/wire/index.ts'

const TAG_BYTES = 16
/** Nonces drawn at a time: the system's generator costs 4.6 µs a call, whatever the size. */
const POOL_NONCES = 512

const OPTIONS = { authTagLength: TAG_BYTES }

/** Key schedules are kept for as long as the key's bytes are. */
export class NodeCipher implements Cipher {
  readonly #keyByBytes = new WeakMap<Uint8Array, KeyObject>()

  seal(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, aad: Uint8Array): Uint8Array {
    const cipher = createCipheriv(algorithmOf(key), this.#keyOf(key), nonce, OPTIONS)
    if (aad.length > 0) cipher.setAAD(aad)
    const sealed = new Uint8Array(plain.length + TAG_BYTES)
    sealed.set(cipher.update(plain))
    cipher.final()
    sealed.set(cipher.getAuthTag(), plain.length)
    return sealed
  }

  open(
    key: Uint8Array,
    nonce: Uint8Array,
    sealed: Uint8Array,
    aad: Uint8Array,
  ): Uint8Array | undefined {
    const size = sealed.length - TAG_BYTES
    if (size < 0) return undefined
    const decipher = createDecipheriv(algorithmOf(key), this.#keyOf(key), nonce, OPTIONS)
    if (aad.length > 0) decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(size))
    const plain = decipher.update(sealed.subarray(0, size))
    try {
      decipher.final()
    } catch {
      // Another key, or changed on the way: what was decrypted must not be seen.
      return undefined
    }
    return new Uint8Array(plain.buffer, plain.byteOffset, plain.byteLength)
  }

  #keyOf(bytes: Uint8Array): KeyObject {
    const known = this.#keyByBytes.get(bytes)
    if (known !== undefined) return known
    const key = createSecretKey(bytes)
    this.#keyByBytes.set(bytes, key)
    return key
  }
}

/** Gives a nonce never given before, of 12 random bytes, at each call. */
export function nonceSource(): () => Uint8Array {
  let pool = new Uint8Array(0)
  let at = 0
  return () => {
    if (at === pool.length) {
      // A new pool, so that nonces given out earlier keep their bytes.
      pool = randomFillSync(new Uint8Array(POOL_NONCES * NONCE_BYTES))
      at = 0
    }
    at += NONCE_BYTES
    return pool.subarray(at - NONCE_BYTES, at)
  }
}

function algorithmOf(key: Uint8Array): CipherGCMTypes {
  assert(key.length === 16 || key.length === 24 || key.length === 32, 'keys were checked')
  if (key.length === 16) return 'aes-128-gcm'
  return key.length === 24 ? 'aes-192-gcm' : 'aes-256-gcm'
}
