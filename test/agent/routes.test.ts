// Each route at least once, against a fake cluster: what it answers, and that the answer has
// the shape the table promises (the client checks it).

import { createServer } from 'node:http'
import { expect, test } from 'vitest'
import { AgentClient } from '../../src/agent/client.ts'
import { type RunningAgent, startAgent, startAmongOthers } from './support/running-agent.ts'

function clientOf({ url, token }: RunningAgent): AgentClient {
  const place = { url, token, foundBy: 'flag' } as const
  return new AgentClient(place, { timeoutMs: 5000, signal: new AbortController().signal })
}

test('health counts members by status and says that gossip is not encrypted', async () => {
  await using agent = await startAmongOthers()
  expect(await clientOf(agent).ask('health')).toMatchObject({
    kind: 'Health',
    name: 'ann',
    status: 'ok',
    ready: true,
    encrypted: false,
    members: { alive: 2, suspect: 1, failed: 1, left: 1 },
  })
})

test('info lists every option with its origin, and no key', async () => {
  await using agent = await startAmongOthers()
  const info = await clientOf(agent).ask('info')
  expect(info.config).toContainEqual({
    key: 'name',
    value: 'ann',
    initial: 'the host name',
    origin: 'flag',
  })
  expect(info.config.find((row) => row.key === 'probeInterval')?.origin).toBe('default')
  expect(info.config.map((row) => row.key)).not.toContain('key')
  expect(info.url).toBe(agent.url)
  expect(info.detection.worstMs).toBeGreaterThan(info.detection.usualMs)
})

test('info gives the values in force, where nothing was given too', async () => {
  await using agent = await startAgent()
  const { config } = await clientOf(agent).ask('info')
  const rowOf = (key: string) => config.find((row) => row.key === key)
  expect(rowOf('http')).toMatchObject({ value: '127.0.0.1:0', origin: 'flag' })
  expect(rowOf('bind')).toMatchObject({ value: '127.0.0.1:7946', origin: 'default' })
  expect(rowOf('probeInterval')).toMatchObject({ value: '1s', origin: 'default' })
  expect(rowOf('tags')).toMatchObject({ value: 'none', origin: 'default' })
})

test('a status or a kind that is none is refused, not matched with nothing', async () => {
  await using agent = await startAgent()
  const client = clientOf(agent)
  await expect(client.ask('members', { query: { status: 'alive,bogus' } })).rejects.toMatchObject({
    exit: 2,
    message: expect.stringContaining('alive, suspect, failed, left expected'),
  })
  await expect(client.events(['usr'])).rejects.toMatchObject({ exit: 2 })
})

test('members are sorted, and filtered by status, tag and name', async () => {
  await using agent = await startAmongOthers()
  const client = clientOf(agent)
  const names = async (query: { status?: string; tag?: string; name?: string }) =>
    (await client.ask('members', { query })).members.map((member) => member.name)
  expect(await names({})).toEqual(['ann', 'bob', 'cat', 'dan', 'eve'])
  expect(await names({ status: 'failed,left' })).toEqual(['dan', 'eve'])
  expect(await names({ tag: 'role=api' })).toEqual(['ann', 'bob'])
  expect(await names({ name: 'cat' })).toEqual(['cat'])
})

test('one member is found by a name that needs encoding', async () => {
  await using agent = await startAmongOthers()
  agent.world.rowByName.set('a/b ?', {
    status: 'alive',
    incarnation: 1,
    options: {},
    address: '10.0.0.9:1',
  })
  const { member } = await clientOf(agent).ask('member', { param: 'a/b ?' })
  expect(member.name).toBe('a/b ?')
})

test('an unknown member is 404 and exit 6', async () => {
  await using agent = await startAmongOthers()
  await expect(clientOf(agent).ask('why', { param: 'zoe' })).rejects.toMatchObject({ exit: 6 })
})

test('why gives the evidence with times, kinds and numbers', async () => {
  await using agent = await startAmongOthers()
  const why = await clientOf(agent).ask('why', { param: 'dan' })
  expect(why.evidence[0]).toMatchObject({
    at: '2026-01-02T03:03:59.678Z',
    by: 'ann',
    kind: 'no-ack',
    timeoutMs: 500,
  })
})

test('remove forgets the failed and keeps the alive', async () => {
  await using agent = await startAmongOthers()
  const client = clientOf(agent)
  expect(await client.ask('remove', { param: 'dan' })).toMatchObject({ kind: 'Done', name: 'dan' })
  await expect(client.ask('remove', { param: 'bob' })).rejects.toMatchObject({ exit: 1 })
})

