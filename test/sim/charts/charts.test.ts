// Charts: well-formed whatever they are given, readable without eyes, honest at the edges.

import { describe, expect, test } from 'vitest'
import { scaleOver } from '../../../src/sim/charts/scales.ts'
import {
  alarmsChart,
  compareChart,
  conditionMap,
  countText,
  detectionChart,
  faultMap,
  figureText,
  limitChart,
  loadChart,
  percentText,
  sendsChart,
  shortCount,
  spreadChart,
} from '../../../src/sim/index.ts'
import { shapesOf, textsOf } from './pictures.ts'

const caption = { id: 'chart', title: 'A title', description: 'What is to be seen.' }
const rows = [0.001, 0.02, 0.3, 1].map((mean, round) => ({
  round,
  mean,
  low: mean * 0.8,
  high: Math.min(1, mean * 1.2),
}))
const all: Readonly<Record<string, () => string>> = {
  spread: () => spreadChart({ caption, rows, runs: 500, exact: [0.001, 0.02, 0.3, 1] }),
  compare: () =>
    compareChart({
      caption,
      curves: [{ label: 'push', colour: 0, points: [{ timeMs: 200, share: 0.4 }] }],
    }),
  sends: () =>
    sendsChart({
      caption,
      series: [
        {
          label: 'push',
          colour: 0,
          nodesBySends: new Map([
            [4, 900],
            [22, 0.02],
          ]),
        },
        {
          label: 'direct',
          colour: 1,
          nodesBySends: new Map([
            [0, 999],
            [999, 1],
          ]),
          remark: 'the source: 999',
        },
      ],
    }),
  load: () => loadChart({ caption, rows: [{ label: 'push', messages: 8453, busiest: 22 }] }),
  faults: () =>
    faultMap({
      caption,
      losses: [0, 0.5],
      crashes: [0, 0.3],
      figure: 'coverage',
      values: [
        [1, 0.9],
        [0.99, undefined],
      ],
    }),
  conditions: () =>
    conditionMap({ caption, conditions: ['calm'], protocols: ['push'], coverage: [[1]] }),
  limits: () =>
    limitChart({
      caption,
      usual: 16,
      curves: [
        {
          label: 'calm',
          colour: 0,
          points: [
            { limit: 1, coverage: 0.7, complete: 0 },
            { limit: 16, coverage: 1, complete: 1 },
          ],
        },
      ],
    }),
  detection: () =>
    detectionChart({
      caption,
      curves: [
        {
          label: 'SWIM',
          colour: 0,
          points: [
            { members: 10, medianMs: 1500, lowMs: 900, highMs: 2000 },
            { members: 1000, medianMs: 2100 },
          ],
        },
      ],
    }),
}

describe.each(Object.keys(all))('the chart of %s', (name) => {
  const svg = all[name]?.() ?? ''

  test('is well-formed, and every shape lies on the picture', () => {
    const [outer, ...shapes] = shapesOf(svg)
    const { width, height } = outer?.attributes ?? {}
    expect([width, height]).toEqual(['720', '420'])
    for (const { name: shape, attributes } of shapes) {
      if (!['text', 'circle', 'rect'].includes(shape)) continue
      const x = Number(attributes.x ?? attributes.cx)
      const y = Number(attributes.y ?? attributes.cy)
      expect([shape, x >= 0 && x <= 720 && y >= 0 && y <= 420]).toEqual([shape, true])
    }
  })

  test('says what is to be seen to those who do not see it', () => {
    expect(svg).toContain('role="img" aria-labelledby="chart-title chart-desc"')
    expect(svg).toContain('<title id="chart-title">A title</title>')
    expect(svg).toContain('<desc id="chart-desc">What is to be seen.</desc>')
  })

  test('has a look for light and for dark ground', () => {
    expect(svg).toContain('@media (prefers-color-scheme:dark)')
  })
})

test('a remark lies across no bar', () => {
  const svg = sendsChart({
    caption,
    series: [
      {
        label: 'push',
        colour: 0,
        nodesBySends: new Map([
          [0, 1.5],
          [5, 90],
        ]),
      },
      {
        label: 'direct',
        colour: 1,
        nodesBySends: new Map([
          [0, 4],
          [4, 1],
        ]),
        remark: 'the source',
      },
    ],
  })
  const shapes = shapesOf(svg)
  const remark = shapes.find(({ attributes }) => attributes.class?.includes('hs-strong'))
  const tops = shapes.flatMap(({ name, attributes }) =>
    name === 'rect' && attributes.rx === '1.5' ? [Number(attributes.y)] : [],
  )
  expect(Number(remark?.attributes.y)).toBeLessThan(Math.min(...tops))
})

test('detectors that agree are told apart: dots of one in rings of the other, no line on a line', () => {
  const points = [4, 8, 16].map((members) => ({ members, medianMs: members * 1000 }))
  const svg = detectionChart({
    caption,
    curves: [
      { label: 'swim', colour: 0, points },
      { label: 'lifeguard', colour: 1, look: 'rings', points },
    ],
  })
  const shapes = shapesOf(svg)
  const rings = shapes.filter(({ attributes }) => attributes.r === '6.5')
  expect(rings.map(({ attributes }) => attributes.class)).toEqual(Array(3).fill('hs-line hs-s1'))
  const lines = shapes.filter(
    ({ name, attributes }) => name === 'path' && attributes.class?.startsWith('hs-line'),
  )
  // In the legend and on the plot, of the dots alone.
  expect(lines.map(({ attributes }) => attributes.class)).toEqual(Array(2).fill('hs-line hs-s0'))
})

