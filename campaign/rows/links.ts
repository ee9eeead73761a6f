// Links that are narrow, slow or gone for a moment (N15, N16, N18): small packets still pass, what
// is large waits, and a socket outlives its interface.

import type { Row } from '../row.ts'
import type { Cluster } from '../support/cluster.ts'
import { now, pause } from '../support/time.ts'
import { during, WHOLE_MS } from './during.ts'

const MTU_BYTES = 600

const narrow: Row = {
  id: 'N15',
  fault: `links carry ${MTU_BYTES} bytes, and fragments get lost`,
  bounds: { 'false failures': { max: 0 } },
  isShort: false,
  alsoSerf: true,
  run: async (cluster, { hold }) => {
    const rules = () => ['ip frag-off & 0x1fff != 0 counter drop']
    await link(cluster, ['link', 'set', 'eth0', 'mtu', String(MTU_BYTES)])
    const { sinceMs, hit } = await during(cluster, { holdMs: hold(30, 60), rules })
    await link(cluster, ['link', 'set', 'eth0', 'mtu', '1500'])
    return { 'false failures': cluster.failures(sinceMs).length, 'packets hit': hit }
  },
}

const slowLinks: Row = {
  id: 'N16',
  fault: 'every link carries 64 kbit/s',
  bounds: { 'false failures': { max: 0 } },
  isShort: false,
  alsoSerf: true,
  run: async (cluster, { hold }) => {
    const shape = ['tbf', 'rate', '64kbit', 'burst', '5kb', 'latency', '400ms']
    const sinceMs = now()
    await each(cluster, 'tc', ['qdisc', 'add', 'dev', 'eth0', 'root', ...shape])
    await pause(hold(30, 60))
    await each(cluster, 'tc', ['qdisc', 'del', 'dev', 'eth0', 'root'])
    return {
      'false failures': cluster.failures(sinceMs).length,
      suspicions: cluster.suspicions(sinceMs),
    }
  },
}

const unplugged: Row = {
  id: 'N18',
  fault: "a member's interface is down for 5 s, five times",
  bounds: { 'failures of others': { max: 0 }, 'whole again s': { max: 35 } },
  isShort: false,
  alsoSerf: true,
  run: async (cluster) => {
    const loose = cluster.member(4)
    const sinceMs = now()
    for (let time = 0; time < 5; time += 1) {
      await cluster.net.inside(loose.host, 'ip', ['link', 'set', 'eth0', 'down'])
      await pause(5000)
      await cluster.net.inside(loose.host, 'ip', ['link', 'set', 'eth0', 'up'])
      await pause(5000)
    }
    const wholeS = await cluster.wholeAfter(now(), WHOLE_MS)
    const others = ({ by, about }: { by: string; about: string }) =>
      by !== loose.name && about !== loose.name
    return {
      'failures of others': cluster.failures(sinceMs, others).length,
      'failures of it': cluster.failures(sinceMs, ({ about }) => about === loose.name).length,
      'whole again s': wholeS,
    }
  },
}

async function link(cluster: Cluster, words: readonly string[]): Promise<void> {
  await each(cluster, 'ip', words)
}

async function each(cluster: Cluster, command: string, words: readonly string[]): Promise<void> {
  await Promise.all(cluster.others().map((host) => cluster.net.inside(host, command, words)))
}

export const linkRows: readonly Row[] = [narrow, slowLinks, unplugged]
