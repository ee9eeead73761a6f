// Packets that get lost or damaged (N1, N2, N3, N13): nobody may be called failed for what the
// network does to datagrams while streams get through.

import { type Row, STRUCK } from '../row.ts'
import { garble, lose } from '../support/net.ts'
import { askAgent } from '../support/programs.ts'
import { now, pause } from '../support/time.ts'
import { during, WHOLE_MS } from './during.ts'

function udpLoss(percent: number, isShort: boolean): Row {
  return {
    id: `N1-${percent}`,
    fault: `${percent} % of all UDP lost`,
    bounds: { 'false failures': { max: 0 }, ...STRUCK },
    isShort,
    alsoSerf: true,
    run: async (cluster, { hold }) => {
      const rules = () => [lose(percent, 'udp')]
      const { sinceMs, hit } = await during(cluster, { holdMs: hold(30, 60), rules })
      return {
        'false failures': cluster.failures(sinceMs).length,
        suspicions: cluster.suspicions(sinceMs),
        'packets hit': hit,
      }
    },
  }
}

function lossOfAll(percent: number, failuresMax: number, isShort: boolean): Row {
  return {
    id: `N2-${percent}`,
    fault: `${percent} % of all packets lost, TCP too`,
    bounds: {
      'false failures': { max: failuresMax },
      'whole again s': { max: 35, bar: 8 },
      ...STRUCK,
    },
    isShort,
    alsoSerf: true,
    run: async (cluster, { hold }) => {
      const rules = () => [lose(percent, 'all')]
      const { sinceMs, healedMs, hit } = await during(cluster, { holdMs: hold(40, 60), rules })
      const wholeS = await cluster.wholeAfter(healedMs, WHOLE_MS)
      return {
        'false failures': cluster.failures(sinceMs).length,
        suspicions: cluster.suspicions(sinceMs),
        'whole again s': wholeS,
        'packets hit': hit,
      }
    },
  }
}

const bursts: Row = {
  id: 'N3',
  fault: 'everything lost for 2 s of every 10',
  bounds: { 'false failures': { max: 0 }, ...STRUCK },
  isShort: false,
  alsoSerf: true,
  run: async (cluster, { hold }) => {
    const startMs = now()
    let hit = 0
    while (now() - startMs < hold(30, 60)) {
      const spent = await during(cluster, { holdMs: 2000, rules: () => [lose(100, 'all')] })
      hit += spent.hit
      await pause(8000)
    }
    return {
      'false failures': cluster.failures(startMs).length,
      suspicions: cluster.suspicions(startMs),
      'packets hit': hit,
    }
  },
}

/** Payload bytes to damage: types, lengths, numbers, names. */
const OFFSETS = [0, 1, 4, 9, 14, 21, 33, 47, 62, 88]

const corruption: Row = {
  id: 'N13',
  fault: 'a byte of one in five datagrams overwritten',
  bounds: {
    'false failures': { max: 0 },
    'invented members': { max: 0 },
    crashes: { max: 0 },
    refused: { min: 1 },
    ...STRUCK,
  },
  isShort: true,
  alsoSerf: false,
  run: async (cluster, { hold }) => {
    const rules = () => OFFSETS.map((offset) => garble(20 / OFFSETS.length, offset))
    const { sinceMs, hit } = await during(cluster, { holdMs: hold(25, 60), rules })
    const known = cluster.members.map(({ name }) => name)
    const lists = await Promise.all(
      cluster.others().map((host) => cluster.program.alive(cluster.net, host)),
    )
    return {
      'false failures': cluster.failures(sinceMs).length,
      'invented members': lists.flat().filter((name) => !known.includes(name)).length,
      crashes: cluster.members.reduce((sum, one) => sum + one.unwantedExits, 0),
      refused: refusedIn(await askAgent(cluster.net, 1, '/v1/metrics')),
      'packets hit': hit,
    }
  },
}

/** Sum of the counters of what one member received and did not take. */
function refusedIn(metrics: string): number {
  const values = [...metrics.matchAll(/^hearsay_rx_drop_\S+ (\d+)/gm)]
  return values.reduce((sum, [, value]) => sum + Number(value), 0)
}

export const lossRows: readonly Row[] = [
  udpLoss(1, false),
  udpLoss(10, false),
  udpLoss(30, true),
  udpLoss(60, true),
  lossOfAll(30, 10, true),
  lossOfAll(60, 56, false),
  bursts,
  corruption,
]
