// The state routes over HTTP: values as JSON, as text and as bytes, names in paths, the door,
// and the watch with its resuming and its gaps.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { valueFormOf } from '../../src/agent/http/accept.ts'
import { type RunningAgent, startAmongOthers } from './support/running-agent.ts'

const BYTES = 'application/octet-stream'

async function put(
  agent: RunningAgent,
  key: string,
  body: string | Uint8Array<ArrayBuffer>,
  { type = BYTES, query = '', token = agent.token } = {},
): Promise<Response> {
  const url = `${agent.url}/v1/state/own/keys/${encodeURIComponent(key)}${query}`
  const headers = { 'Content-Type': type, Authorization: `Bearer ${token}` }
  return await fetch(url, { method: 'PUT', headers, body })
}

async function get(agent: RunningAgent, path: string, accept?: string): Promise<Response> {
  const headers: Record<string, string> = accept === undefined ? {} : { Accept: accept }
  return await fetch(`${agent.url}/v1/state/${path}`, { headers })
}

const codeOf = async (response: Response) => {
  const { error } = JSON.parse(await response.text())
  return [response.status, error.code]
}

describe('a value', () => {
  test('comes back byte for byte, whatever bytes and whatever key', async () => {
    await using agent = await startAmongOthers()
    const key = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 })
    const named = key.filter((one) => one !== '.' && one !== '..')
    await fc.assert(
      fc.asyncProperty(named, fc.uint8Array({ maxLength: 200 }), async (name, value) => {
        expect((await put(agent, name, value.slice())).status).toBe(200)
        const path = `own/keys/${encodeURIComponent(name)}`
        const answer = await get(agent, path, BYTES)
        expect(answer.headers.get('content-type')).toBe(BYTES)
        expect(new Uint8Array(await answer.arrayBuffer())).toEqual(value)
        const json = JSON.parse(await (await get(agent, path)).text())
        expect(json).toMatchObject({ kind: 'StateKey', node: 'ann', key: name })
        expect(Uint8Array.from(Buffer.from(json.valueBase64, 'base64'))).toEqual(value)
      }),
      { numRuns: 30, seed: 20 },
    )
  })

  test('of text is given as text, and one of bytes is not', async () => {
    await using agent = await startAmongOthers()
    await put(agent, 'k', '\ufeffgrüße\u0000', { type: 'text/plain' })
    const answer = await get(agent, 'nodes/ann/keys/k', 'text/plain')
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
    const bytes = Buffer.from(await answer.arrayBuffer())
    expect(bytes.toString()).toBe('\ufeffgrüße\u0000')
    await put(agent, 'k', Uint8Array.of(0xff))
    expect(await codeOf(await get(agent, 'own/keys/k', 'text/plain'))).toEqual([
      406,
      'not-acceptable',
    ])
    expect((await get(agent, 'own/keys/k', 'image/png')).status).toBe(406)
  })

  test('must be what its media type says', async () => {
    await using agent = await startAmongOthers()
    const status = async (body: string | Uint8Array<ArrayBuffer>, type: string) =>
      (await put(agent, 'k', body, { type })).status
    expect(await status('{"a": 1}', 'application/json')).toBe(200)
    const kept = await get(agent, 'own/keys/k', BYTES)
    expect(await kept.text()).toBe('{"a": 1}')
    expect(await status('{"a":', 'application/json')).toBe(400)
    expect(await status('', 'application/json')).toBe(400)
    expect(await status(`${'['.repeat(40)}${']'.repeat(40)}`, 'application/json')).toBe(400)
    expect(await status(Uint8Array.of(0xff), 'text/plain')).toBe(400)
    expect(await status('x', 'text/html')).toBe(415)
    expect(await status('x', 'text/plain; charset=latin1')).toBe(415)
    expect(await status('a=b', 'application/x-www-form-urlencoded')).toBe(415)
  })

  test('of 64 KiB goes; one more is too large, and a body beyond 96 KiB is not read', async () => {
    await using agent = await startAmongOthers()
    const code = async (size: number) => {
      const answer = await put(agent, 'k', new Uint8Array(size))
      return answer.status === 200 ? [200] : await codeOf(answer)
    }
    expect(await code(65_536)).toEqual([200])
    expect(await code(65_537)).toEqual([413, 'HEARSAY_TOO_LARGE'])
    expect(await code(98_304)).toEqual([413, 'HEARSAY_TOO_LARGE'])
    expect(await code(98_305)).toEqual([413, 'body-too-large'])
    expect(await code(1_048_576)).toEqual([413, 'body-too-large'])
    const answer = await put(agent, 'k', new Uint8Array(98_305))
    expect(await answer.text()).toContain('a value may have 65536 bytes')
  })

  test('may end by itself, within a year', async () => {
    await using agent = await startAmongOthers()
    const answer = await put(agent, 'k', 'v', { query: '?ttlMs=1500' })
    expect(JSON.parse(await answer.text())).toMatchObject({
      kind: 'StateWritten',
      version: 1,
      expires: '2026-01-02T03:04:07.178Z',
    })
    for (const ttl of ['0', '-1', '1.5', 'soon', '31536000001', '9'.repeat(40)]) {
      expect((await put(agent, 'k', 'v', { query: `?ttlMs=${ttl}` })).status).toBe(400)
    }
  })
})

