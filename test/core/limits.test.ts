// What a stranger or a storm can make the core hold or do, at the limit and one over
// (threat model 4.3, 4.5, 4.8, 7).

import { describe, expect, it } from 'vitest'
import { ipv4 } from '../../src/core/base/address.ts'
import type { Effect } from '../../src/core/io.ts'
import { encodeMessage } from '../../src/core/wire/messages.ts'
import { aliveOf, noticesOf, peerAddress, Rig, rowOf } from './rig.ts'

const PEER = peerAddress(2)
const closes = (effects: readonly Effect[]) => effects.filter(({ kind }) => kind === 'close').length

describe('the member table', () => {
  it('takes members up to its cap and refuses the next', () => {
    const rig = new Rig({ membersMax: 5 })
    for (let n = 2; n <= 7; n++) rig.packet(PEER, aliveOf(`n${n}`, peerAddress(n)))
    expect(rig.core.memberViews()).toHaveLength(5)
    expect(rig.count('rx_drop_table_full_total')).toBe(2)
  })

  it('lets strangers in at 200 a second once it is large', () => {
    const rig = new Rig()
    for (let n = 2; n < 3000; n++) rig.packet(PEER, aliveOf(`n${n}`, peerAddress(n)))
    const first = rig.core.memberViews().length
    expect(first).toBe(2000)
    rig.now += 1000
    for (let n = 3000; n < 4000; n++) rig.packet(PEER, aliveOf(`n${n}`, peerAddress(n)))
    expect(rig.core.memberViews().length).toBe(first + 200)
  })

  it('drops a row whose address lies outside the allowed networks', () => {
    const rig = new Rig({ allow: [{ ip: Uint8Array.of(10, 0, 0, 0), prefixBits: 24 }] })
    rig.packet(PEER, aliveOf('in', ipv4(10, 0, 0, 9, 7946)))
    rig.packet(PEER, aliveOf('out', ipv4(10, 0, 1, 9, 7946)))
    expect(rig.core.memberView('in')?.status).toBe('alive')
    expect(rig.core.memberView('out')).toBeUndefined()
    expect(rig.count('rx_drop_addr_total')).toBe(1)
  })
})

describe('incarnations', () => {
  const CEILING = 4_294_967_294
  const accuse = (incarnation: number) =>
    ({ kind: 'dead', incarnation, node: 'me', from: 'evil' }) as const

  it('an accusation one below the ceiling is answered at the ceiling', () => {
    const rig = new Rig()
    rig.packet(PEER, accuse(CEILING - 1))
    expect(rig.core.memberView('me')).toMatchObject({ status: 'alive', incarnation: CEILING })
  })

  it.each([CEILING, CEILING + 1])('an accusation at %i is dropped', (incarnation) => {
    const rig = new Rig()
    rig.packet(PEER, accuse(incarnation))
    expect(rig.core.memberView('me')?.incarnation).toBe(1)
    expect(rig.count('rx_drop_incarnation_total')).toBe(1)
  })

  it('at the ceiling a member keeps the meta it had', () => {
    const rig = new Rig()
    rig.packet(PEER, aliveOf('x', PEER, { meta: Uint8Array.of(1) }))
    rig.packet(PEER, aliveOf('x', PEER, { meta: Uint8Array.of(2), incarnation: CEILING }))
    expect(rig.core.memberView('x')).toMatchObject({ incarnation: 1, meta: Uint8Array.of(1) })
    rig.packet(PEER, aliveOf('x', PEER, { meta: Uint8Array.of(1), incarnation: CEILING }))
    expect(rig.core.memberView('x')?.incarnation).toBe(CEILING)
  })

  it('a member at the ceiling can still be failed by our own probes', () => {
    const rig = new Rig()
    rig.packet(PEER, aliveOf('top', PEER, { incarnation: CEILING }))
    rig.run(40_000)
    expect(rig.core.memberView('top')?.status).toBe('dead')
  })

  it('a late alive does not undo a death that a newer accusation confirmed', () => {
    const rig = new Rig()
    rig.packet(PEER, aliveOf('x', PEER))
    rig.packet(PEER, { kind: 'dead', incarnation: 1, node: 'x', from: 'y' })
    rig.packet(PEER, { kind: 'dead', incarnation: 10, node: 'x', from: 'y' })
    rig.packet(PEER, aliveOf('x', PEER, { incarnation: 2 }))
    expect(rig.core.memberView('x')).toMatchObject({ status: 'dead', incarnation: 10 })
  })

  it('refutes at most ten times at once, and the highest accusation in the end', () => {
    const rig = new Rig()
    for (let i = 1; i <= 50; i++) rig.packet(PEER, accuse(i * 10))
    expect(rig.count('refutations_total')).toBe(10)
    rig.run(1000)
    expect(rig.core.memberView('me')?.incarnation).toBe(501)
    expect(rig.count('refutations_total')).toBe(11)
  })
})

