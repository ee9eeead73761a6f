// `hearsay kv`: what it prints for people, pipes and programs, and how it ends.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { VALUE_BYTES_MAX } from '../../src/agent/http/state-shapes.ts'
import { run } from '../../src/agent/run.ts'
import { VALUE_BYTES_MAX as CORE_VALUE_BYTES_MAX } from '../../src/core/wire/state-limits.ts'
import { type RunningAgent, startAmongOthers } from './support/running-agent.ts'
import { inFolder, partsOf, Terminal } from './support/terminal.ts'

const terminal = { isTerminal: true, env: { NO_COLOR: '1' } }
const bytes = (text: string) => new TextEncoder().encode(text)

async function withKeys(): Promise<RunningAgent> {
  const agent = await startAmongOthers()
  const { state } = agent.world
  state.perform('ann', { kind: 'state-set', key: 'role', value: bytes('search') })
  state.perform('bob', { kind: 'state-set', key: 'role', value: bytes('api'), ttlMs: 30_000 })
  state.perform('bob', { kind: 'state-set', key: 'cert', value: Uint8Array.of(0xff, 0, 0x0a) })
  state.perform('dan', { kind: 'state-set', key: 'role', value: bytes('work') })
  return agent
}

describe('kv ls', () => {
  test('lists the keys of all that are there, with the beginning of what they hold', async () => {
    await using agent = await withKeys()
    const { out, err } = await agent.ask('kv ls --nodes', terminal)
    expect(out).toMatchInlineSnapshot(`
      "KEY   NODE  VERSION  SIZE  ENDS IN  VALUE
      role  ann   1        6 B   -        search
      cert  bob   3        3 B   -        bytes
      role  bob   2        3 B   30s      api
      "
    `)
    expect(err).toContain('3 keys')
  })

  test('lists the own keys, those of one member, and those with a prefix', async () => {
    await using agent = await withKeys()
    expect((await agent.ask('kv ls --own -o name')).out).toBe('role\n')
    expect((await agent.ask('kv ls --node bob -o name')).out).toBe('cert\nrole\n')
    expect((await agent.ask('kv ls ro --node bob -o name')).out).toBe('role\n')
  })

  test('lists what a member left behind that is gone', async () => {
    await using agent = await withKeys()
    expect((await agent.ask('kv ls --node dan -o name')).out).toBe('role\n')
    expect((await agent.ask('kv ls --nodes -o name')).out).toBe('role\ncert\nrole\n')
  })

  test('is JSON with version and kind, and one object a line', async () => {
    await using agent = await withKeys()
    const list = JSON.parse((await agent.ask('kv ls --node bob --json')).out)
    expect(list).toMatchObject({ apiVersion: 'hearsay/v1', kind: 'StateKeyList', more: 0 })
    expect(list.keys[1]).toEqual({
      node: 'bob',
      key: 'role',
      version: 2,
      sizeBytes: 3,
      preview: 'api',
      expires: '2026-01-02T03:04:35.678Z',
    })
    const { out } = await agent.ask('kv ls --node bob -o ndjson')
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).key),
    ).toEqual(['cert', 'role'])
  })

  test('says how many more there are', async () => {
    await using agent = await withKeys()
    const { out, err } = await agent.ask('kv ls --nodes --limit 1 -o wide', terminal)
    expect(out.split('\n')).toHaveLength(3)
    expect(err).toContain('1 key, and 2 more')
  })

  test('of one place at a time, with a limit that makes sense', async () => {
    await using agent = await withKeys()
    expect((await agent.ask('kv ls --own --node bob')).exit).toBe(2)
    expect((await agent.ask('kv ls --node zoe')).exit).toBe(6)
    expect((await agent.ask('kv ls --own --limit 0')).exit).toBe(2)
  })

  test('what others wrote cannot move the cursor or forge a row', async () => {
    await using agent = await withKeys()
    const value = bytes('\u001b[2Jx\nrole  ann  \u202e')
    agent.world.state.perform('bob', { kind: 'state-set', key: 'a\u001b\nb', value })
    for (const words of ['kv ls --nodes', 'kv get role --own', 'kv ls --nodes --json']) {
      for (const options of [terminal, {}]) {
        const { out } = await agent.ask(words, options)
        expect(out.replaceAll(/[\t\n]/g, '')).not.toMatch(/[\p{Cc}\p{Cf}]/u)
      }
    }
  })
})

