// What every transport must do, as data: run each row in the test runner of your choice.
// Waiting is by what arrives, never by time; a transport that stays silent runs into the
// runner's own limit.

import { type Address, assert, type Input, type StreamId } from '../core/index.ts'
import type { Transport, TransportInput } from '../host/index.ts'

/** Two transports that reach each other, not listened to yet, and an address where nobody is. */
export interface TransportPair {
  readonly a: Transport
  readonly b: Transport
  readonly nobody: Address
}

export interface ContractCase {
  /** A sentence that must hold. */
  readonly name: string
  /** Rejects if it does not. */
  readonly run: () => Promise<void>
}

/** The suite; `make` is called once a case, and both transports are shut down after it. */
export function transportContract(make: () => Promise<TransportPair>): readonly ContractCase[] {
  return cases.map(({ name, run }) => ({
    name,
    run: async () => {
      const pair = await make()
      const a = new Inbox(pair.a)
      const b = new Inbox(pair.b)
      try {
        await run({ a, b, nobody: pair.nobody })
      } finally {
        await Promise.all([pair.a.shutdown(), pair.b.shutdown()])
      }
    },
  }))
}

interface Bench {
  readonly a: Inbox
  readonly b: Inbox
  readonly nobody: Address
}

type Kind = TransportInput['kind']
type InputOf<K extends Kind> = Extract<Input, { kind: K }>

/** A transport and all it has reported, with a way to wait for more. */
class Inbox {
  readonly transport: Transport
  readonly inputs: TransportInput[] = []
  /** True while a test is inside one of the verbs. */
  insideVerb = false
  reportedInsideVerb = false
  #wake: () => void = () => {}

  constructor(transport: Transport) {
    this.transport = transport
    transport.listen((input) => {
      if (this.insideVerb) this.reportedInsideVerb = true
      this.inputs.push(input)
      this.#wake()
    })
  }

  /** The first input of a kind that `fits`, now or later. */
  async first<K extends Kind>(
    kind: K,
    fits: (input: InputOf<K>) => boolean = () => true,
  ): Promise<InputOf<K>> {
    const isIt = (input: TransportInput): input is InputOf<K> & TransportInput =>
      input.kind === kind && fits(input as InputOf<K>)
    for (;;) {
      const found = this.inputs.find(isIt)
      if (found !== undefined) return found
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  /** All bytes of a stream so far. */
  bytesOf(stream: StreamId): Uint8Array {
    const chunks = this.inputs.flatMap((input) =>
      input.kind === 'received' && input.stream === stream ? [...input.bytes] : [],
    )
    return Uint8Array.from(chunks)
  }

  /** Waits until `count` bytes of a stream have arrived. */
  async received(stream: StreamId, count: number): Promise<Uint8Array> {
    await this.first('received', () => this.bytesOf(stream).length >= count)
    return this.bytesOf(stream)
  }
}

/** Dials from a to b; both numbers of the stream. */
async function connect({ a, b }: Bench, stream: StreamId): Promise<{ far: StreamId }> {
  const before = b.inputs.length
  a.transport.open(stream, b.transport.bound)
  await a.first('opened', (input) => input.stream === stream)
  const { stream: far } = await b.first('opened', (input) => b.inputs.indexOf(input) >= before)
  return { far }
}

/** A packet there and back: whatever was on its way before has arrived by then, or never will. */
async function fence({ a, b }: Bench, mark: number): Promise<void> {
  const isMark = (input: InputOf<'packet'>) => input.bytes[0] === mark
  a.transport.send(b.transport.bound, Uint8Array.of(mark))
  await b.first('packet', isMark)
  b.transport.send(a.transport.bound, Uint8Array.of(mark))
  await a.first('packet', isMark)
}

const text = (bytes: Uint8Array) => bytes.join(' ')

function pattern(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 7 + (i >> 8)) & 0xff)
}