describe('who may', () => {
  test('set and delete need the token, reading does not', async () => {
    await using agent = await startAmongOthers()
    expect((await put(agent, 'k', 'v', { token: 'guess' })).status).toBe(401)
    expect((await get(agent, 'own/keys')).status).toBe(200)
    await put(agent, 'k', 'v')
    const url = `${agent.url}/v1/state/own/keys/k`
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(401)
    const headers = { Authorization: `Bearer ${agent.token}` }
    expect((await fetch(url, { method: 'DELETE', headers })).status).toBe(200)
    expect(await codeOf(await fetch(url, { method: 'DELETE', headers }))).toEqual([
      404,
      'no-such-key',
    ])
  })

  test('a page of another origin may neither change nor read', async () => {
    await using agent = await startAmongOthers()
    const url = `${agent.url}/v1/state/own/keys/k`
    for (const method of ['PUT', 'DELETE', 'OPTIONS', 'GET']) {
      const headers = {
        Origin: 'http://evil.example',
        Authorization: `Bearer ${agent.token}`,
        'Content-Type': 'text/plain',
      }
      expect((await fetch(url, { method, headers })).status).toBe(403)
    }
  })

  test('nobody writes the keys of another member', async () => {
    await using agent = await startAmongOthers()
    const url = `${agent.url}/v1/state/nodes/bob/keys/k`
    const headers = { 'Content-Type': BYTES, Authorization: `Bearer ${agent.token}` }
    expect((await fetch(url, { method: 'PUT', headers, body: 'x' })).status).toBe(405)
  })
})

describe('the watch', () => {
  test('gives changes with ids, and resumes after the last one heard', async () => {
    await using agent = await startAmongOthers()
    await using first = await Watching.of(agent, 'prefix=a')
    await put(agent, 'b', 'not asked for')
    await put(agent, 'a1', 'one')
    const [heard] = await first.take(1)
    expect(heard).toMatchObject({
      event: 'state-set',
      data: { key: 'a1', text: 'one', version: 2 },
    })
    await put(agent, 'a2', 'two')
    await put(agent, 'a3', 'three')
    await using again = await Watching.of(agent, 'prefix=a', heard?.id)
    expect((await again.take(2)).map(({ data }) => data.key)).toEqual(['a2', 'a3'])
  })

  test('begins with what there is if asked, of the members that are asked for', async () => {
    await using agent = await startAmongOthers()
    const { state } = agent.world
    state.perform('bob', { kind: 'state-set', key: 'role', value: Uint8Array.of(0xff) })
    await put(agent, 'role', 'v')
    await using all = await Watching.of(agent, 'initial=true')
    const there = await all.take(2)
    expect(there.map(({ data }) => [data.node, data.text])).toEqual([
      ['ann', 'v'],
      ['bob', null],
    ])
    expect(there.map(({ id }) => id)).toEqual([undefined, undefined])
    await using bobs = await Watching.of(agent, 'initial=true&node=bob')
    expect((await bobs.take(1))[0]?.data).toMatchObject({ node: 'bob', valueBase64: '/w==' })
    state.perform('bob', { kind: 'state-delete', key: 'role' })
    expect((await bobs.take(1))[0]).toMatchObject({ event: 'state-delete' })
  })

  test('tells a gap to a reader whose place is gone, and begins anew if asked', async () => {
    await using agent = await startAmongOthers()
    await using first = await Watching.of(agent, '')
    await put(agent, 'k', 'v0')
    const [heard] = await first.take(1)
    const large = new Uint8Array(60_000).fill(0xff)
    for (let n = 1; n <= 20; n++) await put(agent, 'k', large)
    await using lost = await Watching.of(agent, '', heard?.id)
    expect((await lost.take(1))[0]).toMatchObject({ event: 'gap', data: { missed: 7 } })
    await using anew = await Watching.of(agent, 'initial=true', heard?.id)
    const [gap, set] = await anew.take(2)
    expect([gap?.event, set?.event, set?.data.version]).toEqual(['gap', 'state-set', 21])
    await using strange = await Watching.of(agent, '', 'ffffffff-3')
    expect((await strange.take(1))[0]?.event).toBe('gap')
  })

  test('refuses what it does not understand, to HEAD as to GET', async () => {
    await using agent = await startAmongOthers()
    const queries = ['', 'map=m', 'initial=yes', 'map=m&node=bob', `map=${'x'.repeat(300)}`]
    for (const query of queries) {
      const { status, headers, body } = await get(agent, `watch?${query}`)
      await body?.cancel()
      expect(status).toBe(queries.indexOf(query) < 2 ? 200 : 400)
      const url = `${agent.url}/v1/state/watch?${query}`
      const head = await fetch(url, { method: 'HEAD' })
      const type = headers.get('content-type')
      expect([query, head.status, head.headers.get('content-type')]).toEqual([query, status, type])
    }
  })
})

