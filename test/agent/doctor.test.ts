// Doctor's judgements, from facts alone.

import { describe, expect, test } from 'vitest'
import { isHealthy, worstFirst } from '../../src/agent/doctor/findings.ts'
import { receiveBuffers, runtime } from '../../src/agent/doctor/host-checks.ts'
import { type AgentFacts, checkFacts } from '../../src/agent/doctor/member-checks.ts'
import type { Member } from '../../src/host/api.ts'
import { FakeWorld } from './support/fake-world.ts'

const world = new FakeWorld()
await world.createNode({ name: 'ann' })
await world.createNode({ name: 'bob' })
await world.createNode({ name: 'cat' })

const member = (name: string, changes: Partial<Member> = {}): Member => ({
  ...world.member(name, 'ann'),
  ...changes,
})
const trio = [member('ann'), member('bob'), member('cat')]

function facts(changes: Partial<AgentFacts> = {}): AgentFacts {
  return {
    self: member('ann'),
    members: trio,
    metrics: {},
    waitingFor: [],
    lag: { p99Ms: 1, maxMs: 5 },
    isEncrypted: true,
    isExposed: true,
    label: 'shop',
    ...changes,
  }
}

const bad = (changes: Partial<AgentFacts>) =>
  checkFacts(facts(changes))
    .filter((one) => one.severity !== 'ok')
    .map((one) => `${one.severity} ${one.check}`)

test('a sound cluster gives nothing but ok', () => {
  expect(bad({})).toEqual([])
  const metrics = { state_clock_ahead_ms: 4999, state_keys: 79_999, state_bytes: 50_000_000 }
  expect(bad({ metrics })).toEqual([])
})

describe('it finds', () => {
  test.each<[string, Partial<AgentFacts>]>([
    ['error advertise', { self: member('ann', { host: '0.0.0.0' }) }],
    [
      'error advertise',
      { members: [member('ann'), member('bob', { host: '10.0.0.2' }), member('cat')] },
    ],
    ['warning advertise', { self: member('ann', { host: '172.17.0.1' }) }],
    ['warning encryption', { isEncrypted: false }],
    ['note label', { label: '' }],
    ['note size', { members: trio.slice(0, 2) }],
    ['note size', { members: trio.slice(0, 1) }],
    ['warning members', { members: [...trio, member('bob', { name: 'dan', status: 'failed' })] }],
    ['warning label', { metrics: { rx_drop_label_total: 3 } }],
    ['warning key', { metrics: { hearsay_rx_drop_crypto_total: 3 } }],
    ['warning name', { metrics: { name_conflicts_total: 1 } }],
    ['warning health', { metrics: { hearsay_health_score: 2 } }],
    ['error disk', { metrics: { disk_failing: 1 } }],
    ['error clock', { metrics: { state_unheard_by: 2 } }],
    ['warning clock', { metrics: { state_stalls_total: 1 } }],
    ['warning clock', { metrics: { hearsay_state_clock_ahead_ms: 5000 } }],
    ['warning room', { metrics: { rx_drop_state_full_total: 2 } }],
    ['warning adoption', { metrics: { state_adoptions_stuck: 1 } }],
    ['warning waiting', { waitingFor: ['dan', 'zoe'], metrics: { state_gone: 3 } }],
    ['note waiting', { waitingFor: ['zoe'], metrics: { state_gone: 1 } }],
    ['note writes', { metrics: { state_writes_refused_total: 1 } }],
    ['note room', { metrics: { state_keys: 80_000 } }],
    ['note room', { metrics: { state_bytes: 60_000_000, state_keys: 10 } }],
    ['warning loop', { lag: { p99Ms: 250, maxMs: 900 } }],
    ['warning tags', { self: member('ann', { meta: new Uint8Array(500) }) }],
    [
      'note version',
      { members: [...trio.slice(1), member('ann', { versions: [1, 5, 1, 0, 0, 0] })] },
    ],
  ])('%s', (found, changes) => {
    expect(bad(changes)).toContain(found)
  })

  test('a name that sorts before an Alertmanager, and not one that sorts after', () => {
    const manager = member('bob', { name: '01J8Z3K4M5N6P7Q8R9S0T1V2W3', address: '10.0.0.9:9094' })
    const named = (name: string) => ({ self: member('ann', { name }), members: [...trio, manager] })
    expect(bad(named('0-first'))).toContain('warning alertmanager')
    expect(bad(named('z-hearsay'))).not.toContain('warning alertmanager')
  })
})

test('gossip that stays on this machine needs neither key nor label', () => {
  expect(bad({ isExposed: false, isEncrypted: false, label: '' })).toEqual([])
})

test('the worst comes first, and a note is no illness', () => {
  const findings = checkFacts(
    facts({ isEncrypted: false, label: '', self: member('ann', { host: '::' }) }),
  )
  expect(
    worstFirst(findings)
      .map((one) => one.severity)
      .slice(0, 3),
  ).toEqual(['error', 'warning', 'note'])
  expect(isHealthy(findings)).toBe(false)
  expect(isHealthy(checkFacts(facts({ label: '' })))).toBe(true)
})

test('full receive buffers are read from the kernel’s own count', () => {
  const snmp = (dropped: number) =>
    `Udp: InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors\nUdp: 9 0 1 9 ${dropped}\n`
  expect(receiveBuffers('linux', snmp(7), '212992')[0]).toMatchObject({
    severity: 'note',
    message: expect.stringContaining('7 UDP datagrams'),
    fix: expect.stringContaining('sysctl'),
  })
  expect(receiveBuffers('linux', snmp(0), '212992')[0]?.severity).toBe('ok')
  expect(receiveBuffers('darwin', '', '')).toEqual([])
})

test('an old Node is an error', () => {
  expect(runtime('20.18.3').severity).toBe('error')
  expect(runtime('20.19.0').severity).toBe('ok')
  expect(runtime('24.1.0').severity).toBe('ok')
})
