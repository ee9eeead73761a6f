// What slows, holds or spoils a datagram beyond loss: clogs, slow uplinks, splices, machines
// that say nobody listens, and records of what was sent long ago.

import { describe, expect, test } from 'vitest'
import { type Input, ipv4, Random } from '../../src/core/index.ts'
import { Agenda, Network, Stranger } from '../../src/sim/index.ts'

const here = ipv4(10, 0, 0, 1, 7946)
const there = ipv4(10, 0, 0, 2, 7946)

function link() {
  const agenda = new Agenda()
  const network = new Network(agenda, new Random(7))
  const inputs: { readonly atMs: number; readonly input: Input }[] = []
  const heard: Input[] = []
  network.attach(there, { receive: (input) => void inputs.push({ atMs: agenda.nowMs, input }) })
  network.attach(here, { receive: (input) => void heard.push(input) })
  const firstBytes = () =>
    inputs.map(({ input }) => (input.kind === 'packet' ? (input.bytes[0] ?? 0) : -1))
  return { agenda, network, inputs, heard, firstBytes }
}

describe('a clogged link', () => {
  test('holds what it is given and lets all of it out at once', () => {
    const { agenda, network, firstBytes } = link()
    network.change({ delayMeanMs: 0 })
    network.clog('to', there.key)
    for (let i = 1; i <= 3; i++) network.send(here, there, Uint8Array.of(i))
    agenda.runUntil(5000)
    expect(firstBytes()).toEqual([])
    network.unclog()
    agenda.runUntil(5010)
    expect(firstBytes()).toEqual([1, 2, 3])
    expect(network.tally.clogged).toBe(3)
  })

  test('leaves the way back alone', () => {
    const { agenda, network, heard } = link()
    network.clog('to', there.key)
    network.send(there, here, Uint8Array.of(1))
    agenda.runUntil(100)
    expect(heard).toHaveLength(1)
  })

  test('stalls a stream until it is freed', () => {
    const { agenda, network, inputs } = link()
    network.detach(here, 'refuses')
    const dialler = new Stranger(network, here)
    dialler.dial(there, [Uint8Array.of(5)], 100)
    agenda.runUntil(50)
    network.clog('from', here.key)
    dialler.dial(there, [Uint8Array.of(6)])
    agenda.runUntil(900)
    const before = inputs.length
    network.unclog()
    agenda.runUntil(3000)
    expect(inputs.length).toBeGreaterThan(before)
  })
})

describe('a slow uplink', () => {
  test('passes no more than its share in a second, and drops what waits too long', () => {
    const { agenda, network, inputs } = link()
    network.change({ bytesPerSecond: 1000 })
    for (let i = 0; i < 50; i++) network.send(here, there, new Uint8Array(100))
    agenda.runUntil(999)
    expect(inputs.length).toBeLessThanOrEqual(10)
    agenda.runUntil(5000)
    expect(inputs.length + network.tally.throttledAway).toBe(50)
    expect(network.tally.throttledAway).toBeGreaterThan(30)
  })

  test('does not slow the other hosts', () => {
    const { agenda, network, heard } = link()
    network.change({ bytesPerSecond: 10 }, { from: here.key })
    for (let i = 0; i < 20; i++) network.send(there, here, new Uint8Array(100))
    agenda.runUntil(100)
    expect(heard).toHaveLength(20)
  })
})

test('damage cuts short, flips bits and splices two datagrams', () => {
  const { agenda, network } = link()
  network.change({ corrupt: 1 })
  for (let i = 0; i < 100; i++) network.send(here, there, new Uint8Array(50).fill(i))
  agenda.runUntil(1000)
  const { bitsFlipped, truncated, spliced } = network.tally
  expect(bitsFlipped + truncated + spliced).toBe(100)
  for (const count of [bitsFlipped, truncated, spliced]) expect(count).toBeGreaterThan(10)
})

test('a sender hears that nobody listens where the network tells it', () => {
  const { agenda, network, heard } = link()
  network.detach(there, 'refuses')
  network.send(here, there, Uint8Array.of(1))
  agenda.runUntil(10)
  expect(heard).toEqual([])
  network.change({ tellsUnreachable: true })
  network.send(here, there, Uint8Array.of(1))
  agenda.runUntil(20)
  expect(heard).toEqual([{ kind: 'sendFailed', to: there, reason: 'ECONNREFUSED' }])
})

test('a hidden host dials, and cannot be dialled', () => {
  const { agenda, network } = link()
  network.detach(here, 'refuses')
  network.detach(there, 'refuses')
  const [one, two] = [new Stranger(network, here), new Stranger(network, there)]
  network.hide([there.key])
  const inward = one.dial(there, [])
  two.dial(here, [Uint8Array.of(1)])
  agenda.runUntil(16_000)
  expect(inward.closed).toBe('timeout')
  expect(one.conversations.flatMap(({ received }) => received)).toHaveLength(1)
})

test('replays may bring back the first datagram after tens of thousands', () => {
  const { agenda, network, firstBytes } = link()
  network.record()
  for (let i = 0; i < 60_000; i++) network.send(here, there, Uint8Array.of(i < 30_000 ? 1 : 2))
  agenda.runUntil(1000)
  const before = firstBytes().length
  network.replay(200, 100)
  agenda.runUntil(2000)
  const again = firstBytes().slice(before)
  expect(again).toHaveLength(200)
  expect(new Set(again)).toEqual(new Set([1, 2]))
})
