// What one packet costs here, without a network: the machine handling it, its codec, its
// compression and its cipher; and one datagram through our own transport. Names and meaning of
// the operations are those of the micro-benchmarks of memberlist in Go.
//
//   npm run bench:micro -- [--seconds 1] [--samples 5] [--only TEXT]

import { randomBytes } from 'node:crypto'
import { Core, type Input, ipv4, makeConfig, Random } from 'hearsay/core'
import { bindNodeTransport, NodeCipher, nonceSource } from 'hearsay/node'
import { decodeMessage, deflate, encodeMessage, Inflater, PacketCodec } from 'hearsay/wire'
import { emit, rssKib } from './support/lines.ts'
import { isWanted, sample, sampleAsync } from './support/sample.ts'
import { aliveBytes, largePacket, nameOf, ping, tenAlive } from './support/specimens.ts'
import { expectWords } from './support/words.ts'

expectWords('npm run bench:micro -- [--seconds 1] [--samples 5] [--only TEXT]', {
  seconds: { type: 'string' },
  samples: { type: 'string' },
  only: { type: 'string' },
})

const AT_ONCE = 32
const from = ipv4(127, 0, 0, 1, 20_001)

emit({ peer: 'hearsay', measure: 'micro', name: 'base_rss', rss_kib: rssKib() })
measureHandling()
measureCodec()
measureCompression()
measureCipher()
for (const size of [64, 1400]) await measureTransport(size)
process.exit(0)

/** The machine alone: packets in, effects out. */
function measureHandling(): void {
  const pinged = quietCore(true)
  const pingPacket = encodeMessage(ping)
  assertEffects('a ping is answered', pinged(pingPacket), 1)
  sample('handle_ping_reply_ack', 1, () => pinged(pingPacket))
  const plain = quietCore(false)
  sample('handle_ping_reply_ack_nocompress', 1, () => plain(pingPacket))

  const known = quietCore(true)
  const ten = tenAlive(1)
  known(ten)
  assertEffects('known news makes no packet', known(ten), 0)
  sample('handle_compound_10_alive_known', 1, () => known(ten))
  const packed = compressed(ten)
  sample('handle_compressed_compound_10_alive_known', 1, () => known(packed))
}

/** A started machine with every timer of its own off; what it does with a packet is returned. */
function quietCore(compression: boolean): (bytes: Uint8Array) => number {
  const config = makeConfig({
    name: nameOf(0),
    advertise: ipv4(127, 0, 0, 1, 20_000),
    probeIntervalMs: 0,
    gossipIntervalMs: 0,
    pushPullIntervalMs: 0,
    healIntervalMs: 0,
    compression,
  })
  const core = new Core(config, { random: new Random(1) })
  let now = 0
  const step = (input: Input): number => {
    // A millisecond a packet: no rate limit is ever near.
    now += 1
    return core.step(now, input).filter((effect) => effect.kind === 'send').length
  }
  step({ kind: 'command', id: 1, command: { kind: 'start' } })
  // What it has to say about itself is said, so that answers carry nothing else.
  for (let i = 0; i < 100; i += 1) step({ kind: 'packet', from, bytes: encodeMessage(ping) })
  return (bytes) => step({ kind: 'packet', from, bytes })
}

function measureCodec(): void {
  const pingPacket = encodeMessage(ping)
  const alivePacket = aliveBytes(1, 1)
  sample('msgpack_decode_ping', 1, () => decodeMessage(pingPacket))
  sample('msgpack_encode_ping', 1, () => encodeMessage(ping))
  sample('msgpack_decode_alive', 1, () => decodeMessage(alivePacket))
}

function measureCompression(): void {
  const large = largePacket()
  const small = encodeMessage(ping)
  const stream = deflate(large)
  const inflater = new Inflater()
  sample('lzw_compress_1400', 1, () => deflate(large))
  sample('lzw_compress_ping', 1, () => deflate(small))
  sample('lzw_decompress_1400', 1, () => {
    inflater.start(stream, { from: 0, to: stream.length, lengthMax: 65_536 })
    inflater.step(65_536)
  })
}

function measureCipher(): void {
  const cipher = new NodeCipher()
  const nonce = nonceSource()
  const key = new Uint8Array(randomBytes(32))
  const none = new Uint8Array(0)
  for (const [tag, plain] of [
    ['1400', largePacket()],
    ['ping', encodeMessage(ping)],
  ] as const) {
    sample(`aes256gcm_seal_${tag}`, 1, () => cipher.seal(key, nonce(), plain, none))
    const fixed = nonce()
    const sealed = cipher.seal(key, fixed, plain, none)
    sample(`aes256gcm_open_${tag}`, 1, () => cipher.open(key, fixed, sealed, none))
  }
}

/** Datagrams from one transport of ours to another in this process, 32 in flight. */
async function measureTransport(size: number): Promise<void> {
  const name = `udp_send_recv_${size}`
  if (!isWanted(name)) return
  const place = { host: '127.0.0.1', port: 0, now: () => performance.now() }
  const sender = await bindNodeTransport(place)
  const receiver = await bindNodeTransport(place)
  const bytes = new Uint8Array(randomBytes(size))
  let waiting = 0
  let done = (): void => {}
  sender.listen(() => {})
  receiver.listen(() => {
    waiting -= 1
    if (waiting === 0) done()
  })
  await sampleAsync(name, AT_ONCE, () => {
    waiting = AT_ONCE
    for (let i = 0; i < AT_ONCE; i += 1) sender.send(receiver.bound, bytes)
    return new Promise((resolve) => {
      done = resolve
    })
  })
  await Promise.all([sender.shutdown(), receiver.shutdown()])
}

function compressed(bytes: Uint8Array): Uint8Array {
  const codec = new PacketCodec({
    label: '',
    keyring: undefined,
    cipher: undefined,
    verifyIncoming: false,
    verifyOutgoing: false,
    compression: true,
    cipherVersion: 1,
    packetBytesMax: 1400,
    nonce: () => new Uint8Array(12),
  })
  return codec.pack([bytes], { crc: false })
}

function assertEffects(what: string, got: number, wanted: number): void {
  if (got !== wanted) throw new Error(`${what}: ${got} packets instead of ${wanted}`)
}