describe('kv get', () => {
  test('prints the bytes as they are in a pipe', async () => {
    await using agent = await withKeys()
    expect(Buffer.from((await agent.ask('kv get role --own')).bytes).toString()).toBe('search')
    const cert = await agent.ask('kv get cert --node bob')
    expect([...cert.bytes]).toEqual([0xff, 0, 0x0a])
    expect(cert).toMatchObject({ exit: 0, out: '', err: '' })
  })

  test('prints harmless text on a terminal, line by line, and no bytes', async () => {
    await using agent = await withKeys()
    const value = bytes('one\n\u001b[2Jtwo\n')
    agent.world.state.perform('ann', { kind: 'state-set', key: 'text', value })
    expect((await agent.ask('kv get text --own', terminal)).out).toBe('one\n\\u{1b}[2Jtwo\n')
    const cert = await agent.ask('kv get cert --node bob', terminal)
    expect(cert).toMatchObject({ exit: 1, out: '' })
    expect(cert.err).toContain('3 bytes that are no text')
  })

  test('is all that is known of the key in JSON', async () => {
    await using agent = await withKeys()
    expect(JSON.parse((await agent.ask('kv get cert --node bob -o json')).out)).toEqual({
      apiVersion: 'hearsay/v1',
      kind: 'StateKey',
      node: 'bob',
      key: 'cert',
      version: 3,
      sizeBytes: 3,
      text: null,
      valueBase64: '/wAK',
      expires: null,
    })
  })

  test('is exit 6 where there is no such key or member', async () => {
    await using agent = await withKeys()
    const missing = await agent.ask('kv get rule --own')
    expect(missing).toMatchObject({ exit: 6, out: '' })
    expect(missing.err).toContain('there is no key "rule"')
    expect((await agent.ask('kv get role --node zoe')).exit).toBe(6)
    expect((await agent.ask('kv get role')).exit).toBe(6)
  })
})

describe('kv set', () => {
  test('takes the value from the command line, from standard input or from a file', async () => {
    await using agent = await withKeys()
    const read = async () => [...(await agent.ask('kv get k --own')).bytes]
    expect((await agent.ask('kv set k v1 --own')).exit).toBe(0)
    expect(await read()).toEqual([...bytes('v1')])
    const input = Uint8Array.of(0, 0xff, 0x0a)
    expect((await agent.ask('kv set k - --own', { input })).exit).toBe(0)
    expect(await read()).toEqual([...input])
    await inFolder(async (folder) => {
      const file = join(folder, 'value')
      writeFileSync(file, Uint8Array.of(7, 8, 9))
      expect((await agent.ask(['kv', 'set', 'k', '--file', file, '--own'])).exit).toBe(0)
      expect((await agent.ask(['kv', 'set', 'k', '--file', `${file}2`, '--own'])).exit).toBe(1)
    })
    expect(await read()).toEqual([7, 8, 9])
    expect((await agent.ask(['kv', 'set', 'k', '', '--own'])).exit).toBe(0)
    expect(await read()).toEqual([])
  })

  test('any key of UTF-8 is the same key again', async () => {
    await using agent = await withKeys()
    for (const key of ['a/b', 'ключ 1', '100%', '%2F', '?#&=+', '...', '\u{1f600}', '-- x']) {
      expect((await agent.ask(['kv', 'set', '--own', '--', key, key])).exit).toBe(0)
      const { bytes: got } = await agent.ask(['kv', 'get', '--own', '--', key])
      expect(Buffer.from(got).toString()).toBe(key)
    }
    expect((await agent.ask('kv get .. --own')).exit).toBe(2)
  })

  test('--as json refuses what is none, before anything is sent', async () => {
    await using agent = await withKeys()
    const wrong = await agent.ask('kv set k {x --as json --own')
    expect(wrong).toMatchObject({ exit: 2, err: expect.stringContaining('no JSON') })
    expect((await agent.ask('kv set k {"x":1} --as json --own')).exit).toBe(0)
    const input = Uint8Array.of(0xff)
    expect((await agent.ask('kv set k - --as text --own', { input })).exit).toBe(2)
  })

  test('--ttl lets it end', async () => {
    await using agent = await withKeys()
    expect((await agent.ask('kv set k v --own --ttl 30s')).exit).toBe(0)
    const { expires } = JSON.parse((await agent.ask('kv get k --own --json')).out)
    expect(expires).toBe('2026-01-02T03:04:35.678Z')
    expect((await agent.ask('kv set k v --own --ttl soon')).exit).toBe(2)
  })

  test('tells what came of it, in JSON too', async () => {
    await using agent = await withKeys()
    expect((await agent.ask('kv set k v --own')).err).toBe('set k\n')
    expect(JSON.parse((await agent.ask('kv set k vv --own --json')).out)).toMatchObject({
      kind: 'StateWritten',
      node: 'ann',
      key: 'k',
      version: 6,
      sizeBytes: 2,
    })
  })

  test('64 KiB go, one byte more does not', async () => {
    expect(VALUE_BYTES_MAX).toBe(CORE_VALUE_BYTES_MAX)
    await using agent = await withKeys()
    const value = (size: number) => ({ input: new Uint8Array(size).fill(0x61) })
    expect((await agent.ask('kv set k - --own', value(65_536))).exit).toBe(0)
    expect((await agent.ask('kv set k -', value(65_536))).exit).toBe(0)
    for (const words of ['kv set k - --own', 'kv set k -']) {
      const refused = await agent.ask(words, value(65_537))
      expect(refused.exit).toBe(1)
      expect(refused.err).toContain('a value may have 65536 bytes')
    }
  })

  test('one value is expected, for no other member', async () => {
    await using agent = await withKeys()
    for (const words of [
      'kv set k --own',
      'kv set k v --file f --own',
      'kv set k v --own --map m',
    ]) {
      expect((await agent.ask(words)).exit).toBe(2)
    }
    expect(await agent.ask('kv set k v --own --dry-run')).toMatchObject({
      exit: 0,
      out: 'would set k to 1 byte\n',
    })
    expect((await agent.ask('kv get k --own')).exit).toBe(6)
  })
})

