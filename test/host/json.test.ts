// JSON of what applications share: it reads as it was written, or it is refused with the place.

import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exactJson } from '../../src/host/json.ts'

const json = (value: unknown) => exactJson('value', value)

describe('what JSON can say', () => {
  test('reads as it was written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        expect(json(value)).toBe(JSON.stringify(value))
      }),
      { numRuns: 200, seed: 5 },
    )
  })

  test('may have properties that are undefined, and things that say how they are written', () => {
    expect(json({ a: undefined, b: 1 })).toBe('{"b":1}')
    expect(json([new Date(0)])).toBe('["1970-01-01T00:00:00.000Z"]')
    expect(json(new URL('http://a.example/'))).toBe('"http://a.example/"')
    const own = { toJSON: () => ({ kind: 'own', toJSON: () => 1 }) }
    expect(json(own)).toBe(JSON.stringify(own))
  })

  test('may be objects without a class, of another realm, or with one', () => {
    class Point {
      readonly x = 1
    }
    expect(json([{}, Object.create(null), new Point()])).toBe('[{},{},{"x":1}]')
  })

  test('may be nested as deep as JSON goes', () => {
    let deep: unknown = 1
    for (let i = 0; i < 1000; i++) deep = [deep]
    expect(JSON.parse(json(deep))).toEqual(deep)
  })
})

test('what JSON does change is told: -0 comes back as 0', () => {
  expect(json([-0])).toBe('[0]')
  const papers = readFileSync(new URL('../../docs/state.md', import.meta.url), 'utf8')
  expect(papers).toContain('`-0` is written as `0`')
})

describe('what JSON would change without a word is refused:', () => {
  const list = [1]
  list[2] = 3
  const circle: { self?: object } = {}
  circle.self = circle
  test.each<readonly [unknown, ...string[]]>([
    [Number.NaN, 'value: NaN cannot', 'null'],
    [{ load: [1, Number.POSITIVE_INFINITY] }, 'value.load[1]: Infinity', 'leave it out'],
    [{ 'a b': { c: Number.NEGATIVE_INFINITY } }, 'value["a b"].c: -Infinity'],
    [undefined, 'value: undefined cannot'],
    [[undefined], 'value[0]: undefined', 'say null'],
    [list, 'value[1]: undefined'],
    [{ on: () => 1 }, 'value.on: a function', 'leave it out'],
    [[Symbol('s')], 'value[0]: a symbol'],
    [{ n: 5n }, 'BigInt', 'as text'],
    [circle, 'circular', 'holds itself'],
    [{ m: new Map([[1, 2]]) }, 'value.m: a Map would be read as an empty object', 'a list'],
    [new Set([1]), 'value: a Set'],
    [/x/, 'value: a RegExp'],
    [[new Uint8Array(2)], 'value[0]: bytes', 'base64'],
    [[Buffer.from('x')], 'value[0]: bytes'],
    [{ at: new Date(Number.NaN) }, 'value.at: a Date that is none'],
    [{ toJSON: () => ({ n: Number.NaN }) }, 'value.n: NaN'],
  ])('%o', (value, ...words) => {
    for (const word of words) expect(() => json(value)).toThrow(word)
    expect(() => json(value)).toThrow(expect.objectContaining({ code: 'HEARSAY_CONFIG' }))
  })
})