describe('shared values', () => {
  const change = async (agent: RunningAgent, method: string, path: string, body?: string) => {
    const type = body === undefined ? {} : { 'Content-Type': 'application/json' }
    const headers = { ...type, Authorization: `Bearer ${agent.token}` }
    const init = body === undefined ? { method, headers } : { method, headers, body }
    const answer = await fetch(`${agent.url}/v1/state/${path}`, init)
    return { status: answer.status, body: JSON.parse(await answer.text()) }
  }
  const read = async (agent: RunningAgent, path: string) =>
    JSON.parse(await (await get(agent, path)).text())

  test('of a map come back byte for byte, with who wrote them and when', async () => {
    await using agent = await startAmongOthers()
    expect((await change(agent, 'PUT', 'maps/cfg/a%2Fb', '{"x": 1}')).body).toEqual({
      apiVersion: 'hearsay/v1',
      kind: 'SharedWritten',
      map: 'cfg',
      key: 'a/b',
      acked: 1,
      needed: 1,
    })
    const answer = await get(agent, 'maps/cfg/a%2Fb', BYTES)
    expect(await answer.text()).toBe('{"x": 1}')
    expect(await read(agent, 'maps/cfg')).toMatchObject({
      kind: 'SharedKeyList',
      map: 'cfg',
      keys: [{ key: 'a/b', sizeBytes: 8, writer: 'ann', written: '2026-01-02T03:04:05.678Z' }],
      more: 0,
    })
    expect((await change(agent, 'DELETE', 'maps/cfg/a%2Fb')).status).toBe(200)
    expect(await codeOf(await get(agent, 'maps/cfg/a%2Fb'))).toEqual([404, 'no-such-key'])
    expect((await change(agent, 'DELETE', 'maps/cfg/a%2Fb')).status).toBe(404)
  })

  test('of a map are leases if asked', async () => {
    await using agent = await startAmongOthers()
    const write = async (query: string) => await change(agent, 'PUT', `maps/m/k?${query}`, '1')
    for (const lease of [true, false]) {
      expect((await write(`lease=${lease}`)).status).toBe(200)
      expect(await read(agent, 'maps/m/k')).toMatchObject({ lease })
      expect((await read(agent, 'maps/m')).keys).toMatchObject([{ lease }])
    }
    expect((await write('lease=yes')).status).toBe(400)
  })

  test('wait for acknowledgements if asked', async () => {
    await using agent = await startAmongOthers()
    const write = async (query: string) => await change(agent, 'PUT', `maps/m/k?${query}`, '1')
    expect((await write('acks=majority')).body).toMatchObject({ acked: 2, needed: 2 })
    expect((await write('acks=5&timeoutMs=100')).body).toMatchObject({ acked: 2, needed: 5 })
    for (const query of ['acks=0', 'acks=most', 'timeoutMs=0', 'timeoutMs=60001', 'ttlMs=-1']) {
      expect((await write(query)).status).toBe(400)
    }
  })

  test('count, are sets, flags and extremes', async () => {
    await using agent = await startAmongOthers()
    expect((await change(agent, 'POST', 'counters/hits', '{}')).body.value).toBe(1)
    expect((await change(agent, 'POST', 'counters/hits', '{"by":-3}')).body.value).toBe(-2)
    expect((await change(agent, 'POST', 'counters/hits', '{"by":0.5}')).status).toBe(400)
    expect((await change(agent, 'POST', 'counters/hits')).status).toBe(415)
    expect(await read(agent, 'counters/hits')).toMatchObject({ kind: 'Counter', value: -2 })
    expect((await change(agent, 'PUT', 'sets/tags/a%2Fb')).status).toBe(200)
    expect((await read(agent, 'sets/tags')).elements).toEqual(['a/b'])
    expect((await change(agent, 'DELETE', 'sets/tags/a%2Fb')).status).toBe(200)
    expect((await read(agent, 'sets/tags')).elements).toEqual([])
    expect((await read(agent, 'flags/done')).raised).toBe(false)
    expect((await change(agent, 'PUT', 'flags/done')).status).toBe(200)
    expect((await read(agent, 'flags/done')).raised).toBe(true)
    expect((await read(agent, 'max/peak')).value).toBe(null)
    for (const value of [3, 7, 5]) {
      await change(agent, 'POST', 'max/peak', JSON.stringify({ value }))
      await change(agent, 'POST', 'min/low', JSON.stringify({ value }))
    }
    expect((await read(agent, 'max/peak')).value).toBe(7)
    expect((await read(agent, 'min/low')).value).toBe(3)
    expect((await change(agent, 'POST', 'max/peak', '{"value":1e999}')).status).toBe(400)
    expect((await change(agent, 'POST', 'max/peak', '{}')).status).toBe(400)
  })

  test('that are flags are never lowered, and what is sent as if they were is refused', async () => {
    await using agent = await startAmongOthers()
    const path = 'flags/done'
    for (const body of ['false', '{"raised":false}', '0', 'null', '[]', '""', '{"value":true}']) {
      const { status, body: answer } = await change(agent, 'PUT', path, body)
      expect([body, status]).toEqual([body, 400])
      if (body === 'false') expect(answer.error.message).toContain('set a key of a map')
    }
    expect((await read(agent, path)).raised).toBe(false)
    for (const body of ['true', '{"raised":true}', '{}', undefined]) {
      expect((await change(agent, 'PUT', path, body)).status).toBe(200)
    }
    expect((await read(agent, path)).raised).toBe(true)
  })

  test('are not changed by a request with a body that its route does not take', async () => {
    await using agent = await startAmongOthers()
    const refused = await change(agent, 'PUT', 'sets/tags/a', 'false')
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      'this route takes no body; leave it out',
    ])
    expect((await read(agent, 'sets/tags')).elements).toEqual([])
    expect((await change(agent, 'PUT', 'sets/tags/a', '{}')).status).toBe(200)
    expect((await change(agent, 'DELETE', 'sets/tags/a', '{"key":"b"}')).status).toBe(400)
    expect((await read(agent, 'sets/tags')).elements).toEqual(['a'])
  })

  test('of a map are watched apart from own keys and from other maps', async () => {
    await using agent = await startAmongOthers()
    await using watch = await Watching.of(agent, 'map=cfg')
    await put(agent, 'own', 'v')
    await change(agent, 'PUT', 'maps/other/k', '1')
    await change(agent, 'PUT', 'maps/cfg/k', '2')
    const [heard] = await watch.take(1)
    expect(heard).toMatchObject({
      event: 'shared-set',
      data: { map: 'cfg', key: 'k', text: '2', writer: 'ann' },
    })
    await change(agent, 'DELETE', 'maps/cfg/k')
    await using again = await Watching.of(agent, 'map=cfg', heard?.id)
    expect((await again.take(1))[0]).toMatchObject({ event: 'shared-delete', data: { key: 'k' } })
    await using other = await Watching.of(agent, 'map=other', heard?.id)
    expect((await other.take(1))[0]?.event).toBe('gap')
  })

  test('have names, and map names have bounds', async () => {
    await using agent = await startAmongOthers()
    const name = 'x'.repeat(300)
    for (const path of [`maps/${name}`, `counters/${name}`, `sets/${name}`, `watch?map=${name}`]) {
      expect((await get(agent, path)).status).toBe(400)
    }
  })
})