test('join tells who was reached and why others were not', async () => {
  await using agent = await startAmongOthers()
  const addresses = ['10.0.0.98:7946', '192.0.2.1:7946']
  expect(await clientOf(agent).ask('join', { body: { addresses } })).toMatchObject({
    reached: ['10.0.0.98:7946'],
    failures: [{ seed: '192.0.2.1:7946', reason: 'refused' }],
  })
})

test('an event is sent, and its coverage told, first receipt first', async () => {
  await using agent = await startAmongOthers()
  const client = clientOf(agent)
  const { id } = await client.ask('sendEvent', { body: { name: 'deploy', payload: 'v42' } })
  const coverage = await client.ask('coverage', { param: id, query: { timeoutMs: '100' } })
  expect(coverage.id).toBe('1-deploy')
  expect(coverage.heard.map((one) => one.name)).toEqual(['ann', 'bob'])
})

test('an event too large is refused with the reason', async () => {
  await using agent = await startAmongOthers()
  const body = { name: 'x', payload: 'y'.repeat(600) }
  await expect(clientOf(agent).ask('sendEvent', { body })).rejects.toMatchObject({
    exit: 1,
    message: 'event of 600 bytes',
  })
})

test('a bad wait is a bad request', async () => {
  await using agent = await startAmongOthers()
  const query = { timeoutMs: '0' }
  await expect(clientOf(agent).ask('views', { query })).rejects.toMatchObject({ exit: 2 })
})

test('views are grouped by checksum', async () => {
  await using agent = await startAmongOthers()
  const views = await clientOf(agent).ask('views')
  expect(views.groups).toEqual([{ checksum: '9f3a1c07', members: ['ann', 'bob'], alive: 2 }])
  expect(views.silent).toEqual(['cat'])
})

test('checks come back as findings', async () => {
  await using agent = await startAmongOthers()
  const { findings } = await clientOf(agent).ask('checks')
  expect(findings).toContainEqual(
    expect.objectContaining({ severity: 'warning', check: 'members', message: 'failed: dan' }),
  )
})

test('metrics name no member and count by status', async () => {
  await using agent = await startAmongOthers()
  agent.world.counters = { hearsay_packets_sent_total: 12, 'bad name{x="y"}': 1, health_score: 2 }
  const response = await fetch(`${agent.url}/v1/metrics`)
  const text = await response.text()
  expect(response.headers.get('content-type')).toContain('text/plain')
  expect(text).toContain('hearsay_members{state="failed"} 1')
  expect(text).toContain('hearsay_packets_sent_total 12')
  expect(text).toContain('# TYPE hearsay_packets_sent_total counter')
  expect(text).toContain('hearsay_health_score 2')
  expect(text).not.toMatch(/bad name|dan|bob/)
})

test('the stream brings events as they happen, and only the kinds asked for', async () => {
  await using agent = await startAmongOthers()
  const stream = await clientOf(agent).events(['user'])
  agent.world.tell('member-update', 'bob')
  agent.world.broadcast('bob', 'deploy', new TextEncoder().encode('v42'))
  const { value } = await stream.next()
  await stream.return()
  expect(value).toMatchObject({
    kind: 'user',
    name: 'deploy',
    text: 'v42',
    from: 'bob',
    seenBy: 'ann',
  })
})

test('leave says goodbye and ends the agent with exit 0', async () => {
  await using agent = await startAmongOthers()
  await clientOf(agent).ask('leave')
  expect(await agent.ended).toBe(0)
  expect(agent.world.calls).toContain('leave ann')
})

test('a stream whose time is over before it opens has ended', async () => {
  await using agent = await startAmongOthers()
  const items = await clientOf(agent).events([], AbortSignal.abort())
  expect(await items.next()).toEqual({ done: true, value: undefined })
})

test('the token is shown only where the question needs it', async () => {
  const seen: string[] = []
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.headers.authorization ?? 'none'}`)
    response.writeHead(503).end('{}')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  const place = { url: `http://127.0.0.1:${port}`, token: 'secret', foundBy: 'flag' } as const
  const client = new AgentClient(place, { timeoutMs: 5000, signal: new AbortController().signal })
  await expect(client.ask('members')).rejects.toThrow('503')
  await expect(client.ask('leave')).rejects.toThrow('503')
  server.close()
  expect(seen).toEqual(['GET none', 'POST Bearer secret'])
})
