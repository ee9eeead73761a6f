// Two agents with real nodes on real sockets, asked by real commands: the walk from the
// keyboard to the wire and back, without a process of its own.

import { expect, test } from 'vitest'
import { metricWords } from '../../src/agent/http/metric-words.ts'
import { run } from '../../src/agent/run.ts'
import { freePorts } from '../../src/agent/story/cast.ts'
import { realClock } from '../../src/host/clock.ts'
import { createNode } from '../../src/index.ts'
import { FakeWorld } from './support/fake-world.ts'
import { inFolder, partsOf, runWords, Terminal } from './support/terminal.ts'

// Ages are counted from the real time here.
class RealTime extends FakeWorld {
  override readonly clock = realClock().now
}

/** Keeps it apart from agents that run on this machine. */
const APART = ['--label', 'real-test']

/** And from tests beside this one: they try ports from 7946 on, or take what the system gives. */
const OWN_PORTS = 17_946

async function start(name: string, bind: string, folder: string, words: readonly string[]) {
  const env = { XDG_STATE_HOME: `${folder}/${name}`, LOCALAPPDATA: `${folder}/${name}` }
  const world = new RealTime()
  const terminal = new Terminal(world, { env })
  const argv = ['agent', '--dev', '--name', name, '--bind', bind, '--http', '127.0.0.1:0', ...words]
  const ended = run(argv, terminal.io, { ...partsOf(world), createNode })
  await terminal.until(({ log, err }) => log.includes('"started"') || err !== '')
  const stop = async () => {
    terminal.signal('SIGTERM')
    return await ended
  }
  const url = () => /"url":"([^"]+)"/.exec(terminal.log)?.[1] ?? ''
  return { stop, ended, url, ask: (asked: string) => runWords(asked, world, { env }) }
}

test('two agents find each other, hear an event, agree, and part', async () => {
  await inFolder(async (folder) => {
    const [a = 0, b = 0] = await freePorts(2, OWN_PORTS)
    const seed = `127.0.0.1:${a}`
    const ann = await start('ann', seed, folder, ['--join', seed, ...APART])
    const bob = await start('bob', `127.0.0.1:${b}`, folder, [
      '--join',
      seed,
      '--tag',
      'role=api',
      ...APART,
    ])

    expect(await ann.ask('members --expect 2 -o name')).toMatchObject({
      exit: 0,
      out: 'ann\nbob\n',
    })
    expect((await bob.ask('members --expect 2 -o name --tag role=api --timeout 0')).exit).toBe(5)
    expect((await bob.ask('event deploy v42 --wait -q')).exit).toBe(0)
    expect((await ann.ask('views')).exit).toBe(0)
    expect((await ann.ask('why bob')).out).toMatch(/^bob is ALIVE since/)
    expect((await ann.ask('join 127.0.0.1:1')).exit).toBe(1)
    expect((await ann.ask('remove bob --yes')).exit).toBe(1)
    expect(JSON.parse((await ann.ask('doctor --json')).out).agent).toBe('ann')

    expect((await bob.ask('leave --yes')).exit).toBe(0)
    expect(await bob.ended).toBe(0)
    expect((await ann.ask('members --status left --expect 1 -o name')).out).toBe('bob\n')
    expect((await ann.ask('remove bob --yes')).exit).toBe(0)
    expect(await ann.stop()).toBe(0)
  })
})

test('shared values reach the other agent, and the metrics say so', async () => {
  await inFolder(async (folder) => {
    const [a = 0, b = 0] = await freePorts(2, OWN_PORTS)
    const seed = `127.0.0.1:${a}`
    const words = ['--join', seed, ...APART]
    const ann = await start('ann', seed, folder, words)
    const bob = await start('bob', `127.0.0.1:${b}`, folder, words)
    await ann.ask('members --expect 2 -q')

    const heard = bob.ask('kv watch --initial --count 1 --timeout 20s')
    expect((await ann.ask('kv set limit 100')).exit).toBe(0)
    expect(JSON.parse((await heard).out)).toMatchObject({
      key: 'limit',
      text: '100',
      writer: 'ann',
    })
    expect(Buffer.from((await bob.ask('kv get limit')).bytes).toString()).toBe('100')
    expect((await ann.ask('kv incr hits 2')).out).toBe('2\n')
    expect((await bob.ask('kv set role api --own')).exit).toBe(0)
    const metrics = await (await fetch(`${ann.url()}/v1/metrics`)).text()
    // There is no disk here, so no gauge of one; counters are there before they count.
    const names = [...metricWords.keys()].filter((name) => name !== 'disk_failing')
    for (const name of names) expect(metrics).toContain(`\nhearsay_${name} `)
    expect(metrics).toMatch(/^hearsay_state_rumors_sent_total [1-9]/m)
    for (const one of [ann, bob]) expect(await one.stop()).toBe(0)
  })
})

test('another label or key is told on both sides, as exit 7 where one asked to join', async () => {
  await inFolder(async (folder) => {
    const [a = 0, b = 0, c = 0] = await freePorts(3, OWN_PORTS)
    const address = (port: number) => `127.0.0.1:${port}`
    const label = async (name: string, port: number, words: readonly string[]) =>
      await start(name, address(port), folder, ['--join', address(port), ...words])
    const key = Buffer.alloc(32, 7).toString('base64')
    const red = await label('red', a, ['--label', 'red'])
    const blue = await label('blue', b, ['--label', 'blue'])
    const locked = await label('locked', c, ['--label', 'red', '--key', key])
    for (const [port, cause] of [
      [b, 'its label is another one'],
      [c, 'it has a key and we have none'],
    ] as const) {
      const { exit, err } = await red.ask(`join ${address(port)}`)
      expect(err).toContain(cause)
      expect(exit).toBe(7)
    }
    const findings = JSON.parse((await blue.ask('doctor --json')).out).findings
    expect(findings).toContainEqual(
      expect.objectContaining({ severity: 'warning', check: 'label' }),
    )
    for (const one of [red, blue, locked]) expect(await one.stop()).toBe(0)
  })
})