describe('kv rm', () => {
  test('asks first; none is 6', async () => {
    await using agent = await withKeys()
    expect((await agent.ask('kv rm role --own')).exit).toBe(2)
    expect((await agent.ask('kv rm role --own', { ...terminal, answer: 'n' })).exit).toBe(1)
    expect((await agent.ask('kv get role --own')).exit).toBe(0)
    expect((await agent.ask('kv rm role --own --dry-run')).out).toBe(
      'would delete role, which holds 6 bytes\n',
    )
    expect((await agent.ask('kv rm role --own --yes')).exit).toBe(0)
    expect((await agent.ask('kv get role --own')).exit).toBe(6)
    expect((await agent.ask('kv rm role --own --yes')).exit).toBe(6)
    expect((await agent.ask('kv rm role --yes')).exit).toBe(6)
  })
})

describe('kv watch', () => {
  async function following(agent: RunningAgent, words: string, isTerminal: boolean) {
    const screen = new Terminal(agent.world, { env: { ...agent.env, NO_COLOR: '1' }, isTerminal })
    const ended = run(words.split(' '), screen.io, partsOf(agent.world))
    await screen.until(({ err }) => err.includes('following') || err.includes('error'))
    return { screen, ended }
  }

  test('prints one line a change, of the keys that are asked for', async () => {
    await using agent = await withKeys()
    const { screen, ended } = await following(agent, 'kv watch ro --nodes --count 2', true)
    const { state } = agent.world
    state.perform('bob', { kind: 'state-set', key: 'other', value: bytes('x') })
    state.perform('bob', { kind: 'state-set', key: 'role', value: bytes('a\u001bb') })
    state.perform('ann', { kind: 'state-delete', key: 'role' })
    expect(await ended).toBe(0)
    const lines = screen.out.split('\n').map((line) => line.slice('00:00:00.000  '.length))
    expect(lines).toEqual(['set     bob  role = a\\u{1b}b', 'delete  ann  role', ''])
  })

  test('is one object a line in a pipe, and --own is the agent alone', async () => {
    await using agent = await withKeys()
    const { screen, ended } = await following(agent, 'kv watch --own --initial --count 2', false)
    agent.world.state.perform('bob', { kind: 'state-delete', key: 'role' })
    agent.world.state.perform('ann', { kind: 'state-delete', key: 'role' })
    expect(await ended).toBe(0)
    const items = screen.out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line))
    expect(items).toMatchObject([
      { kind: 'state-set', node: 'ann', key: 'role', text: 'search', valueBase64: 'c2VhcmNo' },
      { kind: 'state-delete', node: 'ann', key: 'role' },
    ])
  })

  test('ends with 130 by Ctrl-C, and with 5 if --count did not come in time', async () => {
    await using agent = await withKeys()
    const { screen, ended } = await following(agent, 'kv watch --node bob', true)
    screen.signal('SIGINT')
    expect(await ended).toBe(130)
    const ends = await Promise.all([
      agent.ask('kv watch --nodes --count 1 --timeout 2s'),
      agent.ask('kv watch --nodes --timeout 2s'),
    ])
    expect(ends.map(({ exit }) => exit)).toEqual([5, 0])
  })
})

