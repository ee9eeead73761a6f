// What tests of shared values say often: two nodes act while they are apart, and what all read.

import type { Node } from '../../src/index.ts'
import type { SimCluster } from '../../src/testing/index.ts'

/** Three nodes, and what `n1` and `n3` do while `n3` is cut off; all is over and healed after. */
export async function apart(
  cluster: SimCluster,
  one: (node: Node) => Promise<unknown>,
  other: (node: Node) => Promise<unknown>,
): Promise<void> {
  cluster.partition(['n3'], { healMs: 20_000 })
  await one(cluster.node('n1'))
  await other(cluster.node('n3'))
  await cluster.run(60_000)
}

/** What each node reads. */
export const all = <T>(cluster: SimCluster, read: (node: Node) => T): readonly T[] =>
  cluster.nodes.map(read)
