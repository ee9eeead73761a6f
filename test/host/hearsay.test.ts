// A node as applications hold it, over a machine that answers as told: commands become
// promises, notices events, and every way to end leaves nothing behind.

import { describe, expect, test } from 'vitest'
import { makeConfig, type Notice, type Outcome } from '../../src/core/index.ts'
import type { Node, NodeEvent } from '../../src/host/api.ts'
import { answering, FakeMachine, row } from './fake-machine.ts'
import { heard, here, joined, loggerInto, settled, start, telling, there } from './fake-node.ts'

describe('commands', () => {
  const outcomes: Readonly<Record<string, Outcome>> = {
    broadcast: { kind: 'event', event: { ltime: 7n, name: 'deploy' } },
    ping: { kind: 'rtt', rttMs: 1.5 },
    gossip: { kind: 'full' },
    remove: { kind: 'alive' },
    send: { kind: 'unknown' },
    'set-tags': { kind: 'too-large', sizeBytes: 600, maxBytes: 512 },
  }
  const machine = () => answering(({ kind }) => outcomes[kind])

  test('start is the first of all', () => {
    expect(start(machine()).machine.commands()[0]).toEqual({ kind: 'start' })
  })

  test('resolve with what came of them', async () => {
    const { node } = start(machine())
    expect(await node.broadcast('deploy', { sha: 1 })).toEqual({ id: '7-deploy' })
    expect(await node.ping('b')).toEqual({ rttMs: 1.5 })
  })

  test('reject with a code and the next step', async () => {
    const { node } = start(machine())
    await expect(node.gossip(new Uint8Array(1))).rejects.toMatchObject({
      code: 'HEARSAY_QUEUE_FULL',
      message: expect.stringContaining('try again'),
    })
    await expect(node.remove('b')).rejects.toMatchObject({ code: 'HEARSAY_MEMBER_ALIVE' })
    await expect(node.send('b', new Uint8Array(1))).rejects.toMatchObject({
      code: 'HEARSAY_NO_SUCH_MEMBER',
    })
    await expect(node.setTags({ long: 'x'.repeat(590), short: 'x' })).rejects.toMatchObject({
      code: 'HEARSAY_TOO_LARGE',
      message: expect.stringContaining(
        '600 bytes, but at most 512 fit; the largest tags are long (594)',
      ),
    })
  })

  test('may be given up by a signal, with its reason', async () => {
    const { node } = start(new FakeMachine())
    const abort = new AbortController()
    const ping = node.ping('b', { signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(ping).rejects.toThrow('enough')
    await expect(node.ping('b', { signal: abort.signal })).rejects.toThrow('enough')
  })

  test('work when their methods are passed around', async () => {
    const { broadcast, members, metrics } = start(machine()).node
    expect(await broadcast('deploy')).toEqual({ id: '7-deploy' })
    expect(members()).toEqual([])
    expect(metrics()).toMatchObject({ probes_total: 3, queue_user: 2, packets_sent_total: 0 })
  })

  test('with wrong arguments never reach the core, and name the argument', async () => {
    const { node, machine } = start(new FakeMachine())
    const wrong: readonly (readonly [string, string, ...unknown[]])[] = [
      ['broadcast', 'name', 7],
      ['broadcast', 'name', ''],
      ['gossip', 'payload', 'text'],
      ['send', 'name', undefined, new Uint8Array(1)],
      ['send', 'payload', 'b', [1]],
      ['setTags', 'tags', ['a']],
      ['setTags', 'tags.role', { role: 1 }],
      ['setTags', 'tags.hs', { hs: '1' }],
      ['ping', 'timeoutMs', 'b', { timeoutMs: Number.NaN }],
      ['remove', 'name', null],
      ['ready', 'atLeast', { atLeast: 1.5 }],
      ['views', 'signal', { signal: {} }],
      ['coverage', "an event's id", 'deploy'],
      ['coverage', "an event's id", 5],
      ['leave', 'timeoutMs', { timeoutMs: -1 }],
      ['leave', 'options', null],
      ['broadcast', 'options', 'deploy', '', null],
      ['broadcast', 'coalesce', 'deploy', '', { coalesce: 'yes' }],
      ['send', 'reliable', 'b', new Uint8Array(1), { reliable: 1 }],
      ['setMeta', 'meta', 'text'],
      ['join', 'seeds', 5],
      ['join', 'seeds', null],
      ['join', 'seeds', ['a', 5]],
      ['join', 'options', 'a', 5],
    ]
    for (const [method, argument, ...args] of wrong) {
      const error = await Reflect.get(node, method)(...args).catch((error: unknown) => error)
      expect(error, method).toMatchObject({ code: 'HEARSAY_CONFIG' })
      expect(String(error), method).toContain(`HearsayError: ${argument}`)
    }
    expect(machine.commands()).toHaveLength(1)
  })

  test('that answer at once throw for wrong arguments, and name them', () => {
    const { node } = start(new FakeMachine())
    const nothing = () => {}
    const wrong: readonly (readonly [string, string, ...unknown[]])[] = [
      ['members', 'filter', null],
      ['members', 'filter', 'a'],
      ['members', 'filter.stauts', { stauts: 'alive' }],
      ['members', 'status', { status: 'zz' }],
      ['members', 'status', { status: ['alive', 'constructor'] }],
      ['members', 'tags', { tags: null }],
      ['members', 'tags.role', { tags: { role: 1 } }],
      ['members', 'name', { name: 5 }],
      ['why', 'name', 5],
      ['on', 'kind', 'zz', nothing],
      ['on', 'listener', 'user', 'zz'],
      ['onMessage', 'listener', undefined],
      ['events', 'options', null],
      ['events', 'kinds', { kinds: 'user' }],
      ['events', 'kind', { kinds: ['user', 'zz'] }],
      ['events', 'signal', { signal: 1 }],
      ['members', 'filter', Object.assign(() => {}, { status: 'alive' })],
      ['members', 'status', { status: Object.create(null) }],
    ]
    for (const [method, argument, ...args] of wrong) {
      const call = () => Reflect.get(node, method)(...args)
      expect(call, method).toThrow(expect.objectContaining({ code: 'HEARSAY_CONFIG' }))
      expect(call, method).toThrow(`${argument}: `)
    }
  })

  test('a payload is copied before the caller may change it', async () => {
    const { node, machine } = start(new FakeMachine())
    const payload = Uint8Array.of(1)
    node.broadcast('x', payload).catch(() => {})
    payload[0] = 9
    expect(machine.commands()[1]).toMatchObject({ payload: Uint8Array.of(1) })
    await node.close()
  })
})

describe('events', () => {
  test('reach callbacks a turn after the packet, and not after they were taken off', () => {
    const { node, clock, poke } = start(telling([heard('deploy')]))
    const got: NodeEvent[] = []
    const off = node.on('user', (event) => got.push(event))
    node.on('member-join', (event) => got.push(event))
    poke()
    expect(got).toEqual([])
    clock.settle()
    expect(got).toMatchObject([{ kind: 'user', id: '42-deploy', text: 'hi', from: 'b' }])
    off()
    poke()
    clock.settle()
    expect(got).toHaveLength(1)
  })

  test('reach iterators, which end with the node', async () => {
    const { node, poke } = start(telling([joined('b'), heard('x')]))
    const all = node.events()
    const joins = node.events({ kinds: ['member-join'] })
    poke()
    await node.close()
    const kinds: string[] = []
    for await (const { kind } of all) kinds.push(kind)
    for await (const { kind } of joins) kinds.push(kind)
    expect(kinds).toEqual(['member-join', 'user', 'member-join'])
    expect(await node.events().next()).toMatchObject({ done: true })
  })

  test('a callback that throws is logged and counted, and hurts nobody else', () => {
    const { node, clock, lines, poke } = start(telling([heard('x')]))
    let calls = 0
    node.on('user', () => {
      throw new Error('mine')
    })
    node.on('user', () => calls++)
    poke()
    clock.settle()
    expect(calls).toBe(1)
    expect(node.metrics().listener_errors_total).toBe(1)
    expect(lines).toContain('error a listener failed; the node goes on')
  })

  test('a callback whose promise is rejected is logged and counted like one that throws', async () => {
    const message: Notice = { kind: 'message', payload: Uint8Array.of(1), from: there }
    const { node, clock, lines, poke } = start(telling([heard('x'), message]))
    const reject = () => Promise.reject(new Error('mine'))
    node.on('user', reject)
    node.onMessage(reject)
    poke()
    clock.settle()
    await settled()
    expect(node.metrics().listener_errors_total).toBe(2)
    expect(lines).toContain('error a listener failed; the node goes on')
  })

  test('a logger that throws is nobody’s trouble', () => {
    const logger = loggerInto([])
    const { node, clock, poke } = start(telling([joined('b')]), {
      logger: {
        ...logger,
        info: () => {
          throw new Error('disk full')
        },
      },
    })
    let calls = 0
    node.on('member-join', () => calls++)
    poke()
    clock.settle()
    expect(calls).toBe(1)
  })

  test('callbacks keep the context they were registered in', () => {
    const { node, clock, poke } = start(telling([heard('x')]), {
      bindContext: (listener) => (value) => {
        context = 'registered'
        listener(value)
        context = ''
      },
    })
    let context = ''
    let seen = ''
    node.on('user', () => {
      seen = context
    })
    poke()
    clock.settle()
    expect(seen).toBe('registered')
  })

  test('a failure comes with the case, and with a line in the log', () => {
    const failed: Notice = {
      kind: 'member',
      change: 'failed',
      member: row('b', { status: 'dead' }),
      rejoin: false,
      evidence: [{ atMs: 1_000_000, by: 'a', kind: 'stream', outcome: 'refused' }],
    }
    const { node, clock, lines, poke } = start(telling([failed]))
    const texts: string[] = []
    node.on('member-failed', ({ why }) => texts.push(why.verdict, why.advice))
    poke()
    clock.settle()
    expect(texts[0]).toContain('b is FAILED')
    expect(texts[1]).toContain('crashed or was killed')
    expect(lines.some((line) => line.startsWith('warn b is FAILED'))).toBe(true)
  })

  test('raw messages have listeners of their own', () => {
    const message: Notice = { kind: 'message', payload: Uint8Array.of(1), from: there }
    const { node, clock, poke } = start(telling([message]))
    const got: unknown[] = []
    node.onMessage((payload, from) => got.push([...payload, from]))
    poke()
    clock.settle()
    expect(got).toEqual([[1, '127.0.0.2:7946']])
  })
})

describe('members', () => {
  const machine = () => {
    const fake = new FakeMachine()
    fake.rows.push(
      row('a', { tags: new Map([['role', 'db']]) }),
      row('b', { tags: new Map([['role', 'api']]), seenMs: 999_000 }),
      row('c', { status: 'dead' }),
    )
    return fake
  }

  test('have one time a moment, though clocks are read with an error of their own', () => {
    const { node, clock } = start(machine())
    const [, before] = node.members()
    clock.moveWall(1)
    const [, after] = node.members()
    expect(after).toMatchObject({ sinceMs: before?.sinceMs, seenMs: before?.seenMs })
  })

  test('are frozen copies in people’s words', () => {
    const { node, clock } = start(machine())
    clock.moveWall(50)
    const [, b, c] = node.members()
    expect(Object.isFrozen(b) && Object.isFrozen(b?.tags)).toBe(true)
    expect(b).toMatchObject({
      address: '10.0.0.1:7946',
      host: '10.0.0.1',
      port: 7946,
      sinceMs: 1_000_050,
      seenMs: 999_050,
      self: false,
    })
    expect(c?.status).toBe('failed')
    expect(node.self().self).toBe(true)
  })

  test('are filtered by status, tags and name together', () => {
    const { node } = start(machine())
    const names = (filter: Parameters<Node['members']>[0]) =>
      node.members(filter).map(({ name }) => name)
    expect(names({ status: 'failed' })).toEqual(['c'])
    expect(names({ status: ['alive', 'failed'] })).toEqual(['a', 'b', 'c'])
    expect(names({ tags: { role: 'api' } })).toEqual(['b'])
    expect(names({ name: /^[ab]$/g })).toEqual(['a', 'b'])
    expect(names({ name: 'a', tags: { role: 'api' } })).toEqual([])
  })

  test('unknown ones have no case', () => {
    expect(start(machine()).node.why('zoe')).toBeUndefined()
  })
})

describe('the end', () => {
  test('by close is silent, and every wait is told', async () => {
    const { node, machine } = start(new FakeMachine(), { seeds: ['s'] })
    const waiting = [node.ping('b'), node.ready(), node.broadcast('x')]
    await Promise.all([node.close(), node.close()])
    for (const one of waiting) await expect(one).rejects.toMatchObject({ code: 'HEARSAY_CLOSED' })
    await expect(node.ping('b')).rejects.toMatchObject({ code: 'HEARSAY_CLOSED' })
    await expect(node.ready()).rejects.toMatchObject({ code: 'HEARSAY_CLOSED' })
    expect(machine.commands().some(({ kind }) => kind === 'leave')).toBe(false)
    expect(await node.closed).toBeUndefined()
    await node.leave()
  })

  test('by leave says goodbye first, and disposing is leaving', async () => {
    const machine = answering(({ kind }) => (kind === 'leave' ? { kind: 'ok' } : undefined))
    const { node } = start(machine)
    await Promise.all([node.leave(), node[Symbol.asyncDispose]()])
    expect(machine.commands().filter(({ kind }) => kind === 'leave')).toEqual([
      { kind: 'leave', timeoutMs: 5_000 },
    ])
    await expect(node.broadcast('x')).rejects.toMatchObject({ code: 'HEARSAY_LEFT' })
    expect(await node.closed).toBeUndefined()
    await node.close()
  })

  test('by leave comes even if the core never answers', async () => {
    const { node, clock } = start(new FakeMachine())
    const left = node.leave({ timeoutMs: 100 })
    clock.run(1_300)
    await left
  })

  test('a wait for leaving may be given up while the leaving goes on', async () => {
    const { node, clock } = start(new FakeMachine())
    const abort = new AbortController()
    const left = node.leave({ signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(left).rejects.toThrow('enough')
    clock.run(20_000)
    expect(await node.closed).toBeUndefined()
  })

  test('comes when the signal of the options is aborted', async () => {
    const abort = new AbortController()
    const { node } = start(new FakeMachine(), { signal: abort.signal })
    abort.abort()
    expect(await node.closed).toBeUndefined()
  })

  test('comes with the error when the core breaks its own rule', async () => {
    const { node, poke, lines } = start(
      new FakeMachine((input) => {
        if (input.kind === 'sendFailed') throw new Error('broken')
        return []
      }),
    )
    poke()
    expect(await node.closed).toMatchObject({ message: 'broken' })
    expect(lines).toContain('error the core broke its own rule; this node has ended')
    await expect(node.ping('b')).rejects.toMatchObject({ code: 'HEARSAY_CLOSED' })
  })
})

test('the options in force are plain data without keys', async () => {
  const keyring = [new Uint8Array(32).fill(7)]
  const { node } = start(new FakeMachine(), {
    config: makeConfig({ name: 'a', advertise: here, keyring, label: 'shop' }),
  })
  const config = node.config()
  expect(config).toMatchObject({ name: 'a', label: 'shop', encrypted: true, probeIntervalMs: 1000 })
  expect(JSON.stringify(config)).not.toContain('7,7')
})