describe('shared maps', () => {
  test('are what kv means unless told otherwise: set, get, list, delete', async () => {
    await using agent = await withKeys()
    expect(await agent.ask('kv set limit 100')).toMatchObject({ exit: 0, err: 'set limit\n' })
    expect(Buffer.from((await agent.ask('kv get limit')).bytes).toString()).toBe('100')
    expect((await agent.ask('kv get limit --map other')).exit).toBe(6)
    await agent.ask('kv set limit 200 --map other --ttl 1m')
    agent.world.nowMs += 5000
    expect((await agent.ask('kv ls --map other', terminal)).out).toMatchInlineSnapshot(`
      "KEY    WRITER  AGE   SIZE  ENDS IN  VALUE
      limit  ann     5.0s  3 B   55s      200
      "
    `)
    expect((await agent.ask('kv ls -o name')).out).toBe('limit\n')
    expect(JSON.parse((await agent.ask('kv get limit --json')).out)).toEqual({
      apiVersion: 'hearsay/v1',
      kind: 'SharedKey',
      map: 'kv',
      key: 'limit',
      sizeBytes: 3,
      text: '100',
      valueBase64: 'MTAw',
      writer: 'ann',
      written: '2026-01-02T03:04:05.678Z',
      slots: 1,
      expires: null,
      lease: false,
    })
    expect((await agent.ask('kv rm limit --yes')).exit).toBe(0)
    expect((await agent.ask('kv get limit')).exit).toBe(6)
    expect((await agent.ask('kv rm limit --yes')).exit).toBe(6)
  })

  test('--acks waits for others; too few of them in time are exit 5', async () => {
    await using agent = await withKeys()
    expect(await agent.ask('kv set k v --acks majority')).toMatchObject({
      exit: 0,
      err: 'set k, held by 2 members\n',
    })
    const few = await agent.ask('kv set k v2 --acks 3')
    expect(few.exit).toBe(5)
    expect(few.err).toContain('2 of 3 members are known to hold it; the write stays')
    expect((await agent.ask('kv set k v --own --acks 2')).exit).toBe(0)
    expect((await agent.ask('kv rm k --yes --acks 3')).exit).toBe(5)
    for (const acks of ['0', 'all', '-1']) {
      expect((await agent.ask(['kv', 'set', 'k', 'v', '--acks', acks])).exit).toBe(2)
    }
  })

  test('--sync catches up with others before reading; too few of them are exit 5', async () => {
    await using agent = await withKeys()
    await agent.ask('kv set k v')
    for (const words of ['get k', 'ls', 'count c', 'members s', 'get role --node bob']) {
      expect((await agent.ask(`kv ${words} --sync majority`)).exit).toBe(0)
      const few = await agent.ask(`kv ${words} --sync 2`)
      expect(few).toMatchObject({ exit: 5, out: '' })
      expect(few.err).toMatch(/^error: too few members answered\n.*hearsay members/)
      expect((await agent.ask(`kv ${words} --sync all`)).exit).toBe(2)
    }
  })

  test('are followed by kv watch', async () => {
    await using agent = await withKeys()
    await agent.ask('kv set a 1')
    const screen = new Terminal(agent.world, {
      env: { ...agent.env, NO_COLOR: '1' },
      isTerminal: true,
    })
    const words = ['kv', 'watch', '--initial', '--count', '3']
    const ended = run(words, screen.io, partsOf(agent.world))
    await screen.until(({ err }) => err.includes('following'))
    await agent.ask('kv set b 2')
    await agent.ask('kv set b 3 --map other')
    await agent.ask('kv rm a --yes')
    expect(await ended).toBe(0)
    const lines = screen.out.split('\n').map((line) => line.slice('00:00:00.000  '.length))
    expect(lines).toEqual(['set     a = 1', 'set     b = 2', 'delete  a', ''])
  })
})

