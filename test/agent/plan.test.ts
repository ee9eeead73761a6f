// `hearsay plan`: figures from runs beside their formulas, in each form, and cut short.

import { describe, expect, test } from 'vitest'
import { FakeWorld } from './support/fake-world.ts'
import { runInterrupted, runWords } from './support/terminal.ts'

const ask = async (words: string) => await runWords(`plan ${words}`, new FakeWorld())
const SMALL = '--nodes 5 --trials 2 --runs 20'

test('tells time, bytes, detection and doubts, each from runs beside its formula', async () => {
  const { exit, out, err } = await ask(`${SMALL} --rate 2 --size 50 --loss 1%`)
  expect(exit).toBe(0)
  expect(out).toContain(
    '5 members\n1 % of packets lost, 1.0ms one way, 2 rumors a second of 50 bytes',
  )
  expect(out).toMatch(/^\tFROM RUNS\t5–95 %\tFORMULA$/m)
  expect(out).toMatch(/^time until all know\t[\d.]+ms\t.*\t[\d.]+ms$/m)
  expect(out).toMatch(/^crash noticed by the first\t[\d.]+s\t[\d.]+s – [\d.]+s\t[\d.]+s$/m)
  expect(out).toContain('false alarms a day\tnone seen\tbelow')
  expect(out).toContain('2 trials of 5 members running the real core')
  expect(out).toContain('crash noticed = T × (time to first probe + 1)')
  expect(err).toMatch(
    /^again: hearsay plan --nodes 5 --loss 0.01 .* --trials 2 --runs 20 --seed 1\n$/,
  )
})

test('as JSON each figure has what was measured and what the formula says', async () => {
  const { out } = await ask(`${SMALL} -o json`)
  const plan = JSON.parse(out)
  expect(plan).toMatchObject({
    kind: 'Plan',
    question: { nodes: 5, loss: 0, rumorsPerSecond: 1, rumorBytes: 100 },
    members: 5,
    isScaled: false,
    reachedAll: { measured: 1 },
    falseAlarmsPerDay: { measured: 0, formula: 0 },
  })
  const { measured, formula } = plan.firstMs
  expect(measured / formula).toBeGreaterThan(0.5)
  expect(measured / formula).toBeLessThan(1.5)
  expect(plan.bytes.measured).toBeCloseTo(plan.idleBytes.measured + plan.rumorsBytes.measured)
  expect(plan.formulas.firstMs).toContain('log10(n)')
  const again = await runWords(`${plan.command.slice('hearsay '.length)} -o json`, new FakeWorld())
  expect(again.out).toBe(out)
})

test('beyond the members of a trial its figures are scaled, and said to be', async () => {
  const small = JSON.parse((await ask(`${SMALL} -o json`)).out)
  const large = JSON.parse((await ask('--nodes 20000 --members 5 --trials 2 --runs 4 -o json')).out)
  expect(large).toMatchObject({ members: 5, isScaled: true })
  expect(large.idleBytes.measured).toBeGreaterThan(small.idleBytes.measured)
  // A suspicion lasts four probe intervals for each tenfold, and no less than four.
  const longerMs = 4000 * (Math.log10(20_000) - 1)
  expect(large.firstMs.measured).toBeCloseTo(small.firstMs.measured + longerMs, -1)
})

test('options of the protocol count', async () => {
  const usual = JSON.parse((await ask(`${SMALL} --rate 0 -o json`)).out)
  const words = `${SMALL} --rate 0 --profile local --probe-interval 200ms --strict --fanout 2 -o json`
  const quick = JSON.parse((await ask(words)).out)
  expect(quick.firstMs.measured).toBeLessThan(usual.firstMs.measured / 2)
  expect(quick.timeMs.measured).toBeGreaterThan(usual.timeMs.measured)
  expect(quick.rumorsBytes.measured).toBe(0)
})

describe('advice', () => {
  test('is quiet where nothing calls for it', async () => {
    expect(JSON.parse((await ask(`${SMALL} -o json`)).out).advice).toEqual([
      'Nothing here calls for other options.',
    ])
  })

  test('names what is late, and what is lost', async () => {
    const words = '--nodes 2 --trials 1 --runs 5 --probe-interval 20s --loss 30% --rate 0 -o json'
    const advice = JSON.parse((await ask(words)).out).advice.join('\n')
    expect(advice).toContain('--probe-interval 10s halves that')
    expect(advice).toContain('With two members there is nobody to ask')
  })
})

test.each([
  ['--nodes 1', '--nodes: a whole number from 2 to'],
  ['--loss 1', '--loss: a share from 0 to below 1 expected'],
  ['--size 513', '--size: a whole number from 0 to 5'],
  ['--probe-interval soon', '--probe-interval: a duration such as'],
  ['--fanout 500', '--fanout: '],
  ['--profile space', 'Allowed choices are lan, wan, local'],
  ['-o csv', 'Allowed choices are json, ndjson'],
])('%s is exit 2 and says what would be right', async (words, said) => {
  const { exit, out, err } = await ask(words)
  expect([exit, out]).toEqual([2, ''])
  expect(err).toContain(said)
})

test('interrupted, it tells what the trials that are done say', async () => {
  const words = 'plan --nodes 3 --trials 10000 --runs 3 --rate 0 -o json'
  const { exit, out } = await runInterrupted(words, new FakeWorld(), /of 10000 trials; Ctrl-C/)
  expect(exit).toBe(130)
  const { trials, command } = JSON.parse(out)
  expect(trials).toBeGreaterThan(0)
  expect(trials).toBeLessThan(10_000)
  expect(command).toContain(`--trials ${trials} --runs 3 --seed 1`)
})

test('interrupted before the first trial, it tells how a rumor spreads, and what is not known', async () => {
  const early = (words: string) => runInterrupted(words, new FakeWorld(), /0 of 10000 trials/)
  const { exit, out, err } = await early('plan --nodes 40 --trials 10000 --runs 7')
  expect(exit).toBe(130)
  expect(out).toMatch(/^rounds until all know +\d/m)
  expect(out).toMatch(/^bytes a second a node, at rest +-$/m)
  expect(out).toMatch(/^false alarms a day +- +≤ 0|^false alarms a day +- +0$/m)
  expect(out).toContain('nothing is known yet: no trial was done')
  expect(out).toContain('Spread: 7 runs. The rest: formulas alone, since no trial was done.')
  expect(err.replaceAll(' \\\n', ' ')).toMatch(
    /with its trials: hearsay plan .* --trials 10000 --runs 7 --seed 1\n/,
  )
  const second = await early('plan --nodes 40 --trials 10000 --runs 7 -o json')
  const answer = JSON.parse(second.out)
  expect(answer).toMatchObject({ trials: 0, runs: 7, idleBytes: {}, firstMs: {} })
  expect(answer.firstMs.measured).toBeUndefined()
  expect(JSON.stringify(answer)).not.toContain('null')
})
