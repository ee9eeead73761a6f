// Replicated state between whole nodes on real sockets: keys of one's own, small and large,
// watched, deleted and ended by time; and what is refused.

import { describe, expect, test } from 'vitest'
import { createNode, type Node, type NodeOptions } from '../../src/index.ts'
import { kept } from './fast-nodes.ts'

const FAST: NodeOptions = {
  profile: 'local',
  probeIntervalMs: 100,
  probeTimeoutMs: 40,
  gossipIntervalMs: 20,
  stateSyncIntervalMs: 50,
}

async function create(options: NodeOptions): Promise<Node> {
  return kept(await createNode({ bind: '127.0.0.1:0', ...FAST, ...options }))
}

/** Reads a watch until a change is as wanted. */
async function seen(node: Node, wanted: string): Promise<void> {
  const signal = AbortSignal.timeout(10_000)
  for await (const change of node.state.watch({ initial: true, signal })) {
    if (change.kind === 'gap') continue
    const value = change.kind === 'set' ? `=${change.text.slice(0, 20)}` : ''
    if (`${change.kind} ${change.node}/${change.key}${value}` === wanted) return
  }
  throw new Error(`${node.name} has not seen ${wanted} in 10 s`)
}

describe('state on loopback', () => {
  test('is read by all, watched, deleted, and ends by time', async () => {
    const a = await create({ name: 'a' })
    const b = await create({ name: 'b', join: a.bound })
    const c = await create({ name: 'c', join: a.bound })
    await Promise.all([a, b, c].map((node) => node.ready({ atLeast: 3 })))
    await a.state.own.set('role', 'db')
    // Both watch from before it is set: whoever came later might come after its end.
    const loaded = seen(c, 'set b/load={"cpu":0.5}')
    const ended = seen(c, 'expire b/load')
    await b.state.own.set('load', { cpu: 0.5 }, { ttlMs: 500 })
    await Promise.all([loaded, seen(b, 'set a/role=db'), seen(c, 'set a/role=db')])
    expect(c.state.of('a').get('role')).toMatchObject({ text: 'db', expiresMs: undefined })
    expect(c.state.query('ro').map(({ node, key }) => `${node}/${key}`)).toEqual(['a/role'])
    const deleted = seen(b, 'delete a/role')
    await a.state.own.delete('role')
    await Promise.all([ended, deleted])
    expect(b.state.of('a').entries()).toEqual([])
    expect(a.state.stats().own?.version).toBeGreaterThan(1)
  })

  test('reaches a newcomer, however large, sealed and labelled', async () => {
    const options = { keyring: [Buffer.alloc(32, 7).toString('base64')], label: 'shop' }
    const a = await create({ name: 'a', ...options })
    for (let i = 0; i < 40; i++) await a.state.own.set(`key-${i}`, new Uint8Array(50_000).fill(65))
    const b = await create({ name: 'b', join: a.bound, ...options })
    await seen(b, `set a/key-39=${'A'.repeat(20)}`)
    expect(b.state.of('a').entries('key-')).toHaveLength(40)
    expect(b.metrics().state_pulls_total).toBeGreaterThan(1)
  })

  test('refuses what is too large, and a node that announces nothing', async () => {
    const a = await create({ name: 'a' })
    const { own } = a.state
    await expect(own.set('k', new Uint8Array(65_537))).rejects.toMatchObject({
      code: 'HEARSAY_TOO_LARGE',
    })
    await expect(own.set('k'.repeat(257), '')).rejects.toMatchObject({ code: 'HEARSAY_TOO_LARGE' })
    await expect(own.set('', '')).rejects.toMatchObject({ code: 'HEARSAY_CONFIG' })
    await expect(own.set('k', '', { ttlMs: 0 })).rejects.toMatchObject({ code: 'HEARSAY_CONFIG' })
    const raw = await create({ name: 'raw', meta: new Uint8Array(3) })
    await expect(raw.state.own.set('k', '')).rejects.toMatchObject({ code: 'HEARSAY_NOT_SHARING' })
    await a.leave()
    await expect(own.set('k', '')).rejects.toMatchObject({ code: 'HEARSAY_LEFT' })
  })
})
