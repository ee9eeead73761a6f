// The virtual TCP: dialling, refusal, repeated SYNs, order, resets, half-open ends and reads
// of one byte. Both ends are plain byte pushers.

import { describe, expect, test } from 'vitest'
import { type Input, ipv4, Random } from '../../src/core/index.ts'
import { Agenda, Network, Stranger } from '../../src/sim/index.ts'

const here = ipv4(10, 0, 0, 1, 7946)
const there = ipv4(10, 0, 0, 2, 7946)

function pair() {
  const agenda = new Agenda()
  const network = new Network(agenda, new Random(5))
  const dialler = new Stranger(network, here)
  const inputs: { readonly atMs: number; readonly input: Input }[] = []
  const listener = { receive: (input: Input) => void inputs.push({ atMs: agenda.nowMs, input }) }
  network.attach(there, listener)
  const text = () =>
    inputs.flatMap(({ input }) => (input.kind === 'received' ? [...input.bytes] : []))
  const kinds = () => inputs.map(({ input }) => input.kind)
  return { agenda, network, dialler, listener, inputs, text, kinds }
}

describe('dialling', () => {
  test('opens both ends, and bytes come in order', () => {
    const { agenda, dialler, kinds, text } = pair()
    dialler.dial(there, [Uint8Array.of(1, 2), Uint8Array.of(3)])
    agenda.runUntil(100)
    expect(kinds()).toEqual(['opened', 'received', 'received'])
    expect(text()).toEqual([1, 2, 3])
  })

  test('is refused where the machine is up and nobody listens', () => {
    const { agenda, network, dialler } = pair()
    network.detach(there, 'refuses')
    const conversation = dialler.dial(there, [])
    agenda.runUntil(100)
    expect(conversation.closed).toBe('refused')
  })

  test('times out where there is no machine, or a cut', () => {
    const { agenda, network, dialler } = pair()
    network.cut(there.key, here.key)
    const cut = dialler.dial(there, [])
    const absent = dialler.dial(ipv4(10, 9, 9, 9, 1), [])
    agenda.runUntil(14_000)
    expect([cut.closed, absent.closed]).toEqual([undefined, undefined])
    agenda.runUntil(16_000)
    expect([cut.closed, absent.closed]).toEqual(['timeout', 'timeout'])
  })

  test('tries again after 1, 3 and 7 seconds', () => {
    const { agenda, network, dialler, inputs } = pair()
    network.block('tcp')
    dialler.dial(there, [])
    agenda.runUntil(3500)
    network.heal('cuts only')
    agenda.runUntil(10_000)
    expect(inputs[0]?.atMs).toBeGreaterThan(7000)
    expect(inputs[0]?.atMs).toBeLessThan(7100)
  })
})

describe('an open stream', () => {
  test('is read byte by byte where the link says so', () => {
    const { agenda, network, dialler, inputs, text } = pair()
    network.change({ reads: 'bytes' })
    dialler.dial(there, [Uint8Array.of(1, 2, 3, 4)])
    agenda.runUntil(100)
    expect(inputs).toHaveLength(5)
    expect(text()).toEqual([1, 2, 3, 4])
  })

  test('flushes before it ends, and the closing side hears nothing more', () => {
    const { agenda, network, dialler, listener } = pair()
    const conversation = dialler.dial(there, [])
    agenda.runUntil(100)
    network.streams.write(listener, 2, Uint8Array.of(7, 8))
    network.streams.close(listener, 2)
    agenda.runUntil(200)
    expect(conversation.received.map((bytes) => [...bytes])).toEqual([[7, 8]])
    expect(conversation.closed).toBe('end')
    expect(network.streams.count(listener) + network.streams.count(dialler)).toBe(0)
  })

  test('carries its bytes late over a cut that ends, and times out over one that stays', () => {
    const { agenda, network, dialler, listener, text } = pair()
    const conversation = dialler.dial(there, [])
    agenda.runUntil(100)
    network.cut(here.key, there.key)
    network.streams.write(dialler, conversation.stream, Uint8Array.of(5))
    agenda.runUntil(2000)
    expect(text()).toEqual([])
    network.heal('cuts only')
    agenda.runUntil(6000)
    expect(text()).toEqual([5])
    network.cut(there.key, here.key)
    network.streams.write(listener, 2, Uint8Array.of(6))
    agenda.runUntil(60_000)
    expect(conversation.received).toEqual([])
    expect(network.streams.count(listener)).toBe(0)
  })

  test('is reset when the other process dies', () => {
    const { agenda, network, dialler } = pair()
    const conversation = dialler.dial(there, [])
    agenda.runUntil(100)
    network.detach(there, 'refuses')
    agenda.runUntil(200)
    expect(conversation.closed).toBe('reset')
  })

  test('stays half open when the other machine is switched off', () => {
    const { agenda, network, dialler } = pair()
    const conversation = dialler.dial(there, [])
    agenda.runUntil(100)
    network.detach(there, 'silent')
    agenda.runUntil(60_000)
    expect(conversation.closed).toBeUndefined()
  })

  test('is reset under way where the link resets', () => {
    const { agenda, network, dialler, inputs } = pair()
    network.change({ streamReset: 1 })
    const conversation = dialler.dial(there, [Uint8Array.of(1)])
    agenda.runUntil(100)
    expect(conversation.closed).toBe('reset')
    expect(inputs.at(-1)?.input).toMatchObject({ kind: 'closed', reason: 'reset' })
  })
})
