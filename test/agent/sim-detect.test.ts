// `hearsay sim detect`: what it prints in each form, what it refuses, and what is kept when it
// is ended early. The trials themselves are tested in test/sim/detect.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { detectorWords } from '../../src/agent/sim/detect-rows.ts'
import { detectorNames } from '../../src/sim/index.ts'
import { shapesOf } from '../sim/charts/pictures.ts'
import { FakeWorld } from './support/fake-world.ts'
import { inFolder, runInterrupted, runWords } from './support/terminal.ts'

const ask = async (words: string, options = {}) =>
  await runWords(`sim detect ${words}`, new FakeWorld(), options)

test('the flag and the engine know the same detectors', () => {
  expect(detectorWords).toEqual(detectorNames)
})

test('charts: detection time against members, alarms by stalls, and both as one page', async () => {
  await inFolder(async (folder) => {
    const file = (name: string) => join(folder, name)
    const words = '--nodes 6 --stalled 1 --stall 4s --length 20s --runs 1 --detector swim'
    await ask(`${words} --svg ${file('a.svg')} --report ${file('a.html')}`)
    await ask(`${words} --svg ${file('b.svg')} --chart alarms`)
    const page = readFileSync(file('a.html'), 'utf8')
    for (const [name, title] of [
      ['a.svg', 'How long a crash stays unnoticed'],
      ['b.svg', 'Who is wronged'],
    ] as const) {
      const svg = readFileSync(file(name), 'utf8')
      expect(shapesOf(svg).length).toBeGreaterThan(10)
      expect(svg).toContain(title)
      expect(page).toContain(title)
    }
  })
})

describe('what it prints', () => {
  test('for people: what was played, figures of each detector, and how to repeat it', async () => {
    const { exit, out, err } = await ask('--nodes 10 --crash 1 --runs 2 --length 1m')
    expect(exit).toBe(0)
    expect(out).toMatch(
      /^10 members, one crashes\n2 trials a detector, 1m each, from seed 1 on\n\nDETECTOR\tFOUND\t/,
    )
    for (const name of detectorNames) expect(out).toContain(`\n${name}\t2/2\t`)
    expect(out).not.toContain('times fewer')
    expect(err).toBe(
      'again: hearsay sim detect --nodes 10 --crash 1 --length 1m --runs 2 --seed 1\n',
    )
  })

  test('with stalls: how each compares with plain SWIM', async () => {
    const { out, err } = await ask(
      '--nodes 20 --stalled 20% --stall 16s --runs 1 --detector swim --detector lifeguard',
    )
    expect(out).toContain('20 members, one crashes, 4 stall for 16s, with 1s between\n')
    expect(out).toMatch(/^lifeguard: .* plain SWIM.*, noticed first in \d\.\d\d of its time/m)
    expect(out).not.toContain('wanted')
    expect(err).toContain('--stalled 4 --stall 16s --between 1s')
    expect(err).toContain('--detector swim --detector lifeguard')
  })

  test('as JSON: scenario, figures, comparisons and every trial; the command gives it again', async () => {
    const { out } = await ask('--nodes 8 --crash 2 --loss 5% --runs 2 --length 30s -o json')
    const answer = JSON.parse(out)
    expect(answer).toMatchObject({
      kind: 'Detection',
      grid: { nodes: 8, crashes: 2, loss: 0.05, runs: 2, lengthMs: 30_000 },
      trialsAsked: 8,
      trialsDone: 8,
    })
    expect(answer.detectors.map((one: { detector: string }) => one.detector)).toEqual(detectorNames)
    expect(answer.trials).toHaveLength(8)
    expect(answer.trials[0].detections).toHaveLength(2)
    const again = await runWords(`${answer.command.slice(8)} -o json`, new FakeWorld())
    expect(again.out).toBe(out)
  })

  test('as CSV and as one object a line: a row for each trial', async () => {
    const words = '--nodes 6 --runs 2 --length 40s --detector hearsay'
    const [header, ...rows] = (await ask(`${words} -o csv`)).out.trim().split('\n')
    expect(header).toMatch(/^detector,nodes,.*,found,firstMs,allMs,falseAlarms,/)
    expect(rows).toHaveLength(2)
    const lines = (await ask(`${words} -o ndjson`)).out.trim().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'DetectionTrial', detector: 'hearsay', seed: 1 },
      { kind: 'DetectionTrial', detector: 'hearsay', seed: 2 },
    ])
  })

  test('the experiment: a table of cells and a verdict, which a small cluster cannot win', async () => {
    const words = '--lifeguard --nodes 4 --length 20s --crash 0'
    const { exit, out } = await ask(`${words} --detector swim --detector lifeguard`)
    expect(exit).toBe(1)
    expect(out).toMatch(/^STALL\tSTALLED\tSWIM\tLIFEGUARD\n128ms\t1\t0\t0\n512ms\t1\t/m)
    expect(out).toMatch(/at least 20 and at most 1\.15 wanted: BROKEN$/m)
  })
})

