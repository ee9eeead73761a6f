// `hearsay sim`: what it prints in each form, what it refuses, and what is kept when it is
// ended early. The engine's own figures are tested beside the engine.

import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkWritable } from '../../src/agent/sim/files.ts'
import { flagByOption, protocolWords } from '../../src/agent/sim/flags.ts'
import { paintedWidth } from '../../src/agent/terminal/fit.ts'
import { protocols, spreadOptions } from '../../src/sim/index.ts'
import { shapesOf } from '../sim/charts/pictures.ts'
import { FakeWorld } from './support/fake-world.ts'
import { Screen } from './support/screen.ts'
import { inFolder, runInterrupted, runWords } from './support/terminal.ts'

const ask = async (words: string, options = {}) =>
  await runWords(`sim ${words}`, new FakeWorld(), options)

test('flags and the engine know the same protocols and options', () => {
  expect([...protocolWords].sort()).toEqual(Object.keys(protocols).sort())
  expect(Object.keys(flagByOption).sort()).toEqual(
    ['protocol', ...Object.keys(spreadOptions)].sort(),
  )
})

test('help tells the range of every number, as the engine has it', async () => {
  const help = (await ask('--help')).out.replaceAll(/\s+/g, ' ')
  const numbers = Object.entries(spreadOptions).filter(([, { range }]) => Number.isFinite(range[0]))
  for (const [option, { range }] of numbers) {
    const told = help.split(`${flagByOption[option]} <`)[1]?.split(' --')[0]
    const [low, high] = range
    expect(told).toContain(option.endsWith('Ms') ? 'up to 1h' : `${low} to ${high}`)
  }
})