describe('a name in dispute', () => {
  const conflicts = (rig: Rig, count: number) => {
    let told = 0
    for (let n = 0; n < count; n++) {
      const effects = rig.packet(PEER, aliveOf('x', peerAddress(100 + n), { incarnation: 9 }))
      told += noticesOf(effects).filter(({ kind }) => kind === 'conflict').length
    }
    return told
  }

  it('stays with its holder, and is told of once a minute', () => {
    const rig = new Rig({ probeIntervalMs: 0 })
    rig.packet(PEER, aliveOf('x', PEER))
    expect(conflicts(rig, 50)).toBe(1)
    rig.run(59_999)
    expect(conflicts(rig, 50)).toBe(0)
    rig.run(1)
    expect(conflicts(rig, 50)).toBe(1)
    expect(rig.core.memberView('x')).toMatchObject({ incarnation: 1, address: PEER })
    expect(rig.count('name_conflicts_total')).toBe(150)
  })
})

describe('a port', () => {
  it('of 0 is ours, as in protocol 1, and 65 535 is the last', () => {
    const rig = new Rig()
    rig.packet(PEER, aliveOf('old', ipv4(10, 0, 0, 9, 7946), { port: 0 }))
    expect(rig.core.memberView('old')?.address.port).toBe(7946)
    rig.packet(PEER, aliveOf('last', ipv4(10, 0, 0, 8, 65_535)))
    expect(rig.core.memberView('last')?.address.port).toBe(65_535)
  })
})

describe('a suspicion', () => {
  it('that is taken back does not make the member younger', () => {
    const rig = new Rig()
    rig.packet(PEER, aliveOf('x', PEER))
    const since = rig.core.memberView('x')?.sinceMs
    rig.now += 5000
    rig.packet(PEER, { kind: 'suspect', incarnation: 1, node: 'x', from: 'y' })
    expect(rig.core.memberView('x')).toMatchObject({ status: 'suspect', sinceMs: rig.now })
    rig.now += 1000
    rig.packet(PEER, aliveOf('x', PEER, { incarnation: 2 }))
    expect(rig.core.memberView('x')).toMatchObject({ status: 'alive', sinceMs: since })
  })

  it('is confirmed only by members that are alive, and not by the accused', () => {
    const rig = new Rig()
    for (let n = 2; n <= 6; n++) rig.packet(PEER, aliveOf(`n${n}`, peerAddress(n)))
    const suspect = (from: string) =>
      rig.packet(PEER, { kind: 'suspect', incarnation: 1, node: 'n2', from })
    suspect('n3')
    suspect('nobody')
    suspect('n2')
    expect(rig.core.memberView('n2')?.suspicion?.confirmations).toBe(0)
    suspect('n4')
    suspect('n4')
    expect(rig.core.memberView('n2')?.suspicion?.confirmations).toBe(1)
  })
})

