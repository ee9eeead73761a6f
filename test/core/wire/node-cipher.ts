// AES-GCM on node:crypto, for tests of the sealed layouts.

import { createCipheriv, createDecipheriv } from 'node:crypto'
import type { Cipher } from '../../../src/core/wire/sealing.ts'

const algorithm = (key: Uint8Array) => `aes-${key.length * 8}-gcm` as 'aes-128-gcm'

export const nodeCipher: Cipher = {
  seal(key, nonce, plain, aad) {
    const cipher = createCipheriv(algorithm(key), key, nonce)
    cipher.setAAD(aad)
    return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  },
  open(key, nonce, sealed, aad) {
    const decipher = createDecipheriv(algorithm(key), key, nonce)
    decipher.setAAD(aad)
    decipher.setAuthTag(sealed.subarray(sealed.length - 16))
    try {
      const plain = decipher.update(sealed.subarray(0, sealed.length - 16))
      return Buffer.concat([plain, decipher.final()])
    } catch {
      return undefined
    }
  },
}
