// Whole nodes on real sockets with the real core: they find each other, tell each other
// things, notice a death and say goodbye; wrong options are all told at once.

import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, test } from 'vitest'
import { createNode, HearsayError, type Node } from '../../src/index.ts'
import { defaultName } from '../../src/node/open-node.ts'
import { loggerInto } from '../host/fake-node.ts'
import { create } from './fast-nodes.ts'

const KEY = Buffer.alloc(32, 7).toString('base64')

function next(node: Node, kind: 'member-failed' | 'member-leave' | 'user'): Promise<string> {
  return new Promise((resolve) => {
    node.on(kind, (event) => resolve('member' in event ? event.member.name : event.text))
  })
}

describe('a cluster on loopback', () => {
  test('finds itself, tells all, and agrees', async () => {
    const a = await create({ name: 'a', tags: { role: 'db' } })
    const b = await create({ name: 'b', join: a.bound })
    const c = await create({ name: 'c', join: [a.bound, b.bound] })
    await Promise.all([a, b, c].map((node) => node.ready({ atLeast: 3 })))
    expect(c.members({ tags: { role: 'db' } }).map(({ name }) => name)).toEqual(['a'])
    const heard = [next(a, 'user'), next(c, 'user')]
    const { id } = await b.broadcast('deploy', { sha: 1 })
    expect(await Promise.all(heard)).toEqual(['{"sha":1}', '{"sha":1}'])
    expect((await b.views()).groups).toHaveLength(1)
    const coverage = await a.coverage(id)
    expect(coverage.heard.map(({ name }) => name).sort()).toEqual(['a', 'b', 'c'])
    expect((await a.ping('b')).rttMs).toBeGreaterThan(0)
  })

  test('encrypts, labels and compresses without anybody noticing', async () => {
    const options = { keyring: [KEY], label: 'shop' }
    const a = await create({ name: 'a', ...options })
    const b = await create({ name: 'b', join: a.bound, ...options })
    expect(await b.ready()).toEqual({ size: 2, alone: false })
  })

  test('keeps another cluster out, and says why on the dialling side', async () => {
    const a = await create({ name: 'a', label: 'shop' })
    const b = await create({ name: 'b', label: 'staging' })
    await expect(b.join(a.bound)).rejects.toMatchObject({
      code: 'HEARSAY_JOIN_FAILED',
      reason: 'silent',
    })
  })

  test('notices a hard stop, with the case', async () => {
    const a = await create({ name: 'a' })
    const b = await create({ name: 'b', join: a.bound })
    await b.ready()
    const failed = next(a, 'member-failed')
    await b.close()
    expect(await failed).toBe('b')
    expect(a.why('b')?.advice).toContain('crashed or was killed')
  })

  test('hears a goodbye, and no failure after it', async () => {
    const a = await create({ name: 'a' })
    const left = next(a, 'member-leave')
    {
      await using b = await create({ name: 'b', join: a.bound })
      await b.ready()
    }
    expect(await left).toBe('b')
    expect(a.members().map(({ name, status }) => `${name} ${status}`)).toEqual([
      'a alive',
      'b left',
    ])
  })

  test('two nodes with the same lines find each other on neighbouring ports', async () => {
    // The label keeps it apart from agents that run on this machine.
    const lines = { bind: '127.0.0.1', join: 'localhost', label: 'neighbours-test' }
    const first = await create({ ...lines, name: 'one' })
    const second = await create({ ...lines, name: 'two' })
    await Promise.all([first.ready({ atLeast: 2 }), second.ready({ atLeast: 2 })])
    expect(first.bound).not.toBe(second.bound)
  })
})

test('a node by itself is ready at once, and ends when its signal is aborted', async () => {
  const abort = new AbortController()
  const node = await create({ name: 'a', signal: abort.signal })
  expect(await node.ready()).toEqual({ size: 1, alone: true })
  abort.abort()
  expect(await node.closed).toBeUndefined()
  await expect(create({ signal: abort.signal })).rejects.toThrow('aborted')
})

test('callbacks run in the async context they were registered in', async () => {
  const storage = new AsyncLocalStorage<string>()
  const node = await create({ name: 'a' })
  const seen = storage.run('mine', () => {
    return new Promise<string | undefined>((resolve) => {
      node.on('user', () => resolve(storage.getStore()))
    })
  })
  await node.broadcast('x')
  expect(await seen).toBe('mine')
})