describe('inbound streams', () => {
  it('are 32 from one host, and 128 in all', () => {
    const rig = new Rig()
    for (let i = 0; i < 33; i++) rig.dial(PEER)
    expect(rig.count('rx_drop_stream_limit_total')).toBe(1)
    for (let host = 3; host < 8; host++) for (let i = 0; i < 32; i++) rig.dial(peerAddress(host))
    expect(rig.count('rx_drop_stream_limit_total')).toBe(1 + 64)
  })

  it('are closed after 2 s without a byte', () => {
    const rig = new Rig()
    rig.dial(PEER)
    expect(closes(rig.run(1990))).toBe(0)
    expect(closes(rig.run(20))).toBe(1)
  })

  it('are closed after 30 s however many bytes trickle in', () => {
    const rig = new Rig()
    const stream = rig.dial(PEER)
    const whole = encodeMessage({ kind: 'error', error: 'a long text that comes byte by byte' })
    const closedAt: number[] = []
    for (let second = 0; second < 35; second++) {
      rig.step({ kind: 'received', stream, bytes: whole.subarray(second, second + 1) })
      if (closes(rig.run(1000)) > 0) closedAt.push(second)
    }
    expect(closedAt).toEqual([29])
  })

  it('get room again when others end', () => {
    const rig = new Rig()
    const streams = Array.from({ length: 32 }, () => rig.dial(PEER))
    for (const stream of streams) rig.step({ kind: 'closed', stream, reason: 'end' })
    rig.dial(PEER)
    expect(rig.count('rx_drop_stream_limit_total')).toBe(0)
  })

  it('a push/pull is answered with our table before it is merged', () => {
    const rig = new Rig()
    const effects = rig.pushPull(PEER, [rowOf('new', PEER)])
    const kinds = effects.map((effect) => effect.kind)
    expect(kinds.indexOf('write')).toBeLessThan(kinds.indexOf('notify'))
    expect(rig.core.memberView('new')?.status).toBe('alive')
  })

  it('a large push/pull is merged in slices', () => {
    const rig = new Rig()
    rig.pushPull(
      PEER,
      Array.from({ length: 900 }, (_, n) => rowOf(`n${n}`, peerAddress(n + 2))),
    )
    expect(rig.core.memberViews().length).toBeLessThan(600)
    expect(rig.core.deadline).toBeLessThanOrEqual(rig.now)
    for (let turn = 0; turn < 10; turn++) rig.step({ kind: 'tick' })
    expect(rig.core.memberViews()).toHaveLength(901)
  })

  it('one bad entry of a push/pull is skipped, the others are taken', () => {
    const rig = new Rig()
    rig.pushPull(PEER, [
      rowOf('good', peerAddress(2)),
      rowOf('no-versions', peerAddress(3), { vsn: new Uint8Array(0) }),
      rowOf('nowhere', ipv4(0, 0, 0, 0, 7946)),
      rowOf('bad-state', peerAddress(4), { state: 7 }),
      rowOf('too-much-meta', peerAddress(5), { meta: new Uint8Array(513) }),
      rowOf('also-good', peerAddress(6), { meta: new Uint8Array(512) }),
    ])
    expect(rig.core.memberViews().map((view) => view.name)).toEqual(['me', 'good', 'also-good'])
  })

  it('refuses the whole push/pull under strict if versions disagree', () => {
    const rig = new Rig({ strict: true })
    rig.pushPull(PEER, [
      rowOf('good', peerAddress(2)),
      rowOf('serf', peerAddress(3), { vsn: Uint8Array.of(1, 5, 2, 2, 5, 5) }),
    ])
    expect(rig.core.memberViews()).toHaveLength(1)
  })
})

describe('events', () => {
  it('of 512 bytes are told, one more is refused with both sizes', () => {
    const rig = new Rig()
    const broadcast = (size: number) =>
      rig.command({ kind: 'broadcast', name: 'n', payload: new Uint8Array(size), coalesce: false })
    expect(broadcast(511)?.kind).toBe('event')
    expect(broadcast(512)).toEqual({ kind: 'too-large', sizeBytes: 513, maxBytes: 512 })
  })

  it('wait up to 4096 to be sent; more are refused', () => {
    const rig = new Rig()
    const gossip = (n: number) =>
      rig.command({ kind: 'gossip', payload: Uint8Array.of(n >> 8, n & 255) })
    for (let n = 0; n < 4096; n++) expect(gossip(n)?.kind).toBe('ok')
    expect(gossip(4096)?.kind).toBe('full')
  })

  it('go to members that announce hearsay only, unless we speak Serf', () => {
    const rig = new Rig()
    rig.packet(PEER, aliveOf('go', PEER))
    rig.command({ kind: 'broadcast', name: 'x', payload: new Uint8Array(1), coalesce: false })
    const sent = rig.sent(rig.run(2000)).filter(({ message }) => message.kind === 'user')
    expect(sent).toEqual([])
  })
})