test('an axis of tenfolds says so, and only such a one', () => {
  const points = [{ members: 4, medianMs: 1000 }]
  const svg = detectionChart({ caption, curves: [{ label: 'swim', colour: 0, points }] })
  expect(svg).toContain('>seconds from crash to verdict (log scale)<')
  expect(all.sends?.()).toContain('>nodes (log scale)<')
  expect(all.spread?.()).not.toContain('log scale')
})

test('a curve by steps goes straight up', () => {
  const points = [
    { timeMs: 0, share: 0.1 },
    { timeMs: 10, share: 1 },
  ]
  const curves = [{ label: 'direct', colour: 0, look: 'step' as const, points }]
  const line = /class="hs-line[^"]*"[^>]*clip-path[^>]* d="([^"]*)"/.exec(
    compareChart({ caption, curves }),
  )
  const [, second, third] = [...(line?.[1] ?? '').matchAll(/[ML]([\d.]+)/g)].map(([, x]) => x)
  expect(second).toBe(third)
})

test('text cannot become markup', () => {
  const hostile = '</title><script>alert(1)</script> & "quoted" \u0000'
  const svg = spreadChart({ caption: { ...caption, title: hostile }, rows, runs: 1 })
  shapesOf(svg)
  expect(svg).not.toContain('<script')
  expect(textsOf(svg)[0]).toBe(
    '&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quoted&quot; \ufffd',
  )
})

test('charts of nothing and of a single value can be drawn', () => {
  shapesOf(spreadChart({ caption, rows: [], runs: 0 }))
  shapesOf(
    spreadChart({ caption, rows: rows.slice(3), runs: 1, toAll: { medianRounds: 0, share: 1 } }),
  )
  shapesOf(compareChart({ caption, curves: [] }))
  shapesOf(sendsChart({ caption, series: [] }))
  shapesOf(
    sendsChart({ caption, series: [{ label: 'one', colour: 0, nodesBySends: new Map([[0, 1]]) }] }),
  )
  shapesOf(loadChart({ caption, rows: [] }))
  shapesOf(detectionChart({ caption, curves: [] }))
  shapesOf(limitChart({ caption, curves: [] }))
})

test('a histogram of sends has bins that double, up to the busiest node', () => {
  const texts = textsOf(all.sends?.() ?? '')
  for (const bin of ['0', '1', '2–3', '4–7', '512–1023']) expect(texts).toContain(bin)
  expect(texts).toContain('the source: 999')
})

test('where no alarm was raised there stands a nought, not nothing', () => {
  const series = [
    { label: 'swim', colour: 0, alarms: [1971, 5382] },
    { label: 'lifeguard', colour: 1, alarms: [0, 61] },
  ]
  const svg = alarmsChart({ caption, label: 'stalled', categories: ['1', '4'], series })
  expect(shapesOf(svg).filter(({ name }) => name === 'rect')).toHaveLength(1 + 2 + 3)
  expect(textsOf(svg)).toEqual(expect.arrayContaining(['1,971', '5,382', '61', '0']))
})

test('the mean of a round is told to a pointer that rests on it', () => {
  expect(all.spread?.()).toContain('<title>round 2: 30 %</title>')
})

test.each([
  [0, 12, ['0', '2', '4', '6', '8', '10', '12']],
  [0, 14, ['0', '5', '10', '15']],
  [0, 1, ['0', '0.2', '0.4', '0.6', '0.8', '1']],
  [0, 0.07, ['0', '0.02', '0.04', '0.06', '0.08']],
  [5, 5, ['5', '5.2', '5.4', '5.6', '5.8', '6']],
])('a linear axis from %d to %d has ticks at round numbers', (min, max, labels) => {
  const scale = scaleOver({ from: 0, to: 100 }, { kind: 'linear', min, max })
  expect(scale.ticks.map(({ label }) => label)).toEqual(labels)
})

test.each([
  [1, 1000, ['1', '10', '100', '1,000']],
  [1, 60, ['1', '3', '10', '30', '100']],
  [0.1, 1e7, ['0.1', '10', '1,000', '100k', '10M']],
])('a logarithmic axis from %d to %d has ticks at powers of ten', (min, max, labels) => {
  const scale = scaleOver({ from: 0, to: 100 }, { kind: 'log', min, max })
  expect(scale.ticks.map(({ label }) => label)).toEqual(labels)
  expect(scale.at(0)).toBe(0)
})

test('a percentage says all or none only where it is so', () => {
  expect(percentText(1)).toBe('100 %')
  expect(percentText(0.99997)).toBe('99.997 %')
  expect(percentText(1 - 1e-9)).toBe('>99.9999 %')
  expect(percentText(0.25)).toBe('25 %')
  expect(percentText(0.0004)).toBe('0.04 %')
  expect(percentText(0)).toBe('0 %')
  expect(percentText(1e-9)).toBe('<0.0001 %')
})

test('numbers are grouped and cut alike everywhere', () => {
  expect([999, 1000, 1234567].map((value) => countText(value))).toEqual([
    '999',
    '1,000',
    '1,234,567',
  ])
  expect([0.042, 1.755, 34.24, 8453.2].map(figureText)).toEqual(['0.042', '1.75', '34.2', '8,453'])
  expect([950, 12_500, 2_500_000].map(shortCount)).toEqual(['950', '12.5k', '2.5M'])
})
