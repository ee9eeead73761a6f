// `hearsay sim compare`: six ways side by side, in each form, and cut short.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { shapesOf } from '../sim/charts/pictures.ts'
import { FakeWorld } from './support/fake-world.ts'
import { inFolder, runInterrupted, runWords } from './support/terminal.ts'

const ask = async (words: string) => await runWords(`sim compare ${words}`, new FakeWorld())

test('six ways stand side by side: speed, cost, and who hears under faults', async () => {
  const { exit, out, err } = await ask('--nodes 100 --runs 20')
  expect(exit).toBe(0)
  const lines = out.split('\n')
  expect(lines[0]).toBe('One rumor, 100 nodes')
  expect(lines).toContain('direct\t1.0 (1.0ms)\t1.0 (1.0ms)\t1.0 (1.0ms)\t99\t99')
  expect(lines).toContain('PROTOCOL\tNO FAULTS\t25 % LOST\t30 % CRASHED\tBOTH')
  for (const name of ['tree', 'push k=2', 'push k=3', 'memberlist', 'hearsay']) {
    expect(lines.filter((line) => line.startsWith(`${name}\t`))).toHaveLength(2)
  }
  expect(err).toContain('again: hearsay sim compare --nodes 100 --loss 0.25 --crash 0.3 --runs 20')
})

test('as JSON each way has its results under each condition', async () => {
  const { out } = await ask('--nodes 50 --runs 5 --loss 10% --crash 20% -o json')
  const { kind, conditions, protocols } = JSON.parse(out)
  expect(kind).toBe('Comparison')
  expect(conditions).toMatchObject([
    { loss: 0, crash: 0 },
    { loss: 0.1, crash: 0 },
    { loss: 0, crash: 0.2 },
    { loss: 0.1, crash: 0.2 },
  ])
  expect(protocols).toHaveLength(6)
  expect(protocols[0].results[0]).toMatchObject({ coverage: 1, maxSendsByOneNode: 49 })
})

test('as CSV there is a row for each way and condition', async () => {
  const { out } = await ask('--nodes 50 --runs 2 --crash 0 -o csv')
  const [header, ...rows] = out.trimEnd().split('\n')
  expect(header).toMatch(/^protocol,loss,crash,runs,coverage,/)
  expect(rows).toHaveLength(6 * 2)
})

test('each chart can be had alone, and all with the tables as one page', async () => {
  await inFolder(async (folder) => {
    const page = join(folder, 'report.html')
    for (const chart of ['spread', 'load', 'sends', 'coverage']) {
      const file = join(folder, `${chart}.svg`)
      await ask(`--nodes 40 --runs 2 --svg ${file} --chart ${chart} --report ${page}`)
      const svg = readFileSync(file, 'utf8')
      expect(shapesOf(svg).length).toBeGreaterThan(20)
      expect(readFileSync(page, 'utf8')).toContain(svg)
    }
  })
})

test('interrupted, it tells what was played until then', async () => {
  const words = 'sim compare --nodes 30 --runs 10000000 -o json'
  const { exit, out } = await runInterrupted(words, new FakeWorld(), /of 10000000 runs/)
  expect(exit).toBe(130)
  const { protocols } = JSON.parse(out)
  expect(protocols[0].results[0].runs).toBeGreaterThan(0)
  expect(protocols[5].results).toEqual([])
})

test.each([
  ['sim compar', 'no such command: sim compar; did you mean sim compare?'],
  ['sim whatever', 'no such command: sim whatever; hearsay sim knows compare'],
  ['sim --nodes 5 compare', 'flags stand after the command: hearsay sim compare --nodes'],
  ['sim compare --protocol push', "unknown option '--protocol'"],
])('%s is exit 2 and says what would be right', async (words, said) => {
  const { exit, out, err } = await runWords(words, new FakeWorld())
  expect([exit, out]).toEqual([2, ''])
  expect(err).toContain(said)
})

test('help of sim names what stands under it', async () => {
  const { out } = await runWords('help sim', new FakeWorld())
  expect(out).toContain('Usage: hearsay sim [command] [flags]')
  expect(out).toMatch(/Commands:\n {2}compare +direct broadcast, tree, push/)
  const help = (await runWords('help sim compare', new FakeWorld())).out
  expect(help).toContain('Usage: hearsay sim compare')
})