describe('packets before they are opened', () => {
  const KEY = new Uint8Array(16).fill(7)
  const keyed = () => new Rig({ keyring: [KEY] })
  const junk = new Uint8Array(60).fill(1)

  it('are 8000 a second with a keyring, and one in sixteen of the rest', () => {
    const rig = keyed()
    for (let i = 0; i < 8000; i++) rig.step({ kind: 'packet', from: PEER, bytes: junk })
    expect(rig.count('rx_drop_overload_total')).toBe(0)
    for (let i = 0; i < 160; i++) rig.step({ kind: 'packet', from: PEER, bytes: junk })
    expect(rig.count('rx_drop_overload_total')).toBe(160)
    expect(rig.count('rx_drop_crypto_total')).toBe(8010)
    expect(rig.core.health).toBe(1)
  })

  it('are opened beyond that if they come from whom we are probing', () => {
    const rig = keyed()
    for (let n = 2; n < 5; n++) rig.packet(peerAddress(n), aliveOf(`n${n}`, peerAddress(n)))
    const pings = () =>
      rig.sent(rig.run(100)).flatMap((one) => (one.message.kind === 'ping' ? [one] : []))
    let [probe] = pings()
    while (probe === undefined) [probe] = pings()
    for (let i = 0; i < 8000; i++) rig.step({ kind: 'packet', from: PEER, bytes: junk })
    const probed = [2, 3, 4].map(peerAddress).find((one) => String(one) === probe?.to)
    if (probed === undefined || probe.message.kind !== 'ping') throw new Error('no probe')
    const { seqNo } = probe.message
    const ack = () => rig.packet(probed, { kind: 'ack', seqNo, payload: new Uint8Array(0) })
    ack()
    expect(rig.count('rx_drop_overload_total')).toBe(0)
    // Answered: nothing is awaited from there any more.
    ack()
    expect(rig.count('rx_drop_overload_total')).toBe(1)
  })

  it('are not limited without a keyring, where opening costs nothing', () => {
    const rig = new Rig()
    for (let i = 0; i < 9000; i++) rig.step({ kind: 'packet', from: PEER, bytes: junk })
    expect(rig.count('rx_drop_overload_total')).toBe(0)
  })
})

describe('the departed', () => {
  it('are remembered for a day, then forgotten even if nothing else happens', () => {
    const rig = new Rig()
    rig.packet(PEER, aliveOf('gone', PEER))
    rig.packet(PEER, { kind: 'dead', incarnation: 1, node: 'gone', from: 'gone' })
    rig.run(60_000)
    expect(rig.core.memberView('gone')?.status).toBe('left')
    rig.run(23 * 3_600_000)
    expect(rig.core.memberView('gone')?.status).toBe('left')
    rig.run(2 * 3_600_000)
    expect(rig.core.memberView('gone')).toBeUndefined()
  })
})

describe('the log', () => {
  it('gets one line a reason in ten seconds, with a count of the others', () => {
    const rig = new Rig({ label: 'ours' })
    const foreign = new Rig({ label: 'theirs' })
    const bytes = foreign.codec.pack([Uint8Array.of(8, 1)], { crc: false })
    const lines = () =>
      noticesOf(rig.step({ kind: 'packet', from: PEER, bytes })).filter(
        ({ kind }) => kind === 'log',
      )
    expect(lines()).toHaveLength(1)
    for (let i = 0; i < 100; i++) expect(lines()).toHaveLength(0)
    rig.now += 10_000
    expect(lines()[0]).toMatchObject({ fields: { label: 'theirs', heldBack: 100 } })
    expect(rig.count('rx_drop_label_total')).toBe(102)
  })
})