describe('what it prints', () => {
  test('for people: what was played, the rounds, figures, who never heard, and how to repeat it', async () => {
    const { exit, out, err } = await ask(
      '--nodes 200 --runs 40 --protocol memberlist --loss 25% --crash 0.3',
    )
    expect(exit).toBe(0)
    expect(out).toContain(
      'memberlist, 200 nodes, fan-out 3\n25 % of messages lost, 60 nodes crashed',
    )
    expect(out).toContain('\nROUND\tKNOW\tP5\tP95\tMESSAGES\n0\t0.7 %')
    expect(out).toMatch(/^rounds until all know\t\d/m)
    expect(out).toMatch(
      /Everybody alive knew in \d+ of 40 runs \(.*\)\.\nOn average .* never did\.\n$/,
    )
    expect(err).toBe(
      'again: hearsay sim --protocol memberlist --nodes 200 --loss 0.25 --crash 0.3 --runs 40 --seed 1\n',
    )
  })

  test('of which runs a figure is, where some never came so far', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'spread.svg')
      const words = `--nodes 100 --protocol hearsay --loss 0.3 --crash 0.2 --runs 50 --svg ${file}`
      const { out } = await ask(words)
      const share = /^rounds until all know\t.*\t([\d.]+ %)$/m.exec(out)?.[1]
      expect(out).toMatch(/\tMAX\tOF RUNS\nrounds until 50 % know\t.*\t100 %\n/)
      expect(readFileSync(file, 'utf8')).toContain(`(median of ${share} of runs)`)
    })
  })

  test('why a run ended, where it is not because everybody knew', async () => {
    const vain = (await ask('--nodes 30 --runs 3 --loss 1')).out
    expect(vain).toContain(
      'Nothing arrives where every message is lost. push would go on for ever;',
    )
    const tree = (await ask('--nodes 30 --runs 3 --loss 1 --protocol tree')).out
    expect(tree).toMatch(/Nothing arrives where every message is lost\.\n$/)
    const short = (await ask('--nodes 30 --runs 3 --rounds-max 2')).out
    expect(short).toMatch(/Runs are cut off after 2 rounds \(--rounds-max\), and some were\.\n/)
    expect((await ask('--nodes 30 --runs 3 --rounds-max 99')).out).not.toContain('cut off')
  })

  test('on a terminal: a bar for each round, and progress that leaves no trace', async () => {
    const { out, err } = await ask('--nodes 50 --runs 5', {
      isTerminal: true,
      env: { NO_COLOR: '1' },
    })
    expect(out).toMatch(/round {5}knows .*\n {4}0 {7}2 % {2}▉ +2 % – 2 %\n/)
    expect(err).toContain('of 5 runs; Ctrl-C keeps what is done')
    expect(err.split('\u001b[J').at(-1)).toMatch(/^again: hearsay sim .*\n$/)
  })

  test.each([
    [[80, 24]],
    [[80, 20]],
    [[62, 8]],
    [[40, 24]],
    [[29, 5]],
    [[28, 24]],
    [[20, 3]],
    [[8, 1]],
  ] as const)(
    'on a terminal of %j progress neither wraps nor scrolls, and leaves no trace',
    async (size) => {
      // Its clock goes on with every look at it, so that every piece of the runs is a frame.
      const world = new (class extends FakeWorld {
        override readonly clock = () => (this.nowMs += 200)
      })()
      const options = { isTerminal: true, size, env: { COLORTERM: 'yes' } }
      const words = 'sim --nodes 20000 --runs 6 --protocol memberlist --loss 0.1'
      const { err } = await runWords(words, world, options)
      const [progress = '', again = ''] = err.split('again: ')
      expect(again).toMatch(/^hearsay sim/)
      const screen = new Screen(size)
      screen.write(progress.slice(0, progress.lastIndexOf('\r')))
      expect(screen.text).toContain(size[0] > 10 ? 'of 6 runs' : '')
      expect(screen.text.split('round')).toHaveLength(size[0] > 28 && size[1] > 5 ? 2 : 1)
      expect(screen.scrolled).toBe(0)
      screen.write(progress.slice(progress.lastIndexOf('\r')))
      expect(screen.text).toBe('')
    },
  )

  test('as JSON: figures, the curve, and everything needed to have it again', async () => {
    const { out } = await ask('--nodes 1000 --fanout 2 --protocol push --runs 300 --seed 1 -o json')
    const answer = JSON.parse(out)
    expect(answer).toMatchObject({
      apiVersion: 'hearsay/v1',
      kind: 'Simulation',
      scenario: { protocol: 'push', nodes: 1000, fanout: 2 },
      seed: 1,
      runs: 300,
      reachedAll: 1,
      rounds: { count: 300, p50: 11 },
      rounds99: { p50: 9 },
    })
    for (const figure of ['mean', 'sd', 'p50', 'p90', 'p99', 'max']) {
      expect(answer.rounds[figure]).toBeTypeOf('number')
    }
    expect(answer.messages.mean).toBeGreaterThan(7500)
    expect(answer.exact.rounds).toMatchObject({ p50: 11, p90: 12, p99: 13 })
    expect(Math.abs(answer.rounds.mean - answer.exact.rounds.mean)).toBeLessThan(
      (4 * answer.exact.rounds.sd) / Math.sqrt(300),
    )
    expect(answer.maxSendsByOneNode).toBe(2 * answer.rounds.max)
    expect(answer.informedByRound[0]).toBe(1)
    expect(answer.informedByRound.at(-1)).toBe(1000)
    expect(answer.command).toBe(
      'hearsay sim --protocol push --nodes 1000 --fanout 2 --runs 300 --seed 1',
    )
  })

  test('an answer is a scenario file for the same again; flags go before it', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'answer.json')
      const first = await ask('--nodes 60 --protocol pull --loss 0.1 --runs 9 --seed 5 -o json')
      writeFileSync(file, first.out)
      expect((await ask(`--scenario ${file} -o json`)).out).toBe(first.out)
      const other = await ask(`--scenario ${file} --nodes 30 -o json`)
      expect(JSON.parse(other.out)).toMatchObject({ scenario: { nodes: 30, loss: 0.1 }, runs: 9 })
    })
  })

  test('as CSV and as one object a line: a row for each round', async () => {
    const csv = (await ask('--nodes 20 --protocol direct --runs 3 -o csv')).out
    expect(csv).toBe(
      'round,informedMean,informedSd,informedP5,informedP50,informedP95,reachedAll,messages,busiest,ms\n' +
        '0,1,0,1,1,1,0,0,0,0\n1,20,0,20,20,20,1,19,19,1\n',
    )
    const lines = (await ask('--nodes 20 --protocol direct --runs 3 -o ndjson')).out
      .trim()
      .split('\n')
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { kind: 'SimulationRound', round: 0 },
      { round: 1, informedMean: 20, messages: 19 },
    ])
  })

  test.each([
    'push',
    'pull',
    'pushpull',
    'direct',
    'tree',
    'infect-and-die',
    'transmit-limited',
    'demers',
    'hearsay',
  ])('%s can be played', async (protocol) => {
    const { exit, out } = await ask(`--protocol ${protocol} --nodes 40 --runs 3 -o json`)
    expect(exit).toBe(0)
    expect(JSON.parse(out).coverage).toBeGreaterThan(0.4)
  })
})