test('no request makes the agent stumble, whatever its path, query and body', async () => {
  await using agent = await startAmongOthers()
  const odd = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.constantFrom('', '%', '%00', '%ff', '..', 'a'.repeat(300), '-1', '9'.repeat(30), 'majority'),
  )
  const parts = fc.array(fc.oneof(odd.map(encodeURIComponent), fc.constantFrom('%', '%ff', '+')), {
    maxLength: 3,
  })
  const places = fc.constantFrom('own/keys', 'nodes', 'maps', 'counters', 'sets', 'max', 'explain')
  const names = fc.constantFrom('acks', 'sync', 'ttlMs', 'limit', 'prefix', 'name', 'key', 'type')
  const query = fc.array(fc.tuple(names, odd), { maxLength: 3 })
  const method = fc.constantFrom('GET', 'PUT', 'POST', 'DELETE')
  const type = fc.constantFrom('application/json', 'text/plain', BYTES)
  const body = fc.oneof(odd, fc.constantFrom('{}', '{"by":9007199254740991}', '{"value":1}'))
  const request = fc.record({ place: places, parts, query, method, type, body })
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      // Changes are rationed by this clock.
      agent.world.nowMs += 1000
      const search = new URLSearchParams(asked.query).toString()
      const path = [agent.url, 'v1/state', asked.place, ...asked.parts].join('/')
      const headers = { 'Content-Type': asked.type, Authorization: `Bearer ${agent.token}` }
      const sent = asked.method === 'GET' ? {} : { body: asked.body }
      const answer = await fetch(`${path}?${search}`, { method: asked.method, headers, ...sent })
      await answer.arrayBuffer()
      expect([asked, answer.status]).toEqual([asked, expect.toSatisfy((code) => code !== 500)])
    }),
    { numRuns: 150, seed: 20 },
  )
})

