// The story of `hearsay up`, played by agents in this process with fake nodes: the plot, the
// judging of each step, and that nobody is left running.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import type { MemberProcess, ReadyMessage, SpawnMember } from '../../src/agent/command.ts'
import type { Exit } from '../../src/agent/contract.ts'
import { run } from '../../src/agent/run.ts'
import { HearsayError } from '../../src/index.ts'
import { FakeWorld } from './support/fake-world.ts'
import { inFolder, partsOf, Terminal } from './support/terminal.ts'

class Troupe {
  readonly world = new FakeWorld()
  readonly running = new Set<string>()
  readonly #folder: string
  #nextPid = 1_000_000

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Runs `hearsay agent …` in this process, as if it were one of its own. */
  readonly spawn: SpawnMember = (words) => {
    const name = words[words.indexOf('--name') + 1] ?? ''
    const terminal = new Terminal(this.world, { env: { XDG_STATE_HOME: this.#folder } })
    let tell: (message: ReadyMessage | undefined) => void = () => undefined
    const ready = new Promise<ReadyMessage | undefined>((resolve) => {
      tell = resolve
    })
    let isStopped = false
    let hangUp: () => void = () => undefined
    const stop = () => {
      isStopped = true
      hangUp()
    }
    const onStop = (listener: () => void) => {
      hangUp = listener
      if (isStopped) listener()
    }
    const parts = { ...partsOf(this.world), parent: { send: tell, onStop } }
    this.running.add(name)
    const ended = run([...words, '--http', '127.0.0.1:0'], terminal.io, parts)
    const exited = ended.then((exit) => this.#gone(name, exit, tell))
    const pid = this.#nextPid
    this.#nextPid += 1
    const process: MemberProcess = {
      pid,
      ready,
      exited,
      lastWords: () => terminal.err,
      stop,
      kill: () => {
        this.world.crash(name)
        stop()
      },
    }
    return process
  }

  #gone(name: string, _exit: Exit, tell: (message: undefined) => void): void {
    this.running.delete(name)
    tell(undefined)
  }
}

async function play(words: string, change: (troupe: Troupe) => void = () => undefined) {
  return await inFolder(async (folder) => {
    const troupe = new Troupe(folder)
    change(troupe)
    const terminal = new Terminal(troupe.world, { env: { XDG_STATE_HOME: folder } })
    const parts = { ...partsOf(troupe.world), spawnMember: troupe.spawn }
    const exit = await run(words.split(' '), terminal.io, parts)
    return { exit, out: terminal.out, err: terminal.err, left: [...troupe.running] }
  })
}

test('the story is told in five steps, each with its figure and bound, and nobody is left', async () => {
  const { exit, out, left } = await play('up 3 --once')
  expect(out).toContain('✓ all know each other after')
  expect(out).toContain('✓ everybody has heard after')
  expect(out).toContain('was the first to suspect it')
  expect(out).toContain('✓ all the others know after')
  expect(out).toContain('✓ alive again to all after')
  expect(out.trimEnd().split('\n').at(-1)).toBe('✓ 5 of 5 steps held')
  expect(exit).toBe(0)
  expect(left).toEqual([])
})

test('the scene of the evidence is titled with the command that gives it', async () => {
  const { out } = await play('up 3 --once')
  const [, accuser] = /(\w+) was the first to suspect it/.exec(out) ?? []
  // The first of the cast is asked anyway: it was started first.
  const where = accuser === 'ann' ? '' : ` --addr ${accuser}`
  expect(out).toContain(`4  Why? (hearsay why cat${where})`)
})

/** Names and figures differ from run to run; how many blanks stand between them, too. */
function masked(text: string): string {
  return (
    text
      .replace(/\b(ann|bob|cat|dan|eve)\b/g, 'X')
      .replace(/\d[\d.:]*( ?(ms|s)\b)?/g, '#')
      .replace(/ --addr X/g, '')
      // When it was, in hours of today or with a date.
      .replace(/since .*incarnation #/g, 'since')
      .replace(/\s+/g, ' ')
  )
}

test('the picture in the README shows the story as it is told today', async () => {
  const file = new URL('../../docs/terminal.svg', import.meta.url)
  const fragments = [...readFileSync(file, 'utf8').matchAll(/<text[^>]*>([^<]*)</g)]
  const shown = fragments.map(([, text = '']) => text.replaceAll('&gt;', '>').trim())
  const { out } = await play('up 5 --once')
  const told = masked(out)
  // The evidence, which is as it happened, is what stands behind times; the rest is always the same.
  const evidence = shown.findIndex((text) => /^\d\d:\d\d:\d\d\.\d{3}$/.test(text))
  const verdict = shown.findIndex((text) => text.startsWith('evidence and verdict'))
  expect(evidence).toBeGreaterThan(0)
  expect(verdict).toBeGreaterThan(evidence)
  const frame = [...shown.slice(1, evidence), ...shown.slice(verdict)]
  expect(frame.map(masked).filter((text) => !told.includes(text))).toEqual([])
})

test('in ndjson each step is an object', async () => {
  const { out } = await play('up 2 --once -o ndjson')
  const items = out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  expect(items.map((one) => one.step ?? one.kind)).toEqual([
    'join',
    'rumor',
    'failure',
    'why',
    'return',
    'Summary',
  ])
  for (const one of items) expect(one).toMatchObject({ apiVersion: 'hearsay/v1', ok: true })
})

test('one member alone has nothing to gossip about', async () => {
  const { exit, out } = await play('up 1 --once')
  expect(out).toContain('It starts, and is alone')
  expect(out).toContain('✓ up after')
  expect(out).toContain('need somebody to notice: hearsay up 2')
  expect(out).not.toContain('each other')
  expect(out).toContain('✓ 1 of 1 step held')
  expect(exit).toBe(0)
})

test('a verdict without evidence is a step that did not hold', async () => {
  const { exit, out } = await play('up 3 --once', ({ world }) => {
    const why = world.why.bind(world)
    world.why = (name, seenBy) => ({ ...why(name, seenBy), evidence: [] })
  })
  expect(out).toContain('✗ the verdict lacks evidence')
  expect(out).toContain('✗ 4 of 5 steps held')
  expect(exit).toBe(1)
})

test('a member that cannot start ends the story with its last words', async () => {
  const { exit, err, left } = await play('up 3 --once', ({ world }) => {
    const createNode = world.createNode
    world.createNode = async (options) => {
      if (options.name !== 'cat') return await createNode(options)
      throw new HearsayError('HEARSAY_BIND_FAILED', 'no port for cat')
    }
  })
  expect(exit).toBe(1)
  expect(err).toContain('cat did not start; its last words')
  expect(err).toContain('no port for cat')
  expect(left).toEqual([])
})

test('a port that is taken between the look and the start is no end: another is tried', async () => {
  const taken: string[] = []
  const { exit, out, left } = await play('up 3 --once', ({ world }) => {
    const createNode = world.createNode
    world.createNode = async (options) => {
      const bind = String(options.bind)
      if (taken.length < 2 && !taken.includes(bind)) {
        taken.push(bind)
        throw new HearsayError('HEARSAY_BIND_FAILED', `port of ${bind} is in use`)
      }
      return await createNode(options)
    }
  })
  expect(taken).toHaveLength(2)
  expect(out).toContain('✓ 5 of 5 steps held')
  expect([exit, left]).toEqual([0, []])
})

test('a story cut short by --timeout is exit 5, and nobody is left', async () => {
  const { exit, err, left } = await play('up 3 --once --timeout 1ms')
  expect(exit).toBe(5)
  expect(err).toContain('the story was not over after 1ms')
  expect(left).toEqual([])
})

test.each(['SIGINT', 'SIGTERM'] as const)(
  '%s in the middle of --once is exit 130 and said, as no step can be vouched for',
  async (signal) => {
    await inFolder(async (folder) => {
      const troupe = new Troupe(folder)
      const terminal = new Terminal(troupe.world, { env: { XDG_STATE_HOME: folder } })
      const parts = { ...partsOf(troupe.world), spawnMember: troupe.spawn }
      const ended = run(['up', '3', '--once'], terminal.io, parts)
      await terminal.until(({ out }) => out.includes('all know each other'))
      terminal.signal(signal)
      expect(await ended).toBe(130)
      expect(terminal.err).toContain('stopped before the story was over')
      expect(troupe.running.size).toBe(0)
    })
  },
)

test('Ctrl-C without --once ends the story and everybody in it, with exit 0', async () => {
  await inFolder(async (folder) => {
    const troupe = new Troupe(folder)
    const terminal = new Terminal(troupe.world, { env: { XDG_STATE_HOME: folder } })
    const parts = { ...partsOf(troupe.world), spawnMember: troupe.spawn }
    const ended = run(['up', '2'], terminal.io, parts)
    await terminal.until(({ err }) => err.includes('Ctrl-C here ends them all'))
    expect(troupe.running.size).toBe(2)
    terminal.signal('SIGINT')
    expect(await ended).toBe(0)
    expect(troupe.running.size).toBe(0)
  })
})
