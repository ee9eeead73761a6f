// Two processes use one name: whoever has it keeps it, and nobody else starts to flap (P11).

import { expect } from 'vitest'
import { minutes, story } from './story.ts'

story('of two living nodes with one name the first keeps it, without a storm', ({ start }) => {
  const cluster = start({ members: 5, seed: 13 })
  const { advertise } = cluster.population.seat('c').config
  cluster.start('usurper', { name: 'c' })
  cluster.join('usurper', 'a')
  cluster.run(minutes(2))
  for (const id of ['a', 'b', 'd', 'e']) {
    expect(cluster.row(id, 'c')).toMatchObject({ status: 'alive', address: advertise })
    expect(cluster.notices(id, 'conflict').length).toBeLessThan(5)
  }
  expect(cluster.notices('a', 'conflict').length).toBeGreaterThan(0)
  // Hosts make the line of a notice: a second one would say the same.
  const lines = cluster.notices('a', 'log').map(({ message }) => message)
  expect(lines.filter((line) => line.includes('name'))).toEqual([])
  expect(cluster.transitions({ to: 'dead' })).toEqual([])
})
