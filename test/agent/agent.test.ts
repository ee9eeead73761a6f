// The life of an agent: start, signals, what it says, what it leaves behind.

import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ParentLink, ReadyMessage } from '../../src/agent/command.ts'
import { createLog } from '../../src/agent/log.ts'
import { run } from '../../src/agent/run.ts'
import { enterAgent } from '../../src/agent/settings/state-folder.ts'
import { HearsayError } from '../../src/index.ts'
import { FakeWorld } from './support/fake-world.ts'
import { startAgent } from './support/running-agent.ts'
import { inFolder, partsOf, runWords, Terminal } from './support/terminal.ts'

test('an agent enters the state folder and leaves nothing behind', async () => {
  const agent = await startAgent()
  const agents = join(agent.env.XDG_STATE_HOME ?? '', 'hearsay', 'agents')
  expect(readdirSync(agents)).toEqual([`${process.pid}.json`, `${process.pid}.token`])
  agent.terminal.signal('SIGTERM')
  expect(await agent.ended).toBe(0)
  expect(readdirSync(agents)).toEqual([])
  expect(agent.world.calls).toEqual(['leave ann', 'close ann'])
})

test('a second signal does not wait for the goodbye', async () => {
  const world = new FakeWorld()
  const slow: typeof world.createNode = async (options) => ({
    ...(await world.createNode(options)),
    leave: () => new Promise(() => undefined),
  })
  await inFolder(async (folder) => {
    const terminal = new Terminal(world, { env: { XDG_STATE_HOME: folder } })
    const parts = { ...partsOf(world), createNode: slow }
    const ended = run(['agent', '--name', 'ann', '--http', '127.0.0.1:0'], terminal.io, parts)
    await terminal.until(({ log }) => log.includes('"started"'))
    terminal.signal('SIGINT')
    terminal.signal('SIGINT')
    expect(await ended).toBe(0)
    expect(terminal.log).toContain('once more to end at once')
  })
})

test('SIGHUP reads tags and log level again; a mistake changes nothing', async () => {
  await inFolder(async (folder) => {
    const file = join(folder, 'agent.json')
    writeFileSync(file, '{"tags":{"version":"1"}}')
    await using agent = await startAgent(['--config', file])
    writeFileSync(file, '{"tags":{"version":"2"},"logLevel":"debug"}')
    agent.terminal.signal('SIGHUP')
    await agent.terminal.until(({ log }) => log.includes('again'))
    expect(agent.world.calls).toEqual(['setTags {"version":"2"}'])
    writeFileSync(file, '{"tags":3}')
    agent.terminal.signal('SIGHUP')
    await agent.terminal.until(({ log }) => log.includes('going on with the old ones'))
    expect(agent.world.calls).toHaveLength(1)
  })
})

test('SIGHUP of a terminal that is closed ends the agent with a goodbye', async () => {
  const world = new FakeWorld()
  await inFolder(async (folder) => {
    const terminal = new Terminal(world, { env: { XDG_STATE_HOME: folder }, isTerminal: true })
    const argv = ['agent', '--dev', '--name', 'ann', '--http', '127.0.0.1:0']
    const ended = run(argv, terminal.io, partsOf(world))
    await terminal.until(({ err }) => err.includes('events:'))
    terminal.signal('SIGHUP')
    expect(await ended).toBe(0)
    expect(world.calls).toEqual(['leave ann', 'close ann'])
  })
})

test.each([
  ['port 7000 on 127.0.0.1 is in use', 'the next free port'],
  ['1.2.3.4 is not an address of this machine', 'an address of this machine'],
])('a bind that fails with "%s" is answered with: %s', async (problem, hint) => {
  const world = new FakeWorld()
  world.createNode = async () => {
    throw new HearsayError('HEARSAY_BIND_FAILED', problem)
  }
  await inFolder(async (folder) => {
    const env = { XDG_STATE_HOME: folder }
    const { exit, err } = await runWords('agent --bind 127.0.0.1:7000', world, { env })
    expect([exit, err]).toEqual([1, expect.stringContaining(hint)])
  })
})

test('a node that ends by itself is a failure, and says why', async () => {
  const world = new FakeWorld()
  const broken: typeof world.createNode = async (options) => ({
    ...(await world.createNode(options)),
    closed: Promise.resolve(new Error('the socket broke')),
  })
  await inFolder(async (folder) => {
    const terminal = new Terminal(world, { env: { XDG_STATE_HOME: folder } })
    const argv = ['agent', '--http', 'off']
    expect(await run(argv, terminal.io, { ...partsOf(world), createNode: broken })).toBe(1)
    expect(terminal.err).toContain('the socket broke')
  })
})

test.each([
  ['HEARSAY_CONFIG', 2],
  ['HEARSAY_BIND_FAILED', 1],
] as const)('%s at the start is exit %d', async (code, exit) => {
  const world = new FakeWorld()
  const terminal = new Terminal(world)
  const createNode = async () => {
    throw new HearsayError(code, 'what is wrong')
  }
  expect(await run(['agent'], terminal.io, { ...partsOf(world), createNode })).toBe(exit)
  expect(terminal.err).toContain('what is wrong')
})

