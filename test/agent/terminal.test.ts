// Text, time and tables for people.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { fitted, paintedWidth } from '../../src/agent/terminal/fit.ts'
import { alignedLines, tabbedLines } from '../../src/agent/terminal/table.ts'
import { asTyped, jsonText, listed, visible, widthOf } from '../../src/agent/terminal/text.ts'
import { ageText, durationMs, durationText, measuredText } from '../../src/agent/terminal/time.ts'

describe('what strangers wrote', () => {
  test('never reaches the terminal as a control or a mark that draws nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(visible(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })

  test('is escaped so that it can still be told apart, and cut when long', () => {
    expect(visible('a\u001b[31mb\u202ec\u200b')).toBe(String.raw`a\u{1b}[31mb\u{202e}c\u{200b}`)
    expect(visible('x'.repeat(300))).toHaveLength(256)
    expect(visible('plain Ünïcode 漢字')).toBe('plain Ünïcode 漢字')
  })

  test('is the same data in JSON', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'binary' }), (a, b) => {
        const value = { [`k${a}`]: [b] }
        const text = jsonText(value, 2)
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)))
        expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u)
      }),
    )
  })
})

test('columns are aligned by width, not by length', () => {
  const table = {
    columns: ['NAME', 'X'],
    rows: [
      ['漢字', '1'],
      ['abc', { text: '2' }],
    ],
  }
  expect(alignedLines(table, (_, text) => text)).toEqual(['NAME  X', '漢字  1', 'abc   2'])
  expect(tabbedLines(table)).toEqual(['NAME\tX', '漢字\t1', 'abc\t2'])
  expect(widthOf('漢a')).toBe(3)
})

test('a painted line is cut by what is seen of it, and its paint ends where it did', () => {
  const line = '\u001b[36m漢字\u001b[39m abc'
  expect(paintedWidth(line)).toBe(8)
  expect(fitted(line, 8)).toBe(line)
  expect(fitted(line, 7)).toBe('\u001b[36m漢字\u001b[39m a…')
  expect(fitted(line, 4)).toBe('\u001b[36m漢…\u001b[39m')
  expect(fitted(line, 1)).toBe('\u001b[36m…\u001b[39m')
  expect(fitted(line, 0)).toBe('\u001b[36m\u001b[39m')
})

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['5s', 5000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['0', 0],
  ])('%s is %d ms', (text, ms) => {
    expect(durationMs(text)).toBe(ms)
  })

  test.each(['', '5', '5 s', 's', '-1s', '1s2', '1w', '1e3s', 'Infinity'])('%j is none', (text) => {
    expect(durationMs(text)).toBeUndefined()
  })

  test('what is written is read back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 864_000_000 }), (ms) => {
        expect(durationMs(durationText(ms))).toBe(ms)
      }),
    )
  })

  test.each([
    [0, '0ms'],
    [120, '120ms'],
    [3100, '3.1s'],
    [42_000, '42s'],
    [540_000, '9m'],
    [7_500_000, '2h5m'],
    [7_200_000, '2h'],
    [273_600_000, '3d4h'],
    [-5, '0ms'],
  ])('an age of %d ms is shown as %s', (ms, text) => {
    expect(ageText(ms)).toBe(text)
  })

  test.each([
    [0.42, '0.4ms'],
    [12.3, '12ms'],
    [1240, '1.24s'],
  ])('a measured %d ms is shown as %s', (ms, text) => {
    expect(measuredText(ms)).toBe(text)
  })
})

test('lists read as people write them', () => {
  expect(listed([])).toBe('')
  expect(listed(['a'])).toBe('a')
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  expect(listed(['a', 'b', 'c', 'd'], 2)).toBe('a, b and 2 more')
})

test('a hint can be typed where npx ran the command', () => {
  const hint = 'start one: hearsay agent --dev      or five to play with: hearsay up 5'
  expect(asTyped(hint, {})).toBe(hint)
  expect(asTyped(hint, { npm_command: 'exec' })).toBe(
    'start one: npx hearsay agent --dev      or five to play with: npx hearsay up 5',
  )
})
