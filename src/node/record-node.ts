// A node whose life is written down, so that it can be replayed: for tools that hunt a rare
// failure of the real world.

import { Core } from '../core/index.ts'
import { type Node, type NodeOptions, realClock, recordable, recorded } from '../host/index.ts'
import { openNode } from './open-node.ts'

/**
 * Starts a node as `createNode` does, and gives `write` its recording line by line, each
 * without its end. Rejects as `createNode` does.
 */
export function openRecordedNode(
  options: NodeOptions,
  write: (line: string) => void,
): Promise<Node> {
  const seed = realClock().seed()
  return openNode(
    options,
    (given, parts) => {
      const config = recordable(given)
      return recorded(new Core(config, parts), { config, seed, write })
    },
    { seed },
  )
}