describe('what makes no sense is exit 2 and says what would', () => {
  test.each([
    ['--nodes 1', '--nodes: a whole number from 2 to 1000'],
    ['--nodes 4 --crash 4', '--crash: a whole number below 4'],
    ['--crash 1.5', '--crash: a whole number'],
    ['--nodes 4 --crash 2 --stalled 2', 'at least one member must stay well'],
    ['--loss 1', '--loss: a share from 0 to below 1'],
    ['--stall 5s', '--stall: nobody stalls; say how many with --stalled'],
    ['--stalled 2 --stall 0', '--stall: a time above 0'],
    ['--stalled 2 --between soon', '--between: a duration such as'],
    ['--length 0', '--length: a time above 0'],
    ['--detector sonar', '--detector: one of swim, lifeguard, hearsay, heartbeat expected'],
    ['--lifeguard --stalled 3', '--stalled: --lifeguard plays its own'],
    ['--lifeguard --nodes 3', '--nodes: at least 4 are needed'],
    ['--lifeguard --detector hearsay', 'compares others with swim'],
    ['--runs 0', '--runs: a whole number from 1'],
    ['-o wide', 'Allowed choices are json, ndjson, csv'],
  ])('%s', async (words, said) => {
    const { exit, out, err } = await ask(words)
    expect([exit, out]).toEqual([2, ''])
    expect(err).toContain(said)
  })
})

test('flags before the command are not lost in silence', async () => {
  const { exit, err } = await runWords('sim --nodes 8 detect', new FakeWorld())
  expect(exit).toBe(2)
  expect(err).toContain('flags stand after the command: hearsay sim detect --nodes')
})

test('interrupted, it tells what the trials that are done say, and ends with 130', async () => {
  const words = 'sim detect --nodes 6 --length 30s --runs 100000 -o json'
  const says = /\d\d of 400000 trials; Ctrl-C/
  const { exit, out } = await runInterrupted(words, new FakeWorld(), says)
  expect(exit).toBe(130)
  const { trialsDone, trialsAsked, trials, detectors, command, grid } = JSON.parse(out)
  expect(trialsAsked).toBe(400_000)
  expect(trials).toHaveLength(trialsDone)
  // Every scenario told was met by all four.
  for (const { trials: own } of detectors) expect(own).toBe(trialsDone / 4)
  // What is told to type plays just these again.
  expect(grid.runs).toBe(trialsDone / 4)
  expect(command).toContain(`--runs ${trialsDone / 4} --seed 1`)
})

test('interrupted before all have met one scenario, it says how many trials were done', async () => {
  const words = 'sim detect --nodes 6 --length 30s --runs 100000'
  const { exit, out, err } = await runInterrupted(words, new FakeWorld(), /0 of 400000 trials/)
  expect([exit, out]).toEqual([130, ''])
  expect(err).toMatch(/ended after \d of 400,000 trials, too early for any figures\n/)
})

test('a chart of one trial speaks of one trial', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'one.html')
    await ask(`--nodes 4 --length 20s --runs 1 --report ${file}`)
    const page = readFileSync(file, 'utf8')
    expect(page).toContain('; 1 trial of 20s')
    expect(page).not.toMatch(/\b1 (trials|crashes|members)\b/)
  })
})
