// Reads over HTTP that catch up with other members before: each route that takes `sync` waits for
// them, shows what came by it, and says 504 where too few answered.

import { describe, expect, test } from 'vitest'
import { type RunningAgent, startAmongOthers } from './support/running-agent.ts'

const get = async ({ url }: RunningAgent, path: string): Promise<Response> =>
  await fetch(`${url}/v1/state/${path}`, { headers: { Accept: 'application/json' } })

describe('catching up before a read', () => {
  test.each([
    'keys',
    'nodes/bob/keys',
    'nodes/bob/keys/k',
    'own/keys',
    'maps/m',
    'maps/m/k',
    'counters/c',
    'sets/s',
    'flags/f',
    'max/x',
    'min/x',
  ])('waits for so many members at %s, and says if it cannot', async (path) => {
    await using agent = await startAmongOthers()
    const { state } = agent.world
    let syncs = 0
    state.onSync = () => {
      syncs += 1
      state.perform('bob', { kind: 'state-set', key: 'k', value: Uint8Array.of(1) })
    }
    const headers = { Authorization: `Bearer ${agent.token}` }
    await fetch(`${agent.url}/v1/state/maps/m/k`, { method: 'PUT', headers, body: 'v' })
    expect((await get(agent, `${path}?sync=majority`)).status).toBe(200)
    expect((await get(agent, `${path}?sync=1&timeoutMs=100`)).status).toBe(200)
    expect(syncs).toBe(2)
    const tooMany = await get(agent, `${path}?sync=5`)
    expect([tooMany.status, await tooMany.text()]).toEqual([
      504,
      expect.stringContaining('"HEARSAY_TIMEOUT"'),
    ])
    for (const query of ['sync=0', 'sync=all', 'sync=1&timeoutMs=0']) {
      expect((await get(agent, `${path}?${query}`)).status).toBe(400)
    }
    expect(syncs).toBe(3)
  })

  test('comes first: what it brought is read', async () => {
    await using agent = await startAmongOthers()
    const { state } = agent.world
    const value = Uint8Array.of(0x62)
    state.onSync = () => state.perform('bob', { kind: 'state-set', key: 'late', value })
    expect((await get(agent, 'nodes/bob/keys/late')).status).toBe(404)
    const late = await get(agent, 'nodes/bob/keys/late?sync=1')
    expect(JSON.parse(await late.text())).toMatchObject({ key: 'late', text: 'b' })
  })
})
