// Reports of views and coverage, and the identities and payloads of events.

import { describe, expect, test } from 'vitest'
import type { Receipt, ViewAnswer } from '../../src/core/index.ts'
import { eventIdText, parseEventId, payloadBytes, payloadText } from '../../src/host/payload.ts'
import { coverageReport, viewReport } from '../../src/host/reports.ts'

const answer = (
  name: string,
  checksum: number,
  differs: ViewAnswer['differs'] = [],
): ViewAnswer => ({
  name,
  checksum,
  alive: 3,
  suspect: 0,
  failed: 0,
  left: 0,
  differs,
})

test('members that believe the same are one group, the largest first', () => {
  const differs = [{ name: 'x', ours: 'dead', theirs: 'unknown' }] as const
  const answers = [answer('b', 2, differs), answer('c', 2), answer('d', 1)]
  const own = { name: 'a', checksum: 1, alive: 4, cannotSay: ['go'] }
  const report = viewReport(own, {
    kind: 'views',
    answers: [...answers, answer('e', 2)],
    silent: ['f'],
  })
  expect(report).toEqual({
    self: { name: 'a', checksum: '00000001' },
    groups: [
      { checksum: '00000002', members: ['b', 'c', 'e'], alive: 3 },
      { checksum: '00000001', members: ['a', 'd'], alive: 4 },
    ],
    disagreements: [{ at: 'b', about: 'x', ours: 'failed', theirs: 'unknown' }],
    silent: ['f'],
    cannotSay: ['go'],
  })
})

describe('coverage', () => {
  const receipt = (name: string, from: string, wallMs: number): Receipt => ({ name, from, wallMs })
  const report = (answers: readonly Receipt[]) =>
    coverageReport('1-x', [], { kind: 'coverage', answers, missing: ['m'], silent: [] })

  test('counts hops back to the origin, in the order of time', () => {
    const { heard } = report([receipt('c', 'b', 3), receipt('a', '', 1), receipt('b', 'a', 2)])
    expect(heard.map(({ name, hops }) => [name, hops])).toEqual([
      ['a', 0],
      ['b', 1],
      ['c', 2],
    ])
  })

  test('leaves hops open where a record lacks or the records run in a circle', () => {
    const { heard } = report([receipt('b', 'gone', 1), receipt('c', 'd', 2), receipt('d', 'c', 3)])
    expect(heard.map(({ hops }) => hops)).toEqual([undefined, undefined, undefined])
  })
})

describe('an identity of an event', () => {
  test('goes out as text and comes back', () => {
    const event = { ltime: 2n ** 64n - 1n, name: 'a-b c' }
    expect(parseEventId(eventIdText(event))).toEqual(event)
  })

  test.each(['', '-', 'x-1', '12', `${'1'.repeat(21)}-x`])('%j is none', (text) => {
    expect(() => parseEventId(text)).toThrow('looks like 42-deploy')
  })
})

describe('a payload', () => {
  const text = (payload: Parameters<typeof payloadBytes>[0]) => payloadText(payloadBytes(payload))

  test('of bytes or text goes as it is, anything else as JSON', () => {
    expect(payloadBytes(Uint8Array.of(0xff))).toEqual(Uint8Array.of(0xff))
    expect(text('"héllo')).toBe('"héllo')
    expect([undefined, null, 7, true, { a: 1 }, [1]].map(text)).toEqual([
      '',
      'null',
      '7',
      'true',
      '{"a":1}',
      '[1]',
    ])
  })

  test('that JSON cannot say is refused', () => {
    const circle: { self?: object } = {}
    circle.self = circle
    expect(() => payloadBytes(circle)).toThrow('cannot be written as JSON')
    expect(() => payloadBytes(() => 1)).toThrow('cannot be written as JSON')
  })

  test('that is not UTF-8 has no text', () => {
    expect(payloadText(Uint8Array.of(0xff))).toBe('')
  })
})
