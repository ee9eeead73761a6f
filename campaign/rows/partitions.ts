// Networks in pieces (N4 to N10): each side judges the other, nobody judges within a side, and
// what belongs together finds itself again without help.

import { type Row, STRUCK } from '../row.ts'
import type { Cluster } from '../support/cluster.ts'
import { cut, lose } from '../support/net.ts'
import { askAgent } from '../support/programs.ts'
import { now, pause } from '../support/time.ts'
import { apart, during, failuresWithin, mostSeen, WHOLE_MS } from './during.ts'

const LEFT = [1, 2, 3, 4]

const split: Row = {
  id: 'N4',
  fault: 'split 4 from 5, then healed',
  bounds: {
    'sides settled s': { max: 43, bar: 25 },
    'failures within a side': { max: 0 },
    'merged s': { max: 35 },
    ...STRUCK,
  },
  isShort: true,
  alsoSerf: true,
  run: async (cluster, { hold }) => {
    const right = cluster.others(...LEFT)
    const isSettled = () =>
      cluster.agree(LEFT, right, 'failed') && cluster.agree(right, LEFT, 'failed')
    const { sinceMs, healedMs, hit, isSeen } = await during(cluster, {
      holdMs: hold(25, 60),
      longestMs: 50_000,
      rules: apart(cluster, LEFT, right),
      awaited: isSettled,
    })
    const verdicts = cluster.failures(sinceMs).map(({ atMs }) => (atMs - sinceMs) / 1000)
    return {
      'sides settled s': isSeen ? Math.max(...verdicts) : Infinity,
      'failures within a side': failuresWithin(cluster, sinceMs, LEFT, right),
      'merged s': await cluster.wholeAfter(healedMs, WHOLE_MS),
      'packets hit': hit,
    }
  },
}

const isolation: Row = {
  id: 'N5',
  fault: 'one member cut off, then healed',
  bounds: {
    'others agree s': { max: 43, bar: 15 },
    'failures of others': { max: 0 },
    'merged s': { max: 35 },
    ...STRUCK,
  },
  isShort: true,
  alsoSerf: true,
  run: async (cluster, { hold }) => {
    const alone = cluster.members.length
    const rest = cluster.others(alone)
    const { name } = cluster.member(alone)
    const { sinceMs, healedMs, hit, isSeen } = await during(cluster, {
      holdMs: hold(20, 60),
      longestMs: 50_000,
      rules: apart(cluster, [alone], rest),
      awaited: () => cluster.agree(rest, [alone], 'failed'),
    })
    const verdicts = cluster.failures(sinceMs, ({ about }) => about === name)
    const times = verdicts.map(({ atMs }) => (atMs - sinceMs) / 1000)
    return {
      'others agree s': isSeen ? Math.max(...times) : Infinity,
      'failures of others': failuresWithin(cluster, sinceMs, [alone], rest),
      'merged s': await cluster.wholeAfter(healedMs, WHOLE_MS),
      'packets hit': hit,
    }
  },
}

const flapping: Row = {
  id: 'N6',
  fault: 'three-way split on and off every 10 s',
  bounds: { 'merged s': { max: 35 }, ...STRUCK },
  isShort: false,
  alsoSerf: true,
  run: async (cluster, { hold }) => {
    const startMs = now()
    const third = (rest: number) => cluster.others().filter((host) => host % 3 === rest)
    let hit = 0
    let healedMs = startMs
    while (now() - startMs < hold(40, 100)) {
      const rules = apart(cluster, third(0), third(1), third(2))
      const spent = await during(cluster, { holdMs: 10_000, rules })
      hit += spent.hit
      healedMs = spent.healedMs
      await pause(10_000)
    }
    return {
      failures: cluster.failures(startMs).length,
      'merged s': await cluster.wholeAfter(healedMs, WHOLE_MS),
      'packets hit': hit,
    }
  },
}

const semiDetached: Row = {
  id: 'N8',
  fault: 'one member reaches only one other',
  bounds: {
    'false failures one of them saw': { max: 1 },
    'times it was called failed': { max: 3 },
    'its health score': { min: 3 },
    ...STRUCK,
  },
  isShort: true,
  alsoSerf: false,
  run: async (cluster, { hold }) => {
    const sick = cluster.members.length
    const { name } = cluster.member(sick)
    const lost = cluster.others(1, sick)
    const holdMs = hold(40, 90)
    const watching = worstHealth(cluster, sick, holdMs)
    const rules = apart(cluster, [sick], lost)
    const { sinceMs, hit } = await during(cluster, { holdMs, rules })
    const byOthers = cluster.failures(sinceMs, ({ by }) => by !== name)
    const ofIt = byOthers.filter(({ about }) => about === name)
    const wrong = byOthers.filter(({ about }) => about !== name)
    return {
      // One false failure is heard by all: what counts is how many any of them saw.
      'false failures one of them saw': mostSeen(wrong),
      'times it was called failed': mostSeen(ofIt),
      'its health score': await watching,
      suspicions: cluster.suspicions(sinceMs),
      'packets hit': hit,
    }
  },
}

/** The worst own-health score that a member told in so long. */
async function worstHealth(cluster: Cluster, host: number, holdMs: number): Promise<number> {
  const startMs = now()
  let worst = 0
  while (now() - startMs < holdMs - 5000) {
    await pause(5000)
    const { healthScore }: { healthScore: number } = JSON.parse(
      await askAgent(cluster.net, host, '/v1/health'),
    )
    worst = Math.max(worst, healthScore)
  }
  return worst
}

/** A cut through which everybody stays reachable on some way: nobody may be called failed. */
function harmless(
  options: Pick<Row, 'id' | 'fault' | 'isShort'>,
  rules: (cluster: Cluster) => (host: number) => readonly string[],
): Row {
  return {
    ...options,
    bounds: { 'false failures': { max: 0 }, ...STRUCK },
    alsoSerf: true,
    run: async (cluster, { hold }) => {
      const spell = { holdMs: hold(40, 60), rules: rules(cluster) }
      const { sinceMs, hit } = await during(cluster, spell)
      return {
        'false failures': cluster.failures(sinceMs).length,
        suspicions: cluster.suspicions(sinceMs),
        'packets hit': hit,
      }
    },
  }
}

const oneWay = harmless(
  { id: 'N7', fault: 'nothing gets from one member to another, but back', isShort: true },
  (cluster) => (host) => (host === 2 ? [cut([cluster.net.address(1)])] : []),
)

const tcpOnly = harmless(
  { id: 'N9', fault: 'all UDP blocked, TCP open', isShort: false },
  () => () => [lose(100, 'udp')],
)

const udpOnly = harmless(
  { id: 'N10', fault: 'all TCP blocked, UDP open', isShort: false },
  () => () => ['meta l4proto tcp iifname "eth0" counter drop'],
)

export const partitionRows: readonly Row[] = [
  split,
  isolation,
  flapping,
  oneWay,
  semiDetached,
  tcpOnly,
  udpOnly,
]
