// The seeds are gone, and the last of them comes back elsewhere, knowing nobody. Whoever is
// configured with it asks for its name again and dials it, though the others never answer
// (storm 10196, L3).

import { minutes, seconds, story } from './story.ts'

story('the last of three seeds is found at its new address', ({ start }) => {
  const ids = ['a', 'b', 'c', 'd', 'e']
  const cluster = start({ members: ids, seed: 91, joined: false })
  for (const id of ids) cluster.seeds(id, 'a', 'b', 'c')
  cluster.run(seconds(5))
  for (const id of ['a', 'b', 'c']) {
    cluster.leave(id)
    cluster.run(seconds(3))
    cluster.crash(id)
  }
  cluster.run(minutes(2))
  cluster.restart('c', { advertise: cluster.population.freshAddress() })
  cluster.settle(minutes(4))
})
