// One story with three nodes of the newest memberlist and three of ours behind a label, told
// twice: in the clear and encrypted.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildLabelPeer, LabelPeer } from './label-peer.ts'
import { closeOurs, eventsAbout, type Ours, sees, seesFailed, startOurs } from './node.ts'
import { calmMs, loopback } from './place.ts'
import { at, throughout, until } from './waiting.ts'

const LABEL = 'shop-prod'
const ALL = ['go-1', 'go-2', 'go-3', 'z-1', 'z-2', 'z-3']
const NODES = ['z-1', 'z-2', 'z-3']

/** Lines of level WARN or ERR in memberlist's log that are no complaint about us, with the reason. */
const EXCUSED: readonly (readonly [RegExp, string])[] = [
  [/unacceptable label "shop-test/, 'the stranger of this very story'],
]

interface Cluster {
  readonly peers: LabelPeer[]
  readonly ours: Ours[]
  readonly family: number
  readonly key: string | undefined
}

/** Registers the tests; `family` is the file's family of loopback addresses. */
export function labelSuite(go: string, family: number, key?: string): void {
  const cluster: Cluster = { peers: [], ours: [], family, key }
  // The first build compiles memberlist, which takes its time.
  beforeAll(() => start(cluster, go), 180_000)
  afterAll(async () => {
    await closeOurs()
    await Promise.all(cluster.peers.map((peer) => peer.program.stop()))
  })
  testJoining(cluster)
  testStranger(cluster)
  testCalm(cluster)
  testParting(cluster)
}

function seedOf({ family }: Cluster): string {
  return `${loopback(family, 1)}:7946`
}

function keyringOf({ key }: Cluster): { keyring?: readonly string[] } {
  return key === undefined ? {} : { keyring: [key] }
}

async function start(cluster: Cluster, go: string): Promise<void> {
  const { peers, ours, family, key } = cluster
  const seed = seedOf(cluster)
  const path = await buildLabelPeer(go)
  const add = async (host: number, join?: string): Promise<void> => {
    const place = { name: `go-${host}`, host: loopback(family, host) }
    const peer = new LabelPeer(path, { ...place, label: LABEL, join, key })
    peers.push(peer)
    await peer.ready()
  }
  await add(1)
  await add(2, seed)
  for (const [index, name] of NODES.entries()) {
    const bind = `${loopback(family, 11 + index)}:7946`
    const options = { name, bind, advertise: bind, join: seed, label: LABEL, ...keyringOf(cluster) }
    ours.push(await startOurs(options))
  }
  // The last one comes in through us.
  await add(3, at(ours, 0).node.address)
}

function testJoining({ peers, ours }: Cluster): void {
  test('memberlist and hearsay hold all six members alive', async () => {
    for (const one of ours) await sees(one, ALL, 20_000)
    for (const peer of peers) {
      await until(`${peer.name} lists six`, async () => (await peer.alive()).length === 6, 20_000)
      expect(await peer.alive()).toEqual(ALL)
    }
  })

  // Neither side passes raw messages on, so each reaches some members, not all.
  test('raw user messages pass both ways', async () => {
    at(peers, 0).program.tell('say from memberlist')
    const heardByUs = (): boolean => ours.some((one) => one.messages.includes('from memberlist'))
    await until('a node of ours hears memberlist', heardByUs, 10_000)
    await at(ours, 0).node.gossip(Buffer.from('from hearsay'))
    const heardByThem = (): boolean =>
      peers.some((peer) => peer.reports('message').some((one) => one.text === 'from hearsay'))
    await until('a memberlist node hears us', heardByThem, 10_000)
  })
}

function testStranger(cluster: Cluster): void {
  const { peers, ours, family } = cluster
  test('a stranger with another label stays outside', async () => {
    const bind = `${loopback(family, 21)}:7946`
    const stranger = await startOurs({
      name: 'y-1',
      bind,
      advertise: bind,
      label: 'shop-test',
      ...keyringOf(cluster),
    })
    await expect(stranger.node.join(seedOf(cluster), { timeoutMs: 5000 })).rejects.toMatchObject({
      code: 'HEARSAY_JOIN_FAILED',
    })
    await stranger.node.close()
    expect(await at(peers, 0).alive()).toEqual(ALL)
    for (const one of ours) expect(eventsAbout(one, 'member-join', 'y-1')).toEqual([])
  })
}

function testCalm({ peers, ours }: Cluster): void {
  test('nobody is failed while nothing fails', { timeout: calmMs + 30_000 }, async () => {
    await throughout(calmMs, async () => {
      for (const peer of peers) expect(await peer.alive()).toEqual(ALL)
    })
    expect(ours.flatMap((one) => eventsAbout(one, 'member-failed'))).toEqual([])
    expect(ours.flatMap((one) => eventsAbout(one, 'member-suspect'))).toEqual([])
    for (const peer of peers) expect(peer.reports('gone')).toEqual([])
  })

  test('memberlist’s log holds no complaint about us, nor ours about it', () => {
    const complaints = peers.flatMap((peer) => peer.program.grep(/\[(?:ERR|ERROR|WARN)\]/))
    const unexcused = complaints.filter((line) => !EXCUSED.some(([pattern]) => pattern.test(line)))
    expect(unexcused).toEqual([])
    expect(ours.flatMap((one) => one.complaints)).toEqual([])
  })
}

function testParting({ peers, ours }: Cluster): void {
  test('our graceful leave is a leave to memberlist', async () => {
    await at(ours, 2).node.leave()
    for (const peer of peers) {
      const gone = (): boolean => peer.reports('gone').some((one) => one.name === 'z-3')
      await until(`${peer.name} sees z-3 leave`, gone, 10_000)
      expect(peer.program.grep(/Marking z-3 as failed/)).toEqual([])
    }
  })

  test('the graceful leave of memberlist is a leave to us', async () => {
    at(peers, 2).program.tell('leave')
    for (const one of ours.slice(0, 2)) {
      const left = (): boolean => eventsAbout(one, 'member-leave', 'go-3').length > 0
      await until(`${one.node.name} sees go-3 leave`, left, 10_000)
      expect(eventsAbout(one, 'member-failed', 'go-3')).toEqual([])
    }
  })

  test('a killed memberlist node is failed here, with evidence', { timeout: 60_000 }, async () => {
    await at(peers, 1).program.stop('SIGKILL')
    const survivors = ours.slice(0, 2)
    const cases = await Promise.all(survivors.map((one) => seesFailed(one, 'go-2', 45_000)))
    for (const evidence of cases) expect(evidence).not.toEqual([])
  })

  test('a node of ours that falls silent is failed at memberlist', {
    timeout: 60_000,
  }, async () => {
    await at(ours, 1).node.close()
    const failed = (): boolean =>
      at(peers, 0)
        .reports('gone')
        .some((one) => one.name === 'z-2')
    await until('go-1 reports z-2 gone', failed, 45_000)
  })
}
