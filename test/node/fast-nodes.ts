// Real nodes on loopback that need no patience: short intervals, and closed when their test is
// over.

import { afterEach } from 'vitest'
import { createNode, type Node, type NodeOptions } from '../../src/index.ts'

export const FAST: NodeOptions = {
  bind: '127.0.0.1:0',
  profile: 'local',
  probeIntervalMs: 100,
  probeTimeoutMs: 40,
  gossipIntervalMs: 20,
  suspicionMult: 2,
}
const open: Node[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((node) => node.close()))
})

/** Closes a node after the test. */
export function kept(node: Node): Node {
  open.push(node)
  return node
}

/** A fast node, unless the options say otherwise. */
export async function create(options: NodeOptions = {}): Promise<Node> {
  return kept(await createNode({ ...FAST, ...options }))
}
