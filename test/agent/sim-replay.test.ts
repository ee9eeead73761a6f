// `hearsay agent --record` and `hearsay sim replay`: what a real member went through is fed to
// a core again, and the figures say whether it took the same turns.

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { run } from '../../src/agent/run.ts'
import { readRecording } from '../../src/agent/sim/recording-text.ts'
import { openRecordedNode } from '../../src/node/index.ts'
import { FakeWorld } from './support/fake-world.ts'
import { inFolder, partsOf, runWords, Terminal } from './support/terminal.ts'

/** Runs an agent until it is up, then tells it to stop; the text of its recording. */
async function recordAgent(path: string): Promise<string> {
  const world = new FakeWorld()
  const terminal = new Terminal(world, { env: { XDG_STATE_HOME: dirname(path) } })
  const createNode: typeof world.createNode = (options, record = () => undefined) =>
    openRecordedNode(options, record)
  const words = ['agent', '--name', 'ann', '--bind', '127.0.0.1:0', '--http', 'off']
  const ended = run([...words, '--record', path], terminal.io, { ...partsOf(world), createNode })
  await terminal.until(({ log }) => log.includes('"started"'))
  terminal.signal('SIGTERM')
  expect(await ended).toBe(0)
  return readFileSync(path, 'utf8')
}

test('a recorded agent is replayed with the same turns', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'life.ndjson')
    await recordAgent(path)
    const { exit, out } = await runWords(['sim', 'replay', path, '--turns'], new FakeWorld())
    expect(exit).toBe(0)
    expect(out).toContain('ann: ann dead -> alive @1 (own)')
    expect(out).toMatch(/^\d+ inputs in .* of ann: 2 turns, the same as recorded \([\da-f]{8}\)$/m)
    const json = await runWords(['sim', 'replay', path, '-o', 'json'], new FakeWorld())
    expect(JSON.parse(json.out)).toMatchObject({
      kind: 'Replay',
      name: 'ann',
      same: true,
      turns: 2,
    })
  })
})

test('a replay that takes another turn says which, and ends with 1', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'life.ndjson')
    const text = await recordAgent(path)
    writeFileSync(path, text.replace('"to":"left"', '"to":"dead"'))
    const { exit, out } = await runWords(['sim', 'replay', path], new FakeWorld())
    expect(exit).toBe(1)
    expect(out).toMatch(/^recorded .*ann alive -> dead @1/m)
    expect(out).toMatch(/^replayed .*ann alive -> left @1/m)
    expect(out).toContain('not as recorded')
  })
})

test('a recording goes to a new file, and only a recording is replayed', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'notes.txt')
    writeFileSync(path, 'dear diary\n')
    const words = ['agent', '--bind', '127.0.0.1:0', '--http', 'off', '--record', path]
    const refused = await runWords(words, new FakeWorld())
    expect(refused.exit).toBe(2)
    expect(refused.err).toContain('cannot be made')
    const read = await runWords(['sim', 'replay', path], new FakeWorld())
    expect(read.exit).toBe(2)
    expect(read.err).toContain('not a recording')
    const missing = await runWords(['sim', 'replay', join(folder, 'none')], new FakeWorld())
    expect(missing.exit).toBe(2)
  })
})

const NO_RECORDING: readonly (readonly [what: string, line: string, said: string])[] = [
  ['a time beyond all dates', '{"now":1e300,"input":{"kind":"tick"}}', 'has no time'],
  ['an input of no kind', '{"now":1,"input":{"kind":"constructor"}}', 'holds no input'],
  [
    'text for bytes',
    '{"now":1,"input":{"kind":"received","stream":1,"bytes":"0801"}}',
    'holds no input',
  ],
  ['no command', '{"now":1,"input":{"kind":"command","id":1,"command":null}}', 'holds no input'],
  [
    'a command without its parts',
    '{"now":1,"input":{"kind":"command","id":1,"command":{"kind":"join","addresses":5}}}',
    'fails: ',
  ],
  ['a turn without its parts', '{"now":1,"turn":{"kind":"transition"}}', 'holds no turn'],
]

test.each(NO_RECORDING)('a recording with %s ends with 2 and says where', async (_, line, said) => {
  await inFolder(async (folder) => {
    const path = join(folder, 'life.ndjson')
    const [head = ''] = (await recordAgent(path)).split('\n')
    writeFileSync(path, `${head}\n${line}\n`)
    const { exit, err } = await runWords(['sim', 'replay', path], new FakeWorld())
    expect(exit).toBe(2)
    expect(err).toContain(said)
    expect(err).toMatch(/line 2|input 1/)
  })
})

test('a recording that a crash cut short is replayed as far as it goes, and says so', async () => {
  await inFolder(async (folder) => {
    const path = join(folder, 'life.ndjson')
    const lines = (await recordAgent(path)).split('\n')
    writeFileSync(path, `${lines.slice(0, 3).join('\n')}\n{"now":1`)
    const { exit, err } = await runWords(['sim', 'replay', path], new FakeWorld())
    expect(exit).toBe(0)
    expect(err).toContain('cut short')
    writeFileSync(path, lines.join('\n').replace(/"seed":\d+/, '"seed":"abc"'))
    const seedless = await runWords(['sim', 'replay', path], new FakeWorld())
    expect(seedless.exit).toBe(2)
    expect(seedless.err).toContain('lacks the seed')
  })
})

describe('what is read of a file that may have no end', () => {
  test('a first line that is no head is refused after 64 KiB', async () => {
    const { exit, err } = await runWords(['sim', 'replay', '/dev/zero'], new FakeWorld())
    expect(exit).toBe(2)
    expect(err).toContain('not a recording')
  })

  test('a head that goes on beyond 64 KiB is refused, one of just that is read', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'life.ndjson')
      const headOf = (bytes: number) => {
        const start = '{"format":"hearsay recording 1","seed":1,"keys":0,"options":{},"pad":"'
        return `${start.padEnd(bytes - 3, 'x')}"}\n`
      }
      writeFileSync(path, headOf(65_536))
      expect(readRecording(path)).toHaveLength(65_536)
      writeFileSync(path, headOf(65_537))
      expect(() => readRecording(path)).toThrow('not a recording')
    })
  })

  test('beyond what a recording may hold nothing is read, however long its lines', async () => {
    await inFolder(async (folder) => {
      const path = join(folder, 'life.ndjson')
      const head = '{"format":"hearsay recording 1","seed":1,"keys":0,"options":{}}\n'
      writeFileSync(path, head.padEnd(2000, '0'))
      expect(readRecording(path, 2000)).toHaveLength(2000)
      expect(() => readRecording(path, 1999)).toThrow('larger than any recording')
    })
  })
})
