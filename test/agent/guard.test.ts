// The door of the HTTP API: hosts, origins, media types, tokens, scopes and rates; judged
// alone, and by asking a real server over a socket.

import { setMaxListeners } from 'node:events'
import { request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { AgentClient } from '../../src/agent/client.ts'
import { Allowance, allowedHosts, Doorkeeper, judgeHead } from '../../src/agent/http/guard.ts'
import { routes } from '../../src/agent/http/routes.ts'
import { type RunningAgent, startAgent } from './support/running-agent.ts'

const hosts = allowedHosts(7980, ['gossip.example'])
const get = (...rawHeaders: readonly string[]) => judgeHead({ method: 'GET', rawHeaders }, hosts)
const post = (...rawHeaders: readonly string[]) => judgeHead({ method: 'POST', rawHeaders }, hosts)

describe('the Host header', () => {
  test.each(['127.0.0.1:7980', 'localhost:7980', 'LOCALHOST:7980', '[::1]:7980', 'gossip.example'])(
    '%s is one of ours',
    (host) => {
      expect(get('Host', host)).toBeUndefined()
    },
  )

  test.each([
    'evil.example:7980',
    '0.0.0.0:7980',
    '127.0.0.1',
    '127.0.0.1:80',
    'localhost:7980.evil.example',
    '127.0.0.1:7980@evil.example',
    '',
  ])('%j is misdirected', (host) => {
    expect(get('Host', host)?.status).toBe(421)
  })

  test('none at all, or two, is misdirected', () => {
    expect(get()?.status).toBe(421)
    expect(get('Host', '127.0.0.1:7980', 'host', '127.0.0.1:7980')?.status).toBe(421)
  })
})

describe('where a request comes from', () => {
  const host = ['Host', '127.0.0.1:7980'] as const

  test('our own origin may ask', () => {
    expect(get(...host, 'Origin', 'http://127.0.0.1:7980')).toBeUndefined()
  })

  test.each(['http://evil.example', 'null', 'http://localhost:7980', 'https://127.0.0.1:7980'])(
    'the origin %s is refused, whatever the method',
    (origin) => {
      expect(get(...host, 'Origin', origin)?.status).toBe(403)
      expect(post(...host, 'Origin', origin)?.status).toBe(403)
    },
  )

  test('a page of another site is refused, one of ours or none is not', () => {
    expect(get(...host, 'Sec-Fetch-Site', 'cross-site')?.status).toBe(403)
    expect(get(...host, 'Sec-Fetch-Site', 'same-site')?.status).toBe(403)
    expect(get(...host, 'Sec-Fetch-Site', 'same-origin')).toBeUndefined()
    expect(get(...host, 'Sec-Fetch-Site', 'none')).toBeUndefined()
  })

  test('a value may be put as text or bytes too, and a put or delete needs no type', () => {
    const judged = (method: string, ...type: readonly string[]) =>
      judgeHead({ method, rawHeaders: [...host, ...type] }, hosts)?.status
    expect(judged('PUT', 'Content-Type', 'text/plain')).toBeUndefined()
    expect(judged('PUT', 'Content-Type', 'text/plain; charset="UTF-8"')).toBeUndefined()
    expect(judged('PUT', 'Content-Type', 'application/json;charset="utf-8"')).toBeUndefined()
    expect(judged('PUT', 'Content-Type', 'application/octet-stream')).toBeUndefined()
    expect(judged('PUT', 'Content-Type', 'multipart/form-data')).toBe(415)
    expect(judged('PUT')).toBeUndefined()
    expect(judged('PUT', 'Origin', 'http://evil.example')).toBe(403)
    expect(judged('DELETE')).toBeUndefined()
    expect(judged('DELETE', 'Content-Type', 'text/plain')).toBe(415)
    expect(judged('DELETE', 'Origin', 'http://evil.example')).toBe(403)
  })

  test('a method that no route takes is refused as such later, whatever it sends', () => {
    const rawHeaders = [...host, 'Content-Type', 'text/plain']
    for (const method of ['PATCH', 'OPTIONS', 'TRACE']) {
      expect(judgeHead({ method, rawHeaders }, hosts)).toBeUndefined()
      const foreign = [...rawHeaders, 'Origin', 'http://evil.example']
      expect(judgeHead({ method, rawHeaders: foreign }, hosts)?.status).toBe(403)
    }
  })

  test('a body that is compressed is refused: it would be kept as it came', () => {
    const judged = (method: string, coding: string) =>
      judgeHead({ method, rawHeaders: [...host, 'content-encoding', coding] }, hosts)
    expect(judged('PUT', 'gzip')).toMatchObject({ status: 415, code: 'media-type' })
    expect(judged('PUT', 'gzip')?.message).toContain('send it uncompressed')
    expect(judged('DELETE', 'identity, br')?.status).toBe(415)
    expect(judged('PUT', 'Identity')).toBeUndefined()
    expect(judged('PUT', '')).toBeUndefined()
  })

  test('a change must be JSON, as no form can send', () => {
    expect(post(...host)?.status).toBe(415)
    expect(post(...host, 'Content-Type', 'text/plain')?.status).toBe(415)
    expect(post(...host, 'Content-Type', 'application/x-www-form-urlencoded')?.status).toBe(415)
    expect(post(...host, 'Content-Type', 'application/json')).toBeUndefined()
    expect(post(...host, 'Content-Type', 'application/json; charset=utf-8')).toBeUndefined()
  })
})

describe('the doorkeeper', () => {
  const token = 'a-good-token-of-some-length'
  const keeper = () => new Doorkeeper({ token, openRead: true })

  test('reading is open, changing needs the token', () => {
    const door = keeper()
    expect(door.judge('read', undefined, 0).kind).toBe('pass')
    expect(door.judge('write', undefined, 0)).toMatchObject({ refusal: { status: 401 } })
    expect(door.judge('admin', `Bearer ${token}`, 0).kind).toBe('pass')
    expect(door.judge('admin', `bearer ${token}`, 0).kind).toBe('pass')
    expect(door.judge('admin', `Basic ${token}`, 0).kind).toBe('refuse')
  })

  test('whoever has no token, or a wrong one, hears where it is told of', () => {
    for (const sent of [undefined, 'Bearer guess']) {
      const verdict = keeper().judge('write', sent, 0)
      const told = verdict.kind === 'refuse' ? verdict.refusal.message : ''
      expect(told).toContain('docs/http-api.md')
    }
  })

  test('beyond loopback even reading needs the token', () => {
    const door = new Doorkeeper({ token, openRead: false })
    expect(door.judge('read', undefined, 0).kind).toBe('refuse')
    expect(door.judge('read', `Bearer ${token}`, 0).kind).toBe('pass')
  })

  test('a wrong token is refused even where none is needed', () => {
    expect(keeper().judge('read', 'Bearer guess', 0).kind).toBe('refuse')
  })

  test('from the sixth failure on, answers come slowly; a minute of peace forgives', () => {
    const door = keeper()
    const guess = (nowMs: number) => door.judge('admin', 'Bearer guess', nowMs)
    for (let i = 0; i < 5; i++) expect(guess(i)).toMatchObject({ slowly: false })
    expect(guess(6)).toMatchObject({ slowly: true })
    expect(guess(70_000)).toMatchObject({ slowly: false })
  })

  test('a flood of guesses is told to wait', () => {
    const door = keeper()
    const statuses = Array.from({ length: 40 }, () => door.judge('admin', 'Bearer guess', 0))
    expect(statuses.at(-1)).toMatchObject({ refusal: { status: 429 } })
  })

  test('changes are limited to fifty a second, a hundred at once', () => {
    const allowance = new Allowance(50, 100)
    const taken = Array.from({ length: 150 }, () => allowance.take(0)).filter(Boolean)
    expect(taken).toHaveLength(100)
    expect(allowance.take(19)).toBe(false)
    expect(allowance.take(40)).toBe(true)
  })
})

describe('a real server', () => {
  test('gives every answer the security headers, and none of CORS', async () => {
    await using agent = await startAgent()
    const answers = [
      await ask(agent, 'GET', '/v1/health'),
      await ask(agent, 'GET', '/nothing'),
      await ask(agent, 'GET', '/v1/health', { Host: 'evil.example' }),
      await ask(agent, 'POST', '/v1/leave', { 'Content-Type': 'application/json' }),
    ]
    expect(answers.map((one) => one.status)).toEqual([200, 404, 421, 401])
    for (const { headers } of answers) {
      expect(headers['content-security-policy']).toContain("default-src 'none'")
      expect(headers['x-content-type-options']).toBe('nosniff')
      expect(headers['cache-control']).toBe('no-store')
      expect(headers['access-control-allow-origin']).toBeUndefined()
    }
  })

  test('refuses what a page behind a rebound name could send, streams included', async () => {
    await using agent = await startAgent()
    for (const path of ['/v1/members', '/v1/events', '/nothing']) {
      const answer = await ask(agent, 'GET', path, { Host: 'rebound.example:7980' })
      expect(answer.status).toBe(421)
      expect(answer.body).not.toContain('ann')
    }
  })

  test('no change happens without the token', async () => {
    await using agent = await startAgent()
    for (const { method, path, scope } of Object.values(routes)) {
      if (method === 'GET') continue
      const json = { 'Content-Type': 'application/json' }
      const answer = await ask(agent, method, path.replaceAll(/:[a-z]+/g, 'ann'), json)
      expect([scope, answer.status]).toEqual([scope, 401])
    }
    expect(agent.world.calls).toEqual([])
  })

  test('answers a preflight of another origin with a refusal', async () => {
    await using agent = await startAgent()
    const answer = await ask(agent, 'OPTIONS', '/v1/leave', { Origin: 'http://evil.example' })
    expect(answer.status).toBe(403)
  })

  test('bodies are bounded in size, depth and shape', async () => {
    await using agent = await startAgent()
    const send = async (body: string) => (await change(agent, '/v1/events', body)).status
    expect(await send(JSON.stringify({ name: 'x', payload: 'y'.repeat(70_000) }))).toBe(413)
    expect(await send(`${'['.repeat(40)}${']'.repeat(40)}`)).toBe(400)
    expect(await send('{"name":')).toBe(400)
    expect(await send('{"name":""}')).toBe(400)
    expect(await send('{"name":"x","surprise":1}')).toBe(400)
    expect(await send('{"name":"x","payload":"brackets in text are fine: [[[[{{{{"}')).toBe(200)
  })

  test('an error tells its code and a sentence, never a stack or a path', async () => {
    await using agent = await startAgent()
    const answer = await change(agent, '/v1/members/nobody/remove', '{}')
    expect(answer.status).toBe(500)
    expect(answer.body).toBe(
      '{"error":{"code":"internal","message":"something went wrong in the agent; its log says what"}}\n',
    )
  })
})

describe('bytes that are no good HTTP', () => {
  test.each([
    ['two Host headers', 421, ['GET /v1/health HTTP/1.1', 'Host: HOST', 'Host: HOST']],
    ['no Host header', 421, ['GET /v1/health HTTP/1.1']],
    ['no Host header in HTTP/1.0', 421, ['GET /v1/health HTTP/1.0']],
    [
      'an absolute address with a good Host',
      404,
      ['GET http://evil.example/x HTTP/1.1', 'Host: HOST'],
    ],
    ['headers beyond 8 KiB', 431, ['GET / HTTP/1.1', 'Host: HOST', `X: ${'x'.repeat(9000)}`]],
    ['nonsense', 400, ['\u0000\u0001\u0002']],
    [
      'a length and chunks at once',
      400,
      ['POST /v1/events HTTP/1.1', 'Host: HOST', 'Content-Length: 2', 'Transfer-Encoding: chunked'],
    ],
  ] as const)('%s: %d', async (_, status, lines) => {
    await using agent = await startAgent()
    const { host } = new URL(agent.url)
    const head = lines.map((line) => line.replace('HOST', host)).join('\r\n')
    expect(await statusOf(agent, `${head}\r\nConnection: close\r\n\r\n`)).toBe(status)
  })

  test('whoever hangs up in the middle of a value is no error of the agent', async () => {
    await using agent = await startAgent()
    const { host, hostname, port } = new URL(agent.url)
    const socket = connect({ host: hostname, port: Number(port) })
    const head = ['PUT /v1/state/own/keys/k HTTP/1.1', `Host: ${host}`, 'Content-Length: 9']
    socket.write([...head, `Authorization: Bearer ${agent.token}`, '', 'cut'].join('\r\n'))
    await ask(agent, 'GET', '/v1/health')
    socket.resetAndDestroy()
    for (let i = 0; i < 3; i++) await ask(agent, 'GET', '/v1/health')
    expect((await ask(agent, 'GET', '/v1/state/own/keys/k')).status).toBe(404)
    expect(agent.terminal.log).not.toContain('HTTP API')
  })

  test('the thirty-third stream is refused', async () => {
    await using agent = await startAgent()
    const place = { url: agent.url, token: agent.token, foundBy: 'flag' } as const
    const ending = new AbortController()
    setMaxListeners(0, ending.signal)
    const client = new AgentClient(place, { timeoutMs: 5000, signal: ending.signal })
    for (let i = 0; i < 32; i++) await client.events()
    await expect(client.events()).rejects.toMatchObject({ message: '32 streams are open already' })
    ending.abort()
  })

  test('asking for the head of the stream takes nobody a place', async () => {
    await using agent = await startAgent()
    for (let i = 0; i < 33; i++) {
      const { status, headers } = await ask(agent, 'HEAD', '/v1/events')
      expect([status, headers['content-type']]).toEqual([200, 'text/event-stream'])
    }
    const place = { url: agent.url, token: agent.token, foundBy: 'flag' } as const
    const client = new AgentClient(place, { timeoutMs: 5000, signal: new AbortController().signal })
    const items = await client.events()
    agent.world.broadcast('ann', 'hello', new Uint8Array())
    expect((await items.next()).value?.kind).toBe('user')
    await items.return()
  })
})

/** Sends bytes as they are and reads the status of the answer. */
async function statusOf({ url }: RunningAgent, bytes: string): Promise<number> {
  const { hostname, port } = new URL(url)
  return await new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(bytes))
    let text = ''
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => {
      text += part
    })
    socket.on('error', reject)
    socket.on('close', () => resolve(Number(/^HTTP\/1\.[01] (\d{3})/.exec(text)?.[1])))
  })
}

interface Answer {
  readonly status: number
  readonly headers: NodeJS.Dict<string | string[]>
  readonly body: string
}

async function change(agent: RunningAgent, path: string, body: string): Promise<Answer> {
  const headers = {
    'Content-Type': 'application/json',
    Authorization: `Bearer ${agent.token}`,
  }
  return await ask(agent, 'POST', path, headers, body)
}

async function ask(
  agent: RunningAgent,
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: string,
): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, agent.url),
      { method, headers, agent: false },
      (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (part: string) => {
          text += part
        })
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text })
        })
        response.on('error', reject)
      },
    )
    asked.on('error', reject)
    asked.end(body)
  })
}
