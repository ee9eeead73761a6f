// A cipher for virtual clusters: wrong keys and damaged bytes are noticed, and nothing is secret. The
// real one is a host's; the simulator has no platform to take it from.

import type { Cipher } from '../core/index.ts'

const TAG_BYTES = 16

export const toyCipher: Cipher = {
  seal(key, nonce, plain, aad) {
    const sealed = new Uint8Array(plain.length + TAG_BYTES)
    sealed.set(masked(key, nonce, plain))
    sealed.set(tagOf(key, nonce, plain, aad), plain.length)
    return sealed
  },
  open(key, nonce, sealed, aad) {
    if (sealed.length < TAG_BYTES) return undefined
    const plain = masked(key, nonce, sealed.subarray(0, sealed.length - TAG_BYTES))
    const tag = tagOf(key, nonce, plain, aad)
    const isGenuine = tag.every((byte, i) => byte === sealed[plain.length + i])
    return isGenuine ? plain : undefined
  },
}

function masked(key: Uint8Array, nonce: Uint8Array, bytes: Uint8Array): Uint8Array {
  let state = hash(hash(0x811c9dc5, key), nonce)
  return bytes.map((byte) => {
    state = Math.imul(state ^ (state >>> 13), 0x5bd1e995) + 1
    return byte ^ (state & 255)
  })
}

function tagOf(key: Uint8Array, nonce: Uint8Array, plain: Uint8Array, aad: Uint8Array): Uint8Array {
  const whole = hash(hash(hash(hash(0x811c9dc5, key), nonce), plain), aad)
  return Uint8Array.from({ length: TAG_BYTES }, (_, i) => (whole >>> ((i % 4) * 8)) & 255)
}

function hash(seed: number, bytes: Uint8Array): number {
  return bytes.reduce((state, byte) => Math.imul(state ^ byte, 0x01000193), seed) >>> 0
}
