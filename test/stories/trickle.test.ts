// A client that sends one byte a second, or nothing, holds a stream (B8): both are let go, and
// real joins work meanwhile.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('idle and trickling connections are let go', ({ start }) => {
  const cluster = start({ members: 3, seed: 71 })
  const client = cluster.stranger()
  const bytes = Array.from({ length: 60 }, () => Uint8Array.of(6))
  const idle = client.dial(cluster.address('a'), [])
  const trickling = client.dial(cluster.address('a'), bytes, seconds(1))
  cluster.start('d')
  cluster.join('d', 'a')
  cluster.settle(seconds(5))
  cluster.run(seconds(35))
  expect([idle.closed, trickling.closed]).not.toContain(undefined)
})
