// A node with a data folder on real sockets and a real disk: its own keys come back after a
// restart with what is left of their time, to itself and to the others.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { createNode, HearsayError, type Node, type NodeOptions } from '../../src/index.ts'

const FAST: NodeOptions = {
  profile: 'local',
  probeIntervalMs: 100,
  probeTimeoutMs: 40,
  gossipIntervalMs: 20,
  stateSyncIntervalMs: 50,
}
const open: Node[] = []
const folders: string[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((node) => node.close()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hearsay-kept-'))
  folders.push(folder)
  return folder
}

async function create(options: NodeOptions): Promise<Node> {
  const node = await createNode({ bind: '127.0.0.1:0', ...FAST, ...options })
  open.push(node)
  return node
}

const texts = (node: Node, of = 'a') =>
  node.state
    .of(of)
    .entries()
    .map(({ key, text }) => `${key}=${text}`)

describe('a node with a data folder', () => {
  test('has its keys again after a restart, and no deleted one', async () => {
    for (const durability of ['async', 'fsync'] as const) {
      const options = { name: 'a', state: { dataDir: newFolder(), durability } }
      const first = await create(options)
      await first.state.own.set('role', 'db')
      await first.state.own.set('gone', 'x')
      await first.state.own.set('load', '1', { ttlMs: 60_000 })
      await first.state.own.delete('gone')
      const ends = first.state.of('a').get('load')?.expiresMs ?? 0
      const { generation = 0 } = first.state.stats().own ?? {}
      await first.close()
      const second = await create(options)
      expect(texts(second)).toEqual(['load=1', 'role=db'])
      const stillEnds = second.state.of('a').get('load')?.expiresMs ?? 0
      expect(Math.abs(stillEnds - ends)).toBeLessThan(50)
      expect(second.state.stats().own?.generation).toBeGreaterThan(generation)
      await second.close()
    }
  })

  test('keeps only its life where nothing else is wanted', async () => {
    const options = { name: 'a', state: { dataDir: newFolder(), durability: 'none' } } as const
    const first = await create(options)
    await first.state.own.set('role', 'db')
    const { generation = 0 } = first.state.stats().own ?? {}
    await first.close()
    const second = await create(options)
    expect(texts(second)).toEqual([])
    await second.state.own.set('role', 'web')
    expect(second.state.stats().own?.generation).toBeGreaterThan(generation)
  })

  test('is read by others with the keys of its new life', async () => {
    const b = await create({ name: 'b' })
    const options = { name: 'a', join: b.bound, state: { dataDir: newFolder() } }
    const first = await create(options)
    await first.state.own.set('old', '1')
    await first.state.own.set('kept', '1')
    await first.close()
    const second = await create(options)
    await second.state.own.delete('old')
    const signal = AbortSignal.timeout(10_000)
    for await (const _ of b.state.watch({ initial: true, signal })) {
      if (texts(b).join() === 'kept=1') break
    }
    expect(texts(b)).toEqual(['kept=1'])
  })

  test('tells what it wrote, and that its folder is taken', async () => {
    const options = { name: 'a', state: { dataDir: newFolder(), durability: 'fsync' } } as const
    const node = await create(options)
    await node.state.own.set('role', 'db')
    expect(node.metrics()).toMatchObject({ disk_writes_total: 1, disk_failing: 0 })
    await expect(create(options)).rejects.toMatchObject({
      code: 'HEARSAY_DATA_DIR',
      reason: 'in-use',
    })
  })

  test('lets go of its folder when its port cannot be opened', async () => {
    const state = { dataDir: newFolder() }
    const other = await create({ name: 'b' })
    await expect(create({ name: 'a', bind: other.bound, state })).rejects.toMatchObject({
      code: 'HEARSAY_BIND_FAILED',
    })
    await create({ name: 'a', state })
  })

  test('whose disk fails lives on, and says so to those who wait', async () => {
    const dataDir = newFolder()
    const node = await create({ name: 'a', state: { dataDir, durability: 'fsync' } })
    rmSync(dataDir, { recursive: true })
    // Longer than may be put behind what is there: the file is written anew, where no folder is.
    const large = new Uint8Array(60_000)
    const writes = Array.from({ length: 80 }, (_, at) => node.state.own.set(`k${at}`, large))
    const ends = await Promise.allSettled(writes)
    const codes = ends.map((end) => (end.status === 'rejected' ? codeOf(end.reason) : 'kept'))
    expect(codes).toContain('HEARSAY_DISK_FAILED')
    expect(node.metrics()).toMatchObject({ disk_failing: 1 })
    expect(node.state.of('a').entries()).toHaveLength(80)
  })
})

function codeOf(reason: unknown): string {
  return reason instanceof HearsayError ? reason.code : String(reason)
}

describe('options of state', () => {
  test('are refused with everything that is wrong', async () => {
    const state = { dataDir: '', durability: 'always', extra: 1 }
    const wrong = createNode({ state } as unknown as NodeOptions)
    await expect(wrong).rejects.toMatchObject({
      code: 'HEARSAY_CONFIG',
      problems: [
        'state.extra: no such option',
        expect.stringContaining('state.durability'),
        expect.stringContaining('state.dataDir'),
        expect.stringContaining('name: needed'),
      ],
    })
  })
})
