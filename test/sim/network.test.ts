// The virtual network does to datagrams what its conditions say, about as often as they
// say, and its cuts stop exactly the links they name.

import { describe, expect, test } from 'vitest'
import { type Input, ipv4, Random } from '../../src/core/index.ts'
import { Agenda, Network } from '../../src/sim/index.ts'

const here = ipv4(10, 0, 0, 1, 7946)
const there = ipv4(10, 0, 0, 2, 7946)

function link(seed = 1) {
  const agenda = new Agenda()
  const network = new Network(agenda, new Random(seed))
  const arrived: { readonly atMs: number; readonly input: Input }[] = []
  const log = { receive: (input: Input) => void arrived.push({ atMs: agenda.nowMs, input }) }
  network.attach(there, log)
  network.attach(here, { receive: () => {} })
  const sendMany = (count: number) => {
    for (let i = 0; i < count; i++) {
      agenda.at(i, () => network.send(here, there, Uint8Array.of(i >> 8, i & 255, 7, 7, 7, 7)))
    }
    agenda.runUntil(count + 1000)
    return arrived.map(({ input }) =>
      input.kind === 'packet' ? (input.bytes[0] ?? 0) * 256 + (input.bytes[1] ?? 0) : -1,
    )
  }
  return { agenda, network, arrived, sendMany }
}

describe('a datagram', () => {
  test('takes at least the shortest delay', () => {
    const { agenda, network, arrived } = link()
    network.change({ delayMinMs: 150 })
    network.send(here, there, Uint8Array.of(1))
    agenda.runUntil(149)
    expect(arrived).toHaveLength(0)
    agenda.runUntil(200)
    expect(arrived[0]?.atMs).toBeGreaterThanOrEqual(150)
  })

  test('is lost about as often as told', () => {
    const { network, sendMany } = link()
    network.change({ loss: 0.3 })
    const count = sendMany(2000).length
    expect(count).toBeGreaterThan(1300)
    expect(count).toBeLessThan(1500)
    expect(network.tally.lost).toBe(2000 - count)
  })

  test('arrives twice about as often as told', () => {
    const { network, sendMany } = link()
    network.change({ duplicate: 0.2 })
    const count = sendMany(1000).length
    expect(count).toBe(1000 + network.tally.duplicated)
    expect(network.tally.duplicated).toBeGreaterThan(150)
  })

  test('is overtaken only where the link reorders', () => {
    const isSorted = (ids: readonly number[]) => ids.every((id, i) => id >= (ids[i - 1] ?? 0))
    const calmly = link()
    calmly.network.change({ delayMeanMs: 0 })
    expect(isSorted(calmly.sendMany(500))).toBe(true)
    const wildly = link()
    wildly.network.change({ reorder: 0.2 })
    expect(isSorted(wildly.sendMany(500))).toBe(false)
  })

  test('is damaged about as often as told, and never the sender’s copy', () => {
    const { network, arrived, agenda } = link()
    network.change({ corrupt: 1 })
    const bytes = Uint8Array.of(1, 2, 3, 4)
    network.send(here, there, bytes)
    agenda.runUntil(10)
    const input = arrived[0]?.input
    expect(input?.kind === 'packet' && [...input.bytes]).not.toEqual([1, 2, 3, 4])
    expect([...bytes]).toEqual([1, 2, 3, 4])
  })

  test('larger than the link allows vanishes', () => {
    const { network, sendMany } = link()
    network.change({ packetBytesMax: 5 })
    expect(sendMany(10)).toEqual([])
    expect(network.tally.oversize).toBe(10)
  })

  test('is lost in spells where losses come in bursts', () => {
    const { network, sendMany } = link(3)
    network.change({ delayMeanMs: 0, burst: { calmMeanMs: 400, badMeanMs: 100, loss: 1 } })
    const ids = sendMany(4000)
    const gaps = ids.filter((id, i) => id > (ids[i - 1] ?? -1) + 1).length
    expect(network.tally.lost).toBeGreaterThan(300)
    expect(network.tally.lost / gaps).toBeGreaterThan(20)
  })
})

describe('a cut', () => {
  test('stops one direction only', () => {
    const { agenda, network, arrived } = link()
    const back: Input[] = []
    network.detach(here, 'refuses')
    network.attach(here, { receive: (input) => void back.push(input) })
    network.cut(here.key, there.key)
    network.send(here, there, Uint8Array.of(1))
    network.send(there, here, Uint8Array.of(1))
    agenda.runUntil(100)
    expect([arrived.length, back.length]).toEqual([0, 1])
  })

  test('between groups ends when the network heals', () => {
    const { agenda, network, arrived } = link()
    network.partition([[here.key], [there.key]])
    network.send(here, there, Uint8Array.of(1))
    network.heal('cuts only')
    network.send(here, there, Uint8Array.of(2))
    agenda.runUntil(100)
    expect(arrived).toHaveLength(1)
  })

  test('of one carrier leaves the other alone', () => {
    const { network } = link()
    network.block('udp', [there.key])
    expect(network.isCut('udp', here, there)).toBe(true)
    expect(network.isCut('udp', there, here)).toBe(true)
    expect(network.isCut('tcp', here, there)).toBe(false)
  })
})

test('conditions of one link leave the way back alone', () => {
  const { network } = link()
  network.change({ loss: 1 }, { from: here.key, to: there.key })
  expect(network.conditions(here, there).loss).toBe(1)
  expect(network.conditions(there, here).loss).toBe(0)
})

test('recorded datagrams are delivered again', () => {
  const { agenda, network, arrived } = link()
  network.record()
  network.send(here, there, Uint8Array.of(9))
  agenda.runUntil(100)
  network.replay(5, 1000)
  agenda.runUntil(2000)
  expect(arrived).toHaveLength(6)
})