describe('files', () => {
  test('--svg takes the chart that --chart names', async () => {
    await inFolder(async (folder) => {
      for (const chart of ['spread', 'sends', 'faults', 'limits']) {
        const file = join(folder, `${chart}.svg`)
        const { exit } = await ask(`--nodes 12 --runs 2 --svg ${file} --chart ${chart}`)
        expect(exit).toBe(0)
        const svg = readFileSync(file, 'utf8')
        expect(shapesOf(svg).length).toBeGreaterThan(20)
        expect(svg).toContain(`id="${chart}-title"`)
      }
    })
  })

  test('charts say what was asked for: loss in their words, the limit as a mark', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'chart.svg')
      const words = `--nodes 12 --protocol memberlist --loss 10% --limit 3 --runs 20 --svg ${file}`
      await ask(`${words} --chart sends`)
      expect(readFileSync(file, 'utf8')).toContain('10 % of messages lost, nobody crashed')
      await ask(`${words} --chart limits`)
      const limits = readFileSync(file, 'utf8')
      expect(limits).toContain('>limit asked for: 3<')
      expect(limits).toContain('>as asked for: runs in which all do<')
      await ask(`--nodes 12 --runs 3 --svg ${file} --chart limits`)
      const few = readFileSync(file, 'utf8')
      expect(few).toContain('too few to tell in how many everybody heard')
      expect(few).not.toMatch(/in which all do|asked for/)
    })
  })

  test('--report is one page that loads nothing, with every chart and the command', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'report.html')
      await ask(`--nodes 12 --runs 2 --report ${file}`)
      const page = readFileSync(file, 'utf8')
      for (const chart of ['spread', 'sends', 'faults', 'limits']) {
        expect(page).toContain(`id="${chart}-title"`)
      }
      expect(page).toContain('hearsay sim --protocol push --nodes 12 --runs 2 --seed 1')
      expect(page).not.toMatch(/<script|\bsrc=|\bhref=|@import/)
    })
  })

  test('a path that cannot be written is said before anything is played', async () => {
    const { exit, out, err } = await ask('--nodes 1e7 --runs 1000 --svg /no/such/folder/a.svg')
    expect([exit, out]).toEqual([2, ''])
    expect(err).toContain('--svg /no/such/folder/a.svg cannot be written: ENOENT')
  })
})

describe('what makes no sense is exit 2 and says what would', () => {
  test.each([
    ['--nodes many', '--nodes: a number expected, got many'],
    ['--nodes -3', '--nodes is -3, it must be a whole number from 1 to'],
    ['--nodes 0', '--nodes is 0, it must be a whole number from 1 to'],
    ['--loss 2', '--loss is 2, it must be a number from 0 to 1'],
    ['--rounds-max 0', '--rounds-max is 0, it must be a whole number from 1'],
    ['--round 2h', '--round (in ms) is 7200000, it must be a number from 0 to 3600000'],
    ['--seed -1', '--seed: a whole number from 0 to 9007199254740991 expected, got -1'],
    ['--runs 1.5', '--runs: a whole number from 1 to'],
    ['--workers 0', '--workers: a whole number from 1 to'],
    ['--protocol gossip', "'gossip' is invalid. Allowed choices are push, pull"],
    ['--protocol direct --fanout 3', '--fanout means nothing to direct, only to'],
    ['--round soon', '--round: a duration such as 200ms or 1s expected, got soon'],
    ['--svg /', '--svg / cannot be written: it is a folder'],
    ['--svg a.svg --report ./a.svg', '--svg and --report name the same file'],
    ['--chart sends', '--chart says what --svg FILE shows'],
    ['--fan-out 2', 'did you mean --fanout?'],
    ['-o wide', 'Allowed choices are json, ndjson, csv'],
    ['--scenario /no/such/file', 'ENOENT'],
    ['--scenario /dev/zero', '/dev/zero: it is larger than 1 MiB'],
  ])('%s', async (words, said) => {
    const { exit, out, err } = await ask(words)
    expect([exit, out]).toEqual([2, ''])
    expect(err).toContain(said)
  })

  test.each([
    ['[1, 2]', 'a JSON object of options expected'],
    ['{"nodse": 3}', 'there is no option nodse here; did you mean nodes?'],
    ['{"nodes": "3"}', "scenario.json: nodes is '3', it must be a whole number"],
    ['{"nodes": {"toString": 0}}', 'scenario.json: nodes is an object, it must be'],
    ['{"protocol": "talk"}', "scenario.json: protocol is 'talk', it must be one of"],
    ['{"runs": 0}', 'scenario.json: runs: a whole number from 1 to 10000000 expected, got 0'],
    ['{"nodes": 9, "scenario": {"nodes": 5}}', 'nodes beside scenario would not be read'],
    ['{"scenario": {"nodes": 5}, "note": 1}', 'there is no option note here'],
    ['{"scenario": 5}', 'scenario: an object of options expected'],
    [
      '{"apiVersion": "hearsay/v1", "kind": "Detection", "scenario": {"nodes": 5}}',
      'an answer of hearsay sim expected, {"apiVersion":"hearsay/v1","kind":"Simulation"}, not',
    ],
    ['{"apiVersion": "hearsay/v99", "kind": "Simulation", "scenario": {}}', '"hearsay/v99"'],
    [`{"nodes": 3, "note": "${'x'.repeat(2 ** 20)}"}`, 'it is larger than 1 MiB'],
    ['{', 'for example: {"protocol": "push"'],
  ])('a scenario file of %s', async (text, said) => {
    await inFolder(async (folder) => {
      const file = join(folder, 'scenario.json')
      writeFileSync(file, text)
      const { exit, err } = await ask(`--scenario ${file}`)
      expect(exit).toBe(2)
      expect(err).toContain(said)
    })
  })
})

