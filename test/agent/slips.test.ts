// What a request hears that is nearly right: bodies, names, methods and parameters of the state
// routes that make no sense, over a socket.

import { describe, expect, test } from 'vitest'
import { type RunningAgent, startAmongOthers } from './support/running-agent.ts'

describe('a slip in a request hears what is wrong:', () => {
  async function asked(agent: RunningAgent, method: string, path: string, body?: string) {
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${agent.token}` }
    const sent = body === undefined ? {} : { body }
    const answer = await fetch(`${agent.url}/v1/state/${path}`, { method, headers, ...sent })
    const { error, ...rest } = JSON.parse(await answer.text())
    return { status: answer.status, allow: answer.headers.get('allow'), ...rest, ...error }
  }

  test.each(['%ff', '%ed%a0%80', 'a%c3', '%', '%zz', '%c0%80'])(
    'an escape that is no UTF-8: %s',
    async (part) => {
      await using agent = await startAmongOthers()
      const refused = { status: 400, code: 'bad-request', message: expect.stringMatching(/%25/) }
      expect(await asked(agent, 'PUT', `maps/kv/${part}`, '1')).toMatchObject(refused)
      expect(await asked(agent, 'PUT', `maps/${part}/k`, '1')).toMatchObject(refused)
      expect(await asked(agent, 'PUT', `own/keys/${part}`, '1')).toMatchObject(refused)
      expect(await asked(agent, 'POST', `counters/${part}`, '{}')).toMatchObject(refused)
      expect(await asked(agent, 'GET', `maps/kv?prefix=${part}`)).toMatchObject(refused)
      expect(await asked(agent, 'GET', `watch?map=${part}`)).toMatchObject(refused)
    },
  )

  test('a body for a counter that is no object with a whole number', async () => {
    await using agent = await startAmongOthers()
    const bodies = ['[]', '""', 'null', 'true', '3', '"3"', '{"by":null}', '{"by":"3"}']
    const odd = ['{"by":1.5}', '{"by":1e300}', '{"by":[]}', '{"bye":3}', '{"constructor":1}', '[3]']
    for (const body of [...bodies, ...odd]) {
      expect([body, (await asked(agent, 'POST', 'counters/c', body)).status]).toEqual([body, 400])
    }
    const counter = async () => (await asked(agent, 'GET', 'counters/c')).value
    expect(await counter()).toBe(0)
    for (const body of ['', '{}', ' ']) {
      const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${agent.token}` }
      await fetch(`${agent.url}/v1/state/counters/c`, { method: 'POST', headers, body })
    }
    expect(await counter()).toBe(3)
  })

  test('a name that is empty', async () => {
    await using agent = await startAmongOthers()
    const message = async (method: string, path: string) => {
      const { status, code, message } = await asked(agent, method, path)
      expect([status, code]).toEqual([400, 'bad-request'])
      return message
    }
    expect(await message('PUT', 'maps/kv/')).toMatch(/^the key is empty/)
    expect(await message('DELETE', 'own/keys/')).toMatch(/^the key is empty/)
    expect(await message('GET', 'maps//k')).toMatch(/^the name of the map is empty/)
    expect(await message('GET', 'maps/')).toMatch(/^the name of the map is empty/)
    expect(await message('GET', 'nodes//keys/k')).toMatch(/^the name of the member is empty/)
    expect(await message('PUT', 'sets/s/')).toMatch(/^the element is empty/)
    expect(await message('GET', 'counters/')).toMatch(/^the name is empty/)
  })

  test('a method that means nothing there', async () => {
    await using agent = await startAmongOthers()
    expect(await asked(agent, 'POST', 'maps/kv/k', '1')).toMatchObject({
      status: 405,
      code: 'bad-method',
      allow: 'GET, PUT, DELETE',
      message: expect.stringContaining('GET, PUT, DELETE'),
    })
    expect(await asked(agent, 'GET', 'mops/kv/k')).toMatchObject({ status: 404, code: 'not-found' })
  })

  test('a slash within a name', async () => {
    await using agent = await startAmongOthers()
    for (const path of ['maps/kv/a/b', 'maps/kv/a//b', 'own/keys/a/b', 'counters/a/b']) {
      const refused = { status: 404, message: 'no such route; a / within a name is written %2F' }
      expect(await asked(agent, 'PUT', path, '1')).toMatchObject(refused)
    }
    expect((await asked(agent, 'PUT', 'mops/a/b', '1')).message).toBe('no such route')
  })

  test('a field that is missing, or of another type', async () => {
    await using agent = await startAmongOthers()
    const message = async (body: string) => (await asked(agent, 'POST', 'max/m', body)).message
    expect(await message('{}')).toBe('value: it is missing')
    expect(await message('{"value":"x"}')).toBe('value: a number expected, got "x"')
    expect(await message('{"value":1,"valeu":2}')).toBe('valeu: there is no such field')
    expect((await asked(agent, 'GET', 'explain')).message).toBe('name: it is missing')
    const keyless = 'key: it is missing; a map has several'
    expect((await asked(agent, 'GET', 'explain?name=kv&key=')).message).toBe(keyless)
    const single = await asked(agent, 'GET', 'explain?name=visits&type=counter&key=x')
    expect(single.message).toBe('key: a counter has none; leave it out')
    expect(await asked(agent, 'GET', 'explain?name=kv')).toMatchObject({
      status: 400,
      code: 'bad-request',
      message: keyless,
    })
    for (const type of ['set', 'multi', 'custom']) {
      expect((await asked(agent, 'GET', `explain?name=kv&type=${type}`)).status).toBe(400)
    }
    for (const type of ['counter', 'flag', 'max', 'min']) {
      expect((await asked(agent, 'GET', `explain?name=kv&type=${type}`)).status).toBe(200)
    }
  })

  test('a parameter that is mistyped, or meant for another route', async () => {
    await using agent = await startAmongOthers()
    expect(await asked(agent, 'PUT', 'maps/kv/k?ttl=5', '1')).toMatchObject({
      status: 400,
      message: expect.stringMatching(/^no such parameter: "ttl"; there are ttlMs, .*acks/),
    })
    expect((await asked(agent, 'GET', 'own/keys/k?sync=1')).message).toContain('takes none')
    for (const [method, path, name] of [
      ['PUT', 'maps/kv/k?acks=3&acks=2', 'acks'],
      ['PUT', 'maps/kv/k?ttlMs=1000&acks=1&ttlMs=1000', 'ttlMs'],
      ['GET', 'maps/kv/k?sync=1&sync=majority', 'sync'],
      ['GET', 'watch?map=a&map=b', 'map'],
    ] as const) {
      expect(await asked(agent, method, path, method === 'PUT' ? '1' : undefined)).toMatchObject({
        status: 400,
        code: 'bad-request',
        message: `${name}: it is given more than once; say it once`,
      })
    }
    expect((await asked(agent, 'GET', 'watch?initail=true')).status).toBe(400)
    expect(await asked(agent, 'GET', 'watch?map=cfg&node=ann')).toMatchObject({
      status: 400,
      code: 'bad-request',
      message: 'node: keys of a map are of no member; leave out node, or map',
    })
    expect((await asked(agent, 'GET', 'maps/kv/k')).code).toBe('no-such-key')
  })

  test('an element that is not in its set', async () => {
    await using agent = await startAmongOthers()
    expect(await asked(agent, 'DELETE', 'sets/blocked/nix')).toMatchObject({
      status: 404,
      code: 'no-such-element',
      message: '"nix" is not in the set "blocked"',
    })
  })
})