const cases: readonly { readonly name: string; readonly run: (bench: Bench) => Promise<void> }[] = [
  {
    name: 'a datagram arrives whole, with the address of its sender',
    run: async ({ a, b }) => {
      for (const size of [1, 1400]) {
        a.transport.send(b.transport.bound, pattern(size))
        const packet = await b.first('packet', (input) => input.bytes.length === size)
        assert(text(packet.bytes) === text(pattern(size)), 'bytes arrive unchanged')
        assert(packet.from.equals(a.transport.bound), 'the sender is where it can be answered')
      }
    },
  },
  {
    name: 'what arrives is a copy of what was sent',
    run: async ({ a, b }) => {
      const bytes = Uint8Array.of(1, 2, 3)
      a.transport.send(b.transport.bound, bytes)
      const { bytes: got } = await b.first('packet')
      got.fill(9)
      assert(text(bytes) === '1 2 3', 'what arrives is a copy')
    },
  },
  {
    name: 'a dialled stream keeps our number, an accepted one gets an even number',
    run: async (bench) => {
      const one = await connect(bench, 1)
      const two = await connect(bench, 3)
      assert(one.far % 2 === 0 && two.far % 2 === 0, 'accepted streams are even')
      assert(one.far !== two.far, 'each stream has a number of its own')
      const opened = await bench.a.first('opened')
      assert(opened.peer.equals(bench.b.transport.bound), 'the peer is whom we dialled')
    },
  },
  {
    name: 'a stream carries bytes both ways, unchanged and in order',
    run: async (bench) => {
      const { far } = await connect(bench, 1)
      const sent = pattern(100_000)
      for (let at = 0; at < sent.length; at += 30_000)
        bench.a.transport.write(1, sent.subarray(at, at + 30_000))
      assert(text(await bench.b.received(far, sent.length)) === text(sent), 'there')
      bench.b.transport.write(far, Uint8Array.of(1, 2, 3))
      assert(text(await bench.a.received(1, 3)) === '1 2 3', 'and back')
    },
  },
  {
    name: 'two streams between the same two stay apart',
    run: async (bench) => {
      const one = await connect(bench, 1)
      const two = await connect(bench, 3)
      bench.a.transport.write(3, Uint8Array.of(3))
      bench.a.transport.write(1, Uint8Array.of(1))
      assert(text(await bench.b.received(one.far, 1)) === '1', 'the first has its byte')
      assert(text(await bench.b.received(two.far, 1)) === '3', 'the second has its own')
    },
  },
  {
    name: 'close flushes what was written, and the other side hears the end',
    run: async (bench) => {
      const { far } = await connect(bench, 1)
      bench.a.transport.write(1, pattern(50_000))
      bench.a.transport.close(1)
      const closed = await bench.b.first('closed', (input) => input.stream === far)
      assert(closed.reason === 'end', 'an end in good order')
      assert(bench.b.bytesOf(far).length === 50_000, 'nothing was lost')
    },
  },
  {
    name: 'nothing is reported about a stream that we closed',
    run: async (bench) => {
      const { far } = await connect(bench, 1)
      bench.a.transport.close(1)
      bench.b.transport.write(far, Uint8Array.of(1))
      await bench.b.first('closed', (input) => input.stream === far)
      await fence(bench, 42)
      const about = bench.a.inputs.filter((input) => 'stream' in input && input.stream === 1)
      assert(about.length === 1, 'only that it was opened')
    },
  },
  {
    name: 'an answer written before the end is heard is flushed',
    run: async (bench) => {
      const { far } = await connect(bench, 1)
      bench.a.transport.write(1, Uint8Array.of(1))
      await bench.b.received(far, 1)
      bench.b.transport.write(far, pattern(20_000))
      bench.b.transport.close(far)
      await bench.a.first('closed', (input) => input.stream === 1)
      assert(bench.a.bytesOf(1).length === 20_000, 'the whole answer')
    },
  },
  {
    name: 'a dial to nobody is closed as refused, and never opened',
    run: async ({ a, nobody }) => {
      a.transport.open(5, nobody)
      const closed = await a.first('closed')
      assert(closed.stream === 5 && closed.reason === 'refused', 'refused')
      assert(!a.inputs.some((input) => input.kind === 'opened'), 'never opened')
    },
  },
  {
    name: 'a stream that is gone, or never was, swallows what it is given',
    run: async (bench) => {
      const { far } = await connect(bench, 1)
      bench.a.transport.close(1)
      await bench.b.first('closed', (input) => input.stream === far)
      for (const stream of [1, 99]) {
        bench.a.transport.write(stream, Uint8Array.of(1))
        bench.a.transport.close(stream)
      }
      bench.b.transport.write(far, Uint8Array.of(1))
      bench.b.transport.close(far)
      await fence(bench, 43)
    },
  },
  {
    name: 'nothing is reported from inside a verb',
    run: async (bench) => {
      const { a, b, nobody } = bench
      a.insideVerb = true
      a.transport.open(7, nobody)
      a.transport.open(1, b.transport.bound)
      a.transport.send(a.transport.bound, Uint8Array.of(1))
      a.insideVerb = false
      await a.first('closed')
      await a.first('opened')
      a.insideVerb = true
      a.transport.write(1, Uint8Array.of(1))
      a.transport.close(1)
      a.insideVerb = false
      assert(!a.reportedInsideVerb, 'reports come later')
    },
  },
  {
    name: 'shutdown ends streams, says nothing more, and may be called again',
    run: async (bench) => {
      const { far } = await connect(bench, 1)
      await bench.a.transport.shutdown()
      await bench.b.first('closed', (input) => input.stream === far)
      const heard = bench.a.inputs.length
      bench.a.transport.send(bench.b.transport.bound, Uint8Array.of(1))
      bench.a.transport.open(9, bench.b.transport.bound)
      bench.a.transport.write(1, Uint8Array.of(1))
      bench.a.transport.close(1)
      await bench.a.transport.shutdown()
      assert(bench.a.inputs.length === heard, 'silence')
    },
  },
  {
    name: 'what is sent and dialled is counted at the sender',
    run: async (bench) => {
      await connect(bench, 1)
      bench.a.transport.send(bench.nobody, pattern(10))
      bench.a.transport.send(bench.b.transport.bound, pattern(20))
      const counters = bench.a.transport.counters()
      assert(counters.packets_sent_total === 2, 'two packets')
      assert(counters.bytes_sent_total === 30, 'thirty bytes')
      assert(counters.streams_dialled_total === 1, 'one dial')
    },
  },
]
