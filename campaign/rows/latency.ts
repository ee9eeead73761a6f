// Packets that take their time, overtake each other and come twice (N11, N12): slow is not dead.

import type { Row } from '../row.ts'
import { type Slowness, slowDown } from '../support/delay.ts'
import type { Net } from '../support/net.ts'
import { GOSSIP_PORT } from '../support/programs.ts'
import { now, pause } from '../support/time.ts'

function slow(id: string, fault: string, how: Slowness): Row {
  return {
    id,
    fault,
    bounds: {
      'false failures': { max: 0 },
      'missing members': { max: 0 },
      'round trip ms': { min: Math.max(5, 2 * how.leastMs) },
    },
    isShort: false,
    alsoSerf: true,
    run: async (cluster, { hold }) => {
      const sinceMs = now()
      const restore = await slowDown(cluster.net, cluster.others(), how)
      await pause(hold(20, 45))
      const trip = await roundTripMs(cluster.net, 1, 2).catch(() => Number.NaN)
      const isWhole = await cluster.confirmsWhole()
      await restore()
      return {
        'false failures': cluster.failures(sinceMs).length,
        suspicions: cluster.suspicions(sinceMs),
        'missing members': isWhole ? 0 : 1,
        'round trip ms': trip,
      }
    },
  }
}

/** Says how many milliseconds it takes to open a stream: one round trip. */
const CONNECT = `const from = performance.now()
require('node:net').connect(+process.argv[2], process.argv[1])
  .on('connect', () => { console.log(performance.now() - from); process.exit() })`

async function roundTripMs(net: Net, from: number, to: number): Promise<number> {
  const words = ['-e', CONNECT, net.address(to), String(GOSSIP_PORT)]
  return Number(await net.inside(from, process.execPath, words))
}

export const latencyRows: readonly Row[] = [
  slow('N11-300', 'round trips of 200 to 300 ms', {
    leastMs: 100,
    longestMs: 150,
    doubledPercent: 0,
  }),
  slow('N11-1000', 'round trips of 600 to 1000 ms', {
    leastMs: 300,
    longestMs: 500,
    doubledPercent: 0,
  }),
  slow('N12', 'packets delayed by 0 to 400 ms, 30 % come twice', {
    leastMs: 0,
    longestMs: 400,
    doubledPercent: 30,
  }),
]
