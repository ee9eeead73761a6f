// Node's sockets keep the contract of transports; ports are found, and their lack explained.

import dgram from 'node:dgram'
import net from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { type Address, HearsayError, ipv4 } from '../../src/core/index.ts'
import { realClock, type Transport, type TransportInput } from '../../src/host/index.ts'
import { parseAddress } from '../../src/node/address-text.ts'
import { bindNodeTransport } from '../../src/node/transport.ts'
import { transportContract } from '../../src/testing/transport-contract.ts'

const { now } = realClock()
const open: (() => unknown)[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((close) => close()))
})

async function bind(host: string, port?: number): Promise<Transport> {
  const transport = await bindNodeTransport({ host, port, now })
  open.push(() => transport.shutdown())
  return transport
}

function reach(transport: Transport, host: string): Address {
  const address = parseAddress(`${host}:${transport.bound.port}`)
  if (address === undefined) throw new Error(`no address: ${host}`)
  return address
}

function first(transport: Transport, kind: TransportInput['kind']): Promise<TransportInput> {
  return new Promise((resolve) => {
    transport.listen((input) => input.kind === kind && resolve(input))
  })
}

async function hasIpv6(): Promise<boolean> {
  return await bindNodeTransport({ host: '::1', port: 0, now }).then(
    async (transport) => {
      await transport.shutdown()
      return true
    },
    () => false,
  )
}

const ipv6 = await hasIpv6()

for (const host of ['127.0.0.1', ...(ipv6 ? ['::1'] : [])]) {
  describe(`the contract of transports on ${host}`, () => {
    const make = async () => {
      const [a, b, gone] = await Promise.all([bind(host, 0), bind(host, 0), bind(host, 0)])
      await gone.shutdown()
      return { a, b, nobody: gone.bound }
    }
    for (const { name, run } of transportContract(make)) test(name, run)
  })
}

test('both protocols share one port when the system chooses it', async () => {
  const transport = await bind('127.0.0.1', 0)
  expect(transport.bound.port).toBeGreaterThan(0)
  const error = await bind('127.0.0.1', transport.bound.port).catch((error: unknown) => error)
  expect(error).toBeInstanceOf(HearsayError)
  expect(error).toMatchObject({ code: 'HEARSAY_BIND_FAILED', reason: 'EADDRINUSE' })
  expect(String(error)).toContain('in use by another process')
})

test('a port that only UDP finds taken is refused too, and TCP lets it go', async () => {
  const udp = dgram.createSocket('udp4')
  open.push(() => udp.close())
  await new Promise<void>((resolve) => udp.bind(0, '127.0.0.1', resolve))
  const { port } = udp.address()
  await expect(bind('127.0.0.1', port)).rejects.toMatchObject({ code: 'HEARSAY_BIND_FAILED' })
  const server = net.createServer()
  open.push(() => server.close())
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
})

test('without a port, two on one machine take neighbouring ports from 7946 on', async () => {
  const a = await bind('127.0.0.1')
  const b = await bind('127.0.0.1')
  for (const { bound } of [a, b]) {
    expect(bound.port).toBeGreaterThanOrEqual(7946)
    expect(bound.port).toBeLessThanOrEqual(7965)
  }
  expect(b.bound.port).not.toBe(a.bound.port)
})

test('an address of another machine is named as the cause', async () => {
  const error = await bind('192.0.2.1', 0).catch((error: unknown) => error)
  expect(error).toMatchObject({ code: 'HEARSAY_BIND_FAILED' })
})

test('the name of this machine can be bound', async () => {
  const transport = await bind('localhost', 0)
  expect(['127.0.0.1', '::1']).toContain(transport.bound.host)
})

test.runIf(ipv6)('a dual-stack socket talks to IPv4 in both ways, by plain addresses', async () => {
  const dual = await bind('::', 0)
  const four = await bind('127.0.0.1', 0)
  const atDual = first(dual, 'packet')
  const atFour = first(four, 'packet')
  four.send(reach(dual, '127.0.0.1'), Uint8Array.of(1))
  dual.send(four.bound, Uint8Array.of(2))
  expect(await atDual).toMatchObject({ from: { host: '127.0.0.1' } })
  expect(await atFour).toMatchObject({ from: { host: '127.0.0.1', port: dual.bound.port } })
})

test('a datagram that cannot be sent is reported with the place it was for', async () => {
  const transport = await bind('127.0.0.1', 0)
  const failed = first(transport, 'sendFailed')
  const to = ipv4(127, 0, 0, 1, 9)
  transport.send(to, new Uint8Array(70_000))
  expect(await failed).toMatchObject({ kind: 'sendFailed', reason: 'EMSGSIZE' })
  transport.send(ipv4(127, 0, 0, 1, 0), new Uint8Array(1))
  expect(transport.counters().packets_send_failed_total).toBe(1)
})

test('at most 32 streams are taken from one address; the newest is refused', async () => {
  const transport = await bind('127.0.0.1', 0)
  const opened: TransportInput[] = []
  transport.listen((input) => opened.push(input))
  const sockets = Array.from({ length: 33 }, () =>
    net.connect(transport.bound.port, '127.0.0.1').on('error', () => {}),
  )
  open.push(() => sockets.map((socket) => socket.destroy()))
  await Promise.race(
    sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
  )
  const { streams_accepted_total, streams_refused_total } = transport.counters()
  expect({ streams_accepted_total, streams_refused_total }).toEqual({
    streams_accepted_total: 32,
    streams_refused_total: 1,
  })
})

test('a flood is handed over in turns of at most 256, and timers run between them', async () => {
  const target = await bind('127.0.0.1', 0)
  const source = await bind('127.0.0.1', 0)
  let inTurn = 0
  let most = 0
  let turns = 0
  const sawAll = new Promise<void>((resolve) => {
    const turn = () => {
      most = Math.max(most, inTurn)
      inTurn = 0
      if (++turns > 200) resolve()
      else setImmediate(turn)
    }
    setImmediate(turn)
  })
  target.listen(() => void inTurn++)
  for (let i = 0; i < 3000; i++) source.send(target.bound, new Uint8Array(100))
  await sawAll
  expect(most).toBeLessThanOrEqual(256)
  expect(most).toBeGreaterThan(0)
})
