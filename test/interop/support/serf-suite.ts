// One story with three real Serf agents and three nodes of ours, told twice: in the clear and
// encrypted. Its tests run in order and each leaves the cluster a little smaller.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { closeOurs, eventsAbout, type Ours, sees, seesFailed, startOurs } from './node.ts'
import { calmMs, loopback } from './place.ts'
import { SerfAgent } from './serf.ts'
import { at, sleep, throughout, until } from './waiting.ts'

/** Lines of level ERR or WARN in Serf's log that are no complaint about us, each with the reason. */
const EXCUSED: readonly (readonly [RegExp, string])[] = []

const ALL = ['serf-1', 'serf-2', 'serf-3', 'z-1', 'z-2', 'z-3']
const NODES = ['z-1', 'z-2', 'z-3']

interface Cluster {
  readonly agents: SerfAgent[]
  readonly ours: Ours[]
}

/** Registers the tests; `family` is the file's family of loopback addresses. */
export function serfSuite(path: string, family: number, key?: string): void {
  const cluster: Cluster = { agents: [], ours: [] }
  beforeAll(() => start(cluster, path, family, key))
  afterAll(async () => {
    await closeOurs()
    await Promise.all(cluster.agents.map((agent) => agent.program.stop()))
  })
  testJoining(cluster)
  testEvents(cluster)
  testCalm(cluster)
  testParting(cluster)
}

async function start(
  { agents, ours }: Cluster,
  path: string,
  family: number,
  key: string | undefined,
): Promise<void> {
  const seed = `${loopback(family, 1)}:7946`
  const add = async (host: number, join?: string): Promise<void> => {
    const agent = new SerfAgent(path, {
      name: `serf-${host}`,
      host: loopback(family, host),
      join,
      key,
    })
    agents.push(agent)
    await agent.ready()
  }
  await add(1)
  await add(2, seed)
  for (const [index, name] of NODES.entries()) {
    const bind = `${loopback(family, 11 + index)}:7946`
    const keyring = key === undefined ? {} : { keyring: [key] }
    const tags = { role: 'node', place: `rack ${index}` }
    const options = { name, bind, advertise: bind, join: seed, tags, ...keyring }
    ours.push(await startOurs({ ...options, application: 'serf' }))
  }
  // The last one comes in through us.
  await add(3, at(ours, 0).node.address)
}

function testJoining({ agents, ours }: Cluster): void {
  test('Serf and hearsay hold all six members alive', async () => {
    for (const one of ours) await sees(one, ALL, 20_000)
    for (const agent of agents) {
      await until(`${agent.name} lists six`, async () => (await agent.alive()).length === 6, 20_000)
      expect(await agent.alive()).toEqual(ALL)
    }
  })

  test('tags are read on both sides and follow a change', async () => {
    expect((await at(agents, 0).member('z-2'))?.tags).toMatchObject({
      role: 'node',
      place: 'rack 1',
    })
    const seen = at(ours, 0).node.members({ name: 'serf-2' })[0]
    expect(seen?.tags).toEqual({ role: 'go' })
    await at(ours, 1).node.setTags({ role: 'changed' })
    const changed = async (): Promise<boolean> =>
      (await at(agents, 2).member('z-2'))?.tags.role === 'changed'
    await until('serf-3 sees the new tag of z-2', changed, 10_000)
  })
}

function testEvents({ agents, ours }: Cluster): void {
  test('a user event of Serf reaches our nodes, once', async () => {
    await at(agents, 0).event('deploy', 'from serf')
    for (const one of ours) {
      await until(`${one.node.name} hears it`, () => eventsAbout(one, 'user').length > 0, 10_000)
    }
    await sleep(1500)
    for (const one of ours) {
      const heard = eventsAbout(one, 'user')
      expect(heard.map((event) => event.kind === 'user' && `${event.name}: ${event.text}`)).toEqual(
        ['deploy: from serf'],
      )
    }
  })

  test('a user event of ours reaches every Serf agent', async () => {
    await at(ours, 2).node.broadcast('restock', 'from hearsay')
    const heard = /Received event: user-event: restock/
    for (const agent of agents) {
      await until(`${agent.name} hears it`, () => agent.program.grep(heard).length > 0, 10_000)
    }
  })
}

function testCalm({ agents, ours }: Cluster): void {
  test('nobody is failed while nothing fails', { timeout: calmMs + 30_000 }, async () => {
    await throughout(calmMs, async () => {
      for (const agent of agents) expect(await agent.alive()).toEqual(ALL)
    })
    expect(ours.flatMap((one) => eventsAbout(one, 'member-failed'))).toEqual([])
    expect(ours.flatMap((one) => eventsAbout(one, 'member-suspect'))).toEqual([])
    for (const agent of agents) {
      expect(agent.program.grep(/EventMemberFailed|Suspect .* has failed/)).toEqual([])
    }
  })

  test('Serf’s log holds no complaint about us, nor ours about it', () => {
    const complaints = agents.flatMap((agent) => agent.program.grep(/\[(?:ERR|WARN)\]/))
    const unexcused = complaints.filter((line) => !EXCUSED.some(([pattern]) => pattern.test(line)))
    expect(unexcused).toEqual([])
    expect(ours.flatMap((one) => one.complaints)).toEqual([])
  })
}

function testParting({ agents, ours }: Cluster): void {
  test('our graceful leave is a leave to Serf', async () => {
    await at(ours, 2).node.leave()
    for (const agent of agents) {
      await until(
        `${agent.name} has z-3 left`,
        async () => (await agent.statusOf('z-3')) === 'left',
        10_000,
      )
      expect(agent.program.grep(/EventMemberFailed: z-3/)).toEqual([])
    }
  })

  test('the graceful leave of Serf is a leave to us', async () => {
    await at(agents, 2).program.stop('SIGINT')
    for (const one of ours.slice(0, 2)) {
      const left = (): boolean => eventsAbout(one, 'member-leave', 'serf-3').length > 0
      await until(`${one.node.name} sees serf-3 leave`, left, 10_000)
      expect(eventsAbout(one, 'member-failed', 'serf-3')).toEqual([])
    }
  })

  test('a killed Serf agent is failed here, with evidence', { timeout: 60_000 }, async () => {
    await at(agents, 1).program.stop('SIGKILL')
    const survivors = ours.slice(0, 2)
    const cases = await Promise.all(survivors.map((one) => seesFailed(one, 'serf-2', 45_000)))
    for (const evidence of cases) expect(evidence).not.toEqual([])
  })

  test('a node of ours that falls silent is failed at Serf', { timeout: 60_000 }, async () => {
    await at(ours, 1).node.close()
    const failed = async (): Promise<boolean> => (await at(agents, 0).statusOf('z-2')) === 'failed'
    await until('serf-1 has z-2 failed', failed, 45_000)
  })
}