test('the command to try is one that asks this agent, in the words that started it', async () => {
  await using first = await startAgent()
  const env = { ...first.env, NO_COLOR: '1', npm_command: 'exec' }
  const terminal = new Terminal(first.world, { env, isTerminal: true })
  const argv = ['agent', '--dev', '--name', 'bob', '--http', '127.0.0.1:0']
  // Both agents are of one process, which has one entry; another process stands in for ann.
  const folder = join(first.env.XDG_STATE_HOME ?? '', 'hearsay')
  enterAgent(folder, { name: 'ann', url: first.url, pid: process.ppid, startedMs: 1, token: 't' })
  const ended = run(argv, terminal.io, partsOf(first.world))
  await terminal.until(({ err }) => err.includes('events:'))
  expect(terminal.err).toMatch(/try: npx hearsay members --addr bob$/m)
  terminal.signal('SIGTERM')
  await ended
})

test('on a terminal it says where it is, how fast crashes are noticed, and what is unsafe', async () => {
  const world = new FakeWorld()
  await inFolder(async (folder) => {
    const env = { XDG_STATE_HOME: folder, NO_COLOR: '1' }
    const terminal = new Terminal(world, { env, isTerminal: true })
    const argv = ['agent', '--name', 'ann', '--bind', '0.0.0.0:7946', '--http', '127.0.0.1:0']
    const ended = run(argv, terminal.io, partsOf(world))
    await terminal.until(({ err }) => err.includes('events:'))
    expect(terminal.err).toContain('ann is up at 0.0.0.0:7946')
    expect(terminal.err).toContain('are noticed in about 6.6s, at most 10s among three members')
    expect(terminal.err).toContain('not encrypted')
    expect(terminal.err).toContain('no --label')
    expect(terminal.out).toBe('')
    expect(terminal.err).toMatch(/try: hearsay members$/m)
    terminal.signal('SIGTERM')
    await ended
  })
})

test('with -o json the start is one object on standard output', async () => {
  await using agent = await startAgent(['--json'])
  expect(JSON.parse(agent.terminal.out)).toMatchObject({
    apiVersion: 'hearsay/v1',
    kind: 'AgentStarted',
    name: 'ann',
    url: agent.url,
  })
})

test('a child tells its parent how to reach it, and ends when the parent is gone', async () => {
  const world = new FakeWorld()
  const sent: ReadyMessage[] = []
  let hangUp: () => void = () => undefined
  await inFolder(async (folder) => {
    const terminal = new Terminal(world, { env: { XDG_STATE_HOME: folder } })
    let isSent: () => void = () => undefined
    const ready = new Promise<void>((resolve) => {
      isSent = resolve
    })
    const parent: ParentLink = {
      send: (message) => {
        sent.push(message)
        isSent()
      },
      onStop: (listener) => {
        hangUp = listener
      },
    }
    const argv = ['agent', '--child', '--dev', '--name', 'ann', '--http', '127.0.0.1:0']
    const ended = run(argv, terminal.io, { ...partsOf(world), parent })
    await ready
    expect(sent[0]).toMatchObject({ kind: 'ready', name: 'ann' })
    // Ctrl-C reaches the whole group; the child leaves it to its parent.
    terminal.signal('SIGINT')
    expect(world.calls).toEqual([])
    hangUp()
    expect(await ended).toBe(0)
    expect(world.calls).toEqual(['close ann'])
  })
})

test('an address beyond loopback is refused for HTTP unless it is asked for in so many words', async () => {
  const { exit, err } = await runWords('agent --http 192.0.2.1:7980', new FakeWorld())
  expect(exit).toBe(2)
  expect(err).toContain('TLS proxy')
})

test('an HTTP API that cannot listen says what would go', async () => {
  await using agent = await startAgent()
  const start = async (http: string) =>
    await runWords(`agent --insecure-http --http ${http}`, new FakeWorld(), { env: agent.env })
  const taken = await start(new URL(agent.url).host)
  expect([taken.exit, taken.err]).toEqual([1, expect.stringContaining('leave --http out')])
  const elsewhere = await start('192.0.2.1:7980')
  expect([elsewhere.exit, elsewhere.err]).toEqual([
    1,
    expect.stringContaining("'[::1]:7980', or off"),
  ])
})

describe('the log', () => {
  const lines: string[] = []
  const make = (format: 'text' | 'json') =>
    createLog({
      level: 'info',
      format,
      sink: { write: (line) => lines.push(line), flush: async () => undefined },
      paint: (_, text) => text,
    })

  test.each(['text', 'json'] as const)('in %s nobody can forge a line', (format) => {
    lines.length = 0
    make(format).warn({ member: 'x\n2026 error forged \u001b[2J\u202e' }, 'a\nb')
    expect(lines).toHaveLength(1)
    expect(lines[0]?.slice(0, -1)).not.toMatch(/[\p{Cc}\p{Cf}]/u)
  })

  test('the level can be changed while it runs', () => {
    lines.length = 0
    const log = make('json')
    log.debug({}, 'unheard')
    log.setLevel('debug')
    log.debug({}, 'heard')
    expect(lines.map((line) => JSON.parse(line).msg)).toEqual(['heard'])
  })
})