test('streams that are refused take no place', async () => {
  await using agent = await startAmongOthers()
  for (let n = 0; n < 40; n++) {
    expect((await get(agent, `watch?map=${'x'.repeat(300)}`)).status).toBe(400)
  }
  await using watch = await Watching.of(agent, '')
  await put(agent, 'k', 'v')
  expect(await watch.take(1)).toHaveLength(1)
})

test('a list is bounded, and says what it left out', async () => {
  await using agent = await startAmongOthers()
  for (const key of ['a', 'b', 'c']) await put(agent, key, 'ü'.repeat(500))
  const list = JSON.parse(await (await get(agent, 'own/keys?limit=2')).text())
  expect(list).toMatchObject({ kind: 'StateKeyList', seenBy: 'ann', more: 1 })
  expect(list.keys.map((one: { key: string }) => one.key)).toEqual(['a', 'b'])
  expect(list.keys[0]).toMatchObject({ sizeBytes: 1000, preview: `${'ü'.repeat(79)}…` })
  for (const limit of ['0', '100001', 'x']) {
    expect((await get(agent, `own/keys?limit=${limit}`)).status).toBe(400)
  }
})

test('a member that nobody knows is none, and one without keys has none', async () => {
  await using agent = await startAmongOthers()
  expect(await codeOf(await get(agent, 'nodes/zoe/keys'))).toEqual([404, 'HEARSAY_NO_SUCH_MEMBER'])
  expect(await codeOf(await get(agent, 'nodes/bob/keys/x'))).toEqual([404, 'no-such-key'])
  const list = JSON.parse(await (await get(agent, 'nodes/bob/keys')).text())
  expect(list.keys).toEqual([])
})

test.each([
  [undefined, 'json'],
  ['*/*', 'json'],
  ['text/html,application/xhtml+xml,*/*;q=0.8', 'json'],
  ['text/plain', 'text'],
  ['text/*;q=0.5, application/octet-stream', 'bytes'],
  ['application/octet-stream;q=0, text/plain;q=0.1', 'text'],
  ['image/png', undefined],
  ['application/json;q=none', undefined],
  ['', undefined],
])('of Accept: %s the best form is %s', (accept, form) => {
  expect(valueFormOf(accept)).toBe(form)
})

interface Heard {
  readonly id: string | undefined
  readonly event: string | undefined
  readonly data: Record<string, unknown>
}

/** A reader of the watch that goes away at the end of its test. */
class Watching implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<string>
  #text = ''

  private constructor(reader: ReadableStreamDefaultReader<string>) {
    this.#reader = reader
  }

  static async of(agent: RunningAgent, query: string, lastId?: string): Promise<Watching> {
    const headers: Record<string, string> = lastId === undefined ? {} : { 'Last-Event-ID': lastId }
    const answer = await fetch(`${agent.url}/v1/state/watch?${query}`, { headers })
    expect(answer.status).toBe(200)
    if (answer.body === null) throw new Error('no body')
    return new Watching(answer.body.pipeThrough(new TextDecoderStream()).getReader())
  }

  async take(count: number): Promise<readonly Heard[]> {
    const heard: Heard[] = []
    while (heard.length < count) {
      const end = this.#text.indexOf('\n\n')
      if (end < 0) this.#text += (await this.#reader.read()).value ?? ''
      else {
        const frame = this.#text.slice(0, end).split('\n')
        this.#text = this.#text.slice(end + 2)
        const field = (name: string) =>
          frame.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2)
        const data = field('data')
        if (data !== undefined) {
          heard.push({ id: field('id'), event: field('event'), data: JSON.parse(data) })
        }
      }
    }
    return heard
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel()
  }
}
