// AES-GCM as node:crypto does it: against a published vector, and against change.

import { expect, test } from 'vitest'
import { NodeCipher, nonceSource } from '../../src/node/cipher.ts'

const cipher = new NodeCipher()
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const none = new Uint8Array(0)

test('test case 4 of the GCM specification is sealed as printed', () => {
  const sealed = cipher.seal(
    hex('feffe9928665731c6d6a8f9467308308'),
    hex('cafebabefacedbaddecaf888'),
    hex(
      'd9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39',
    ),
    hex('feedfacedeadbeeffeedfacedeadbeefabaddad2'),
  )
  expect(Buffer.from(sealed).toString('hex')).toBe(
    '42831ec2217774244b7221b784d0d49ce3aa212f2c02a4e035c17e2329aca12e21d514b25466931c7d8f6a5aac84aa051ba30b396a0aac973d58e0915bc94fbc3221a5db94fae95ae7121a47',
  )
})

test.each([16, 24, 32])('a key of %i bytes opens what it sealed, and nothing else does', (size) => {
  const key = new Uint8Array(size).fill(7)
  const nonce = new Uint8Array(12).fill(1)
  const plain = Uint8Array.of(1, 2, 3)
  const aad = Uint8Array.of(9)
  const sealed = cipher.seal(key, nonce, plain, aad)
  expect(sealed).toHaveLength(3 + 16)
  expect(cipher.open(key, nonce, sealed, aad)).toEqual(plain)
  expect(cipher.open(new Uint8Array(size), nonce, sealed, aad)).toBeUndefined()
  expect(cipher.open(key, nonce, sealed, none)).toBeUndefined()
  for (let at = 0; at < sealed.length; at++) {
    const changed = sealed.slice()
    changed[at] = (changed[at] ?? 0) ^ 1
    expect(cipher.open(key, nonce, changed, aad)).toBeUndefined()
  }
  for (let length = 0; length < sealed.length; length++) {
    expect(cipher.open(key, nonce, sealed.subarray(0, length), aad)).toBeUndefined()
  }
})

test('what is opened is plain bytes, not a Buffer', () => {
  const key = new Uint8Array(16).fill(7)
  const nonce = new Uint8Array(12)
  const opened = cipher.open(key, nonce, cipher.seal(key, nonce, Uint8Array.of(1), none), none)
  expect(opened?.constructor).toBe(Uint8Array)
})

test('no nonce comes twice, and earlier ones keep their bytes', () => {
  const next = nonceSource()
  const nonces = Array.from({ length: 2000 }, () => next())
  const texts = new Set(nonces.map((nonce) => Buffer.from(nonce).toString('hex')))
  expect(texts.size).toBe(2000)
})
