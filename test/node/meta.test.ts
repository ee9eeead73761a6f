// Raw meta instead of tags, seen by another node over real sockets.

import { expect, it } from 'vitest'
import { createNode } from '../../src/index.ts'

it('raw meta reaches the others, and such a node announces nothing', async () => {
  await using a = await createNode({ name: 'a', bind: '127.0.0.1:0' })
  await using b = await createNode({ name: 'b', bind: '127.0.0.1:0', join: a.address })
  await b.ready({ atLeast: 2, timeoutMs: 10_000 })
  const updated = new Promise((resolve) => a.on('member-update', resolve))
  await b.setMeta(Uint8Array.of(1, 2, 3))
  await updated
  expect(a.members({ name: 'b' })).toMatchObject([{ meta: Uint8Array.of(1, 2, 3), hearsay: false }])
  expect(a.metrics()).toMatchObject({ members_alive: 2 })
  await expect(b.setMeta(new Uint8Array(513))).rejects.toMatchObject({ code: 'HEARSAY_TOO_LARGE' })
})