test('a scenario file with a scenario, runs and seed is taken; numbers may have exponents', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'scenario.json')
    writeFileSync(
      file,
      '\ufeff{"scenario": {"nodes": 7, "protocol": "tree"}, "runs": 3, "seed": 2}',
    )
    const { out } = await ask(`--scenario ${file} --loss 1E-300 -o json`)
    expect(JSON.parse(out)).toMatchObject({
      scenario: { nodes: 7, protocol: 'tree', loss: 1e-300 },
      runs: 3,
      seed: 2,
    })
  })
})

test('interrupted before a chart could be played, it writes none and says so', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'faults.svg')
    const words = `sim --nodes 30 --runs 10000000 --svg ${file} --chart faults`
    const { exit, err } = await runInterrupted(words, new FakeWorld(), /Ctrl-C keeps what is done/)
    expect(exit).toBe(130)
    expect(err).toContain('faults.svg: not written, since it was ended before')
    expect(existsSync(file)).toBe(false)
  })
})

test('interrupted, it tells what the runs that are done say, and ends with 130', async () => {
  const world = new FakeWorld()
  const words = 'sim --nodes 30 --runs 10000000 --seed 3 -o json'
  const { exit, out } = await runInterrupted(words, world, /Ctrl-C keeps what is done/)
  expect(exit).toBe(130)
  const { runs, runsAsked, command } = JSON.parse(out)
  expect(runs).toBeGreaterThan(0)
  expect(runs).toBeLessThan(runsAsked)
  const again = await runWords(`${command.slice('hearsay '.length)} -o json`, world)
  expect(JSON.parse(again.out)).toEqual({ ...JSON.parse(out), runsAsked: runs })
})

test.each([30, 40, 79])(
  'on a terminal of %i columns no line of the answer wraps',
  async (columns) => {
    const options = { isTerminal: true, size: [columns, 50], env: { NO_COLOR: '1' } } as const
    const words = 'sim --nodes 1000 --runs 3 --protocol memberlist --loss 0.1 --crash 0.2'
    const { out, err } = await runWords(words, new FakeWorld(), options)
    for (const line of out.split('\n')) expect(paintedWidth(line)).toBeLessThanOrEqual(columns)
    // The figures are all there, and what is to be typed again is one command.
    expect(out).toMatch(/messages of the busiest node\s+(MEAN )?[\d.]+/)
    expect(out).toContain('P99')
    const again = err.slice(err.lastIndexOf('again:'))
    for (const line of again.split('\n')) expect(paintedWidth(line)).toBeLessThanOrEqual(columns)
    const command = again.replace('again: ', '').replaceAll(' \\\n', ' ').trim()
    expect(command).toMatch(/^hearsay sim --\S+ .* --runs 3 --seed 1$/)
  },
)

test('one node, one run and one message are said in the singular', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'one.html')
    const { out } = await ask(`--nodes 1 --runs 1 --report ${file}`)
    expect(out).toContain('push, 1 node, ')
    const page = readFileSync(file, 'utf8')
    expect(page).toContain('A rumor among 1 node: push')
    expect(page + out).not.toMatch(/\b1 (nodes|runs|rounds|messages|trials|members)\b/)
  })
})

test.each(['--svg', '--report'])(
  '%s where no file can be made is refused before the runs',
  async (flag) => {
    await inFolder(async (folder) => {
      // A link into itself: its folder takes files, and yet no file can be made of it.
      const path = join(folder, 'loop')
      symlinkSync(path, path)
      for (const command of ['sim', 'sim compare', 'sim detect']) {
        const { exit, out, err } = await runWords(`${command} ${flag} ${path}`, new FakeWorld())
        expect([exit, out]).toEqual([2, ''])
        expect(err).toContain(`${flag} ${path} cannot be written`)
      }
    })
  },
)

test('trying whether a file can be written leaves no file, and what is there as it was', async () => {
  await inFolder(async (folder) => {
    const [fresh, old] = [join(folder, 'new.svg'), join(folder, 'old.svg')]
    writeFileSync(old, 'mine')
    checkWritable('--svg', fresh)
    checkWritable('--svg', old)
    expect(existsSync(fresh)).toBe(false)
    expect(readFileSync(old, 'utf8')).toBe('mine')
  })
})