describe('counters and sets', () => {
  test('kv incr adds and prints the sum, kv count prints it', async () => {
    await using agent = await withKeys()
    expect((await agent.ask('kv count visits')).out).toBe('0\n')
    expect((await agent.ask('kv incr visits')).out).toBe('1\n')
    expect((await agent.ask('kv incr visits 10')).out).toBe('11\n')
    expect((await agent.ask('kv incr visits -- -3')).out).toBe('8\n')
    expect(JSON.parse((await agent.ask('kv incr visits 2 --acks 2 --json')).out)).toEqual({
      apiVersion: 'hearsay/v1',
      kind: 'Counter',
      name: 'visits',
      value: 10,
      acked: 2,
      needed: 2,
    })
    expect((await agent.ask('kv incr visits 1.5')).exit).toBe(2)
    expect((await agent.ask(`kv incr visits ${'9'.repeat(17)}`)).exit).toBe(2)
    expect((await agent.ask('kv count visits')).out).toBe('10\n')
  })

  test('kv add, remove and members change and print a set', async () => {
    await using agent = await withKeys()
    expect((await agent.ask(['kv', 'add', 'blocked', '10.0.0.9', 'a/b c', 'x'])).exit).toBe(0)
    expect((await agent.ask('kv members blocked')).out).toBe('10.0.0.9\na/b c\nx\n')
    expect((await agent.ask('kv remove blocked x')).exit).toBe(0)
    const missing = await agent.ask('kv remove blocked x')
    expect(missing.exit).toBe(6)
    expect(missing.err).toContain('"x" is not in the set "blocked"')
    expect(missing.err).toContain('hearsay kv members')
    const set = JSON.parse((await agent.ask('kv members blocked --json')).out)
    expect(set).toMatchObject({ kind: 'Set', name: 'blocked', elements: ['10.0.0.9', 'a/b c'] })
    expect((await agent.ask('kv add blocked')).exit).toBe(2)
  })
})

describe('kv explain', () => {
  test('tells what a key is made of, and who has not heard', async () => {
    await using agent = await withKeys()
    await agent.ask('kv set limit 100')
    await agent.ask('kv incr visits 3')
    await agent.ask('kv add blocked x')
    const { out } = await agent.ask('kv explain limit', terminal)
    expect(out).toMatchInlineSnapshot(`
      "set by ann 0 ms ago; made of one slot
      NODE            LIFE  VERSION  SAYS                 SAID BY TOO  NOT HEARD BY
      ann (this one)  1     7        set by ann 0 ms ago  -            cat
      "
    `)
    const counter = JSON.parse((await agent.ask('kv explain visits --type counter --json')).out)
    expect(counter).toMatchObject({
      kind: 'StateExplanation',
      type: 'counter',
      name: 'visits',
      key: '',
      slots: [{ node: 'ann', version: 7, self: true, unheard: ['cat'] }],
    })
    expect((await agent.ask('kv explain x --type set --map blocked')).exit).toBe(0)
  })

  test('is exit 6 for what nobody knows, and 2 for what makes no sense', async () => {
    await using agent = await withKeys()
    const none = await agent.ask('kv explain limit')
    expect(none).toMatchObject({ exit: 6, out: '' })
    expect(none.err).toContain('nothing is known of limit in the map kv')
    expect((await agent.ask('kv explain x --type set')).exit).toBe(2)
    expect((await agent.ask('kv explain x --type counters')).err).toContain('did you mean counter?')
  })
})

test('kv stats tells how much is held', async () => {
  await using agent = await withKeys()
  expect((await agent.ask('kv stats')).out).toMatch(/^streams\t3\t/m)
  expect(JSON.parse((await agent.ask('kv stats --json')).out)).toMatchObject({
    kind: 'StateStats',
    streams: 3,
    own: null,
  })
})

test('kv alone, or with a word that is none, says what there is', async () => {
  await using agent = await withKeys()
  expect(await agent.ask('kv')).toMatchObject({
    exit: 2,
    err: expect.stringContaining('ls, get, set, rm, watch, incr,'),
  })
  expect((await agent.ask('kv gett role')).err).toContain('did you mean kv get?')
  expect((await agent.ask('help kv set')).out).toContain('--ttl <duration>')
})
