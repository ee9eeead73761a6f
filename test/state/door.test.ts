// The door `hearsay/state`: a merge is tried, values come back from their codecs.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { brokenMergeLaw, codecs } from '../../src/state/index.ts'

describe('a merge that', () => {
  const numbers = [3, 1, 2, -5, 0]

  test('keeps all laws is found to keep them', () => {
    expect(brokenMergeLaw({ merge: Math.max }, numbers)).toBeUndefined()
    const union = (one: readonly string[], other: readonly string[]) =>
      [...new Set([...one, ...other])].sort()
    expect(brokenMergeLaw({ merge: union }, [[], ['a'], ['b'], ['a', 'c']])).toBeUndefined()
    expect(brokenMergeLaw({ merge: Math.max }, [])).toBeUndefined()
  })

  test.each([
    ['adds', (one: number, other: number) => one + other, 'idempotent'],
    ['keeps the first', (one: number) => one, 'commutative'],
    ['takes the mean', (one: number, other: number) => (one + other) / 2, 'associative'],
  ])('%s is told which law it breaks', (_, merge, law) => {
    expect(brokenMergeLaw({ merge }, numbers)).toContain(`not ${law}`)
  })

  test('is not associative is found out by three values', () => {
    const beats = new Map([
      ['rock', 'scissors'],
      ['scissors', 'paper'],
      ['paper', 'rock'],
    ])
    const merge = (one: string, other: string) => (beats.get(one) === other ? one : other)
    const values = ['rock', 'paper', 'scissors']
    const isOdd = (one: string, other: string) => (one === other ? one : merge(one, other))
    expect(brokenMergeLaw({ merge: isOdd, codec: codecs.text() }, values)).toContain('associative')
  })

  test('comes with a codec of two forms is told so', () => {
    const codec = {
      encode: (value: { readonly text: string }) => new TextEncoder().encode(value.text),
      decode: (bytes: Uint8Array) => ({ text: new TextDecoder().decode(bytes).trim() }),
    }
    const problem = brokenMergeLaw({ merge: (one) => one, codec }, [{ text: ' x' }])
    expect(problem).toContain('codec is not canonical')
  })
})

test('values come back from the codec they went into', () => {
  fc.assert(
    fc.property(
      fc.jsonValue(),
      fc.string({ unit: 'grapheme' }),
      fc.uint8Array(),
      (json, text, bytes) => {
        const normal = JSON.parse(JSON.stringify(json))
        expect(codecs.json().decode(codecs.json().encode(json))).toEqual(normal)
        expect(codecs.bytes().decode(codecs.bytes().encode(bytes))).toEqual(bytes)
        expect(codecs.text().decode(codecs.text().encode(text))).toBe(text)
      },
    ),
    { numRuns: 100, seed: 20 },
  )
})
