// memberlist’s plain user messages: sent to one by packet or stream, or gossiped; nobody but the
// origin passes those on, so they may miss a member.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('raw messages travel by gossip, by packet and by stream', ({ start }) => {
  const cluster = start({ members: 5, seed: 82 })
  cluster.command('a', { kind: 'gossip', payload: Uint8Array.of(100, 1) })
  cluster.command('a', { kind: 'send', to: 'c', payload: Uint8Array.of(100, 2), reliable: false })
  cluster.command('a', { kind: 'send', to: 'd', payload: Uint8Array.of(100, 3), reliable: true })
  cluster.run(seconds(3))
  const got = (id: string) => cluster.notices(id, 'message').map(({ payload }) => payload[1])
  expect(got('c')).toContain(2)
  expect(got('d')).toContain(3)
  expect(['b', 'c', 'd', 'e'].filter((id) => got(id).includes(1)).length).toBeGreaterThan(1)
})
