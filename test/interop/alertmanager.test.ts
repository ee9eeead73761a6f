// Three real Alertmanagers and three of our nodes are one cluster. Our names sort last, since
// an Alertmanager waits by its rank among the names before it notifies anyone.

import { afterAll, beforeAll, expect, test } from 'vitest'
import { Alertmanager } from './support/alertmanager.ts'
import { describeWith } from './support/missing.ts'
import { closeOurs, eventsAbout, type Ours, sees, seesFailed, startOurs } from './support/node.ts'
import { calmMs, loopback } from './support/place.ts'
import { at, throughout, until } from './support/waiting.ts'

const FAMILY = 75
const NODES = ['z-1', 'z-2', 'z-3']
const INSTALL = 'apt-get install prometheus-alertmanager'

/** Log lines of level warn or error that are no complaint about us, each with the reason. */
const EXCUSED: readonly (readonly [RegExp, string])[] = []

describeWith('prometheus-alertmanager', INSTALL, 'with Alertmanager', (path) => {
  const managers: Alertmanager[] = []
  const ours: Ours[] = []
  const names: string[] = []
  const addresses: string[] = []
  const seed = `${loopback(FAMILY, 1)}:9094`

  beforeAll(async () => {
    const add = async (host: number, join?: string): Promise<void> => {
      const manager = new Alertmanager(path, { host: loopback(FAMILY, host), join })
      managers.push(manager)
      await manager.ready()
    }
    await add(1)
    await add(2, seed)
    for (const [index, name] of NODES.entries()) {
      const bind = `${loopback(FAMILY, 11 + index)}:9094`
      ours.push(
        await startOurs({ name, bind, advertise: bind, join: seed, tags: { role: 'node' } }),
      )
    }
    // The last one comes in through us.
    await add(3, at(ours, 0).node.address)
    names.push(...(await Promise.all(managers.map((manager) => manager.name()))), ...NODES)
    addresses.push(...managers.map((manager) => manager.address))
    addresses.push(...ours.map((one) => one.node.address))
    addresses.sort()
  })

  afterAll(async () => {
    await closeOurs()
    await Promise.all(managers.map((manager) => manager.program.stop()))
  })

  test('Alertmanager and hearsay hold all six members alive', async () => {
    for (const one of ours) await sees(one, names, 20_000)
    for (const manager of managers) {
      const six = async (): Promise<boolean> => (await manager.peers()).length === 6
      await until(`${manager.program.name} lists six`, six, 20_000)
      expect(await manager.peers()).toEqual(addresses)
    }
  })

  test('nobody is failed while nothing fails', { timeout: calmMs + 30_000 }, async () => {
    await throughout(calmMs, async () => {
      for (const manager of managers) expect(await manager.peers()).toEqual(addresses)
    })
    expect(ours.flatMap((one) => eventsAbout(one, 'member-failed'))).toEqual([])
    expect(ours.flatMap((one) => eventsAbout(one, 'member-suspect'))).toEqual([])
    for (const manager of managers) {
      expect(await manager.metric('alertmanager_cluster_failed_peers')).toBe(0)
      expect(await manager.metric('alertmanager_cluster_health_score')).toBe(0)
      expect(await manager.metric('alertmanager_cluster_members')).toBe(6)
    }
  })

  test('Alertmanager’s log holds no complaint about us, nor ours about it', () => {
    const complaint = /level=(?:warn|error)|\[(?:ERR|WARN)\]/
    const complaints = managers.flatMap((manager) => manager.program.grep(complaint))
    const unexcused = complaints.filter((line) => !EXCUSED.some(([pattern]) => pattern.test(line)))
    expect(unexcused).toEqual([])
    expect(ours.flatMap((one) => one.complaints)).toEqual([])
  })

  test('our graceful leave takes us off their list at once', async () => {
    const address = at(ours, 2).node.address
    await at(ours, 2).node.leave()
    for (const manager of managers) {
      const gone = async (): Promise<boolean> => !(await manager.peers()).includes(address)
      await until(`${manager.program.name} drops z-3`, gone, 5000)
    }
    for (const one of ours.slice(0, 2)) {
      const left = (): boolean => eventsAbout(one, 'member-leave', 'z-3').length > 0
      await until(`${one.node.name} sees z-3 leave`, left, 5000)
    }
  })

  test('the graceful leave of an Alertmanager is a leave to us', async () => {
    await at(managers, 2).program.stop('SIGTERM')
    for (const one of ours.slice(0, 2)) {
      const left = (): boolean => eventsAbout(one, 'member-leave', at(names, 2)).length > 0
      await until(`${one.node.name} sees the Alertmanager leave`, left, 15_000)
      expect(eventsAbout(one, 'member-failed')).toEqual([])
    }
  })

  test('a killed Alertmanager is failed here, with evidence', { timeout: 60_000 }, async () => {
    await at(managers, 1).program.stop('SIGKILL')
    const survivors = ours.slice(0, 2)
    const cases = await Promise.all(survivors.map((one) => seesFailed(one, at(names, 1), 45_000)))
    for (const evidence of cases) expect(evidence).not.toEqual([])
  })

  test('a node of ours that falls silent is failed at Alertmanager', {
    timeout: 60_000,
  }, async () => {
    const address = at(ours, 1).node.address
    await at(ours, 1).node.close()
    const gone = async (): Promise<boolean> => !(await at(managers, 0).peers()).includes(address)
    await until('the Alertmanager drops z-2', gone, 45_000)
    expect(await at(managers, 0).metric('alertmanager_cluster_failed_peers')).toBeGreaterThan(0)
  })
})