test('a callback that is async and rejects ends neither the node nor the process', async () => {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => void unhandled.push(reason)
  process.on('unhandledRejection', note)
  const node = await create({ name: 'a' })
  node.on('user', async () => {
    throw new Error('mine')
  })
  const second = next(node, 'user')
  await node.broadcast('x', 'told')
  expect(await second).toBe('told')
  // Rejections without a taker are told after the microtasks of a turn.
  await new Promise((resolve) => setImmediate(resolve))
  process.off('unhandledRejection', note)
  expect(node.metrics().listener_errors_total).toBe(1)
  expect(unhandled).toEqual([])
})

test('the log warns of plaintext beyond loopback, once, and names a lacking label', async () => {
  const lines: string[] = []
  const logger = loggerInto(lines)
  await create({ name: 'a', bind: '0.0.0.0:0', logger })
  expect(lines.filter((text) => text.startsWith('warn no keyring'))).toHaveLength(1)
  expect(lines.filter((text) => text.startsWith('info no label'))).toHaveLength(1)
  lines.length = 0
  await create({ name: 'b', bind: '127.0.0.1:0', logger })
  expect(lines.filter((text) => text.includes(' no '))).toEqual([])
})

describe('wrong options', () => {
  const wrong = async (options: object): Promise<readonly string[]> => {
    const error: unknown = await createNode(options).catch((error: unknown) => error)
    if (!(error instanceof HearsayError)) throw new Error('the options were taken')
    expect(error.code).toBe('HEARSAY_CONFIG')
    return error.problems
  }

  test('are told all at once', async () => {
    const problems = await wrong({
      nam: 'a',
      name: 'a b',
      probeIntervalMs: -1,
      probeTimeout: 5,
      bind: 'not an address',
      join: ['ok', '::bad::'],
      tags: { role: 7 },
      allow: ['10.0.0.0/99'],
      logger: console.log,
      signal: 'now',
      leaveTimeoutMs: 'soon',
      keyring: ['short', Buffer.alloc(32)],
      profile: 'moon',
    })
    const words = ['nam: ', 'name: ', 'probeIntervalMs: ', 'probeTimeout: ', 'bind: ', 'join: ']
    const more = ['tags.role: ', 'allow: ', 'logger: ', 'signal: ', 'leaveTimeoutMs: ', 'profile: ']
    for (const word of [...words, ...more, 'keyring[0]: ', 'keyring[1]: ']) {
      expect(problems.filter((problem) => problem.startsWith(word))).toHaveLength(1)
    }
    expect(problems).toHaveLength(14)
    expect(problems).toContain('probeTimeout: no such option; probeTimeoutMs?')
  })

  test.each([null, 'x', 5, [], () => {}])(
    'that are no object at all (%s) are refused',
    async (all) => {
      const error = await Reflect.apply(createNode, undefined, [all]).catch((e: unknown) => e)
      expect(error).toMatchObject({ code: 'HEARSAY_CONFIG' })
      expect(String(error)).toContain('an object expected')
    },
  )

  test('with an empty keyring never mean plaintext', async () => {
    expect((await wrong({ keyring: [] })).join()).toContain('leave it out for plaintext')
  })

  test('never repeat a key', async () => {
    const problems = await wrong({ keyring: ['c2VjcmV0', 'not base64!'] })
    expect(problems.join()).not.toMatch(/c2VjcmV0|secret|not base64!/)
  })

  test.each([
    { bind: { host: '127.0.0.1', port: 70_000 } },
    { bind: { hots: '127.0.0.1' } },
    { bind: 7946 },
    { meta: 'text' },
    { meta: new Uint8Array(1), tags: {} },
    { label: 'x'.repeat(256) },
    { tags: [] },
    { keyring: KEY },
    { keyring: new Array(1) },
    { name: 5 },
    { name: null },
    { join: null },
    { join: '0.0.0.0:7946' },
    { join: ['[::]', 'ok'] },
    { join: '10.0.0.1:0' },
  ])('like %j are refused', async (options) => {
    expect(await wrong(options)).toHaveLength(1)
  })

  test('that only show after binding leave no socket behind', async () => {
    const node = await create({ name: 'a' })
    const { port } = node.self()
    await node.close()
    await wrong({ bind: `127.0.0.1:${port}`, advertise: '0.0.0.0' })
    await create({ bind: `127.0.0.1:${port}` })
  })
})

test('the default name is the host’s, with the port where it is not the usual one', () => {
  expect(defaultName('db-1.shop', 7946)).toBe('db-1.shop')
  expect(defaultName('Jo’s Mac', 7950)).toBe('Jo-s-Mac-7950')
  expect(defaultName('', 1)).toBe('node-1')
  expect(defaultName('x'.repeat(300), 7950).length).toBeLessThanOrEqual(128)
})
