// Who heard an event, and from whom: the chain of first tellers leads every member back to the
// origin.

import { expect } from 'vitest'
import { seconds, story } from './story.ts'

story('the coverage of an event names for each member who told it first', ({ start }) => {
  const cluster = start({ members: 8, seed: 84 })
  const sent = cluster.broadcast('c', 'deploy')
  cluster.run(seconds(5))
  const event = sent.outcome?.kind === 'event' ? sent.outcome.event : { ltime: 0n, name: '' }
  const asked = cluster.command('a', { kind: 'ask-event', event, timeoutMs: 2000 })
  cluster.run(seconds(3))
  expect(asked.outcome).toMatchObject({ kind: 'coverage', missing: [], silent: [] })
  const receipts = asked.outcome?.kind === 'coverage' ? asked.outcome.answers : []
  const tellerOf = new Map(receipts.map(({ name, from }) => [name, from]))
  for (const { name } of receipts) {
    let at = name
    for (let hops = 0; at !== 'c' && hops < 8; hops++) at = tellerOf.get(at) || 'c'
    expect(at).toBe('c')
  }
})
