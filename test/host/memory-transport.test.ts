// The network inside one process keeps the contract of transports, and can be cut.

import { describe, expect, test } from 'vitest'
import { type Address, ipv4 } from '../../src/core/index.ts'
import { MemoryNetwork } from '../../src/host/memory-transport.ts'
import type { TransportInput } from '../../src/host/transport.ts'
import { transportContract } from '../../src/testing/transport-contract.ts'

const at = (port: number) => ipv4(127, 0, 0, 1, port)

describe('the contract of transports', () => {
  const make = async () => {
    const network = new MemoryNetwork()
    return { a: network.bind(at(1)), b: network.bind(at(2)), nobody: at(3) }
  }
  for (const { name, run } of transportContract(make)) test(name, run)
})

test('a cut link loses packets one way and refuses dials', () => {
  const rounds: (() => void)[] = []
  const network = new MemoryNetwork({ later: (run) => rounds.push(run) })
  const heard: { readonly by: number; readonly input: TransportInput }[] = []
  const listening = (address: Address) => {
    const transport = network.bind(address)
    transport.listen((input) => heard.push({ by: address.port, input }))
    return transport
  }
  const a = listening(at(1))
  const b = listening(at(2))
  network.cut((from) => from.equals(at(1)))
  a.send(b.bound, Uint8Array.of(1))
  a.open(1, b.bound)
  b.send(a.bound, Uint8Array.of(2))
  for (const round of rounds) round()
  expect(heard.map(({ by, input }) => [by, input.kind])).toEqual([
    [1, 'closed'],
    [1, 'packet'],
  ])
})
