// The bytes the fuzzer starts from: every hex string of the golden data, and a few messages that no
// real program sends, so that every rule has something that breaks it.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  type Alive,
  encodeMessage,
  encodeOwnMessage,
  encodeTags,
  type Message,
  type NodeState,
  packStream,
  type StreamMessage,
} from 'hearsay/wire'
import { PLAIN } from './fuzz-mutations.ts'

const HEX = /^(?:[0-9a-f]{2})+$/
/** Longer ones (tables of thousands of bytes) make the fuzzer slow and no wiser. */
const SEED_BYTES_MAX = 3000
/** Captures repeat themselves: of each file so many are kept, spread evenly. */
const SEEDS_PER_FILE = 150

/** All byte strings of the golden data in `folder`, and the crafted ones, in a fixed order. */
export function fuzzCorpus(folder: string): readonly Uint8Array[] {
  return [...goldenCorpus(folder), ...craftedCorpus()]
}

function goldenCorpus(folder: string): readonly Uint8Array[] {
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return files.sort().flatMap((name) => {
    const found = new Set<string>()
    collect(JSON.parse(readFileSync(join(folder, name), 'utf8')), found)
    const all = [...found]
    const step = Math.max(1, Math.ceil(all.length / SEEDS_PER_FILE))
    return all
      .filter((_, i) => i % step === 0)
      .map((hex) => Uint8Array.from(Buffer.from(hex, 'hex')))
  })
}

function collect(value: unknown, found: Set<string>): void {
  if (typeof value === 'string') {
    const isBytes = value.length >= 4 && value.length <= 2 * SEED_BYTES_MAX && HEX.test(value)
    if (isBytes) found.add(value)
  } else if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) collect(part, found)
  }
}

const alive: Alive = {
  kind: 'alive',
  incarnation: 1,
  node: 'n',
  addr: Uint8Array.of(10, 0, 0, 1),
  port: 7946,
  meta: encodeTags(new Map([['role', 'web']])) ?? new Uint8Array(0),
  vsn: Uint8Array.of(1, 5, 2, 0, 0, 0),
}
const state: NodeState = { ...alive, name: 'n', state: 0 }

const SETTINGS = { ...PLAIN, compression: true }

function craftedCorpus(): readonly Uint8Array[] {
  const messages: readonly (Message | StreamMessage)[] = [
    { ...alive, meta: new Uint8Array(513) },
    { ...alive, vsn: new Uint8Array(0) },
    { ...alive, vsn: Uint8Array.of(0, 5, 2, 0, 0, 0) },
    { ...alive, incarnation: 0xffffffff },
    { ...alive, addr: new Uint8Array(4) },
    { ...alive, node: 'a\u202eb' },
    { kind: 'dead', incarnation: 0xfffffffe, node: 'n', from: 'n' },
    { kind: 'user', payload: new Uint8Array(100_000) },
    { kind: 'userStream', payload: new Uint8Array(2_000_000) },
    pushPull([{ ...state, state: 7 }, state, { ...state, incarnation: 0xffffffff }]),
    pushPull(Array.from({ length: 300 }, () => state)),
    { kind: 'error', error: 'refused' },
  ]
  const small = messages.map(encodeMessage).filter(({ length }) => length <= 40_000)
  const packed = messages.map((each) => packStream(encodeMessage(each), SETTINGS, ACCEPTED))
  const own = [
    encodeOwnMessage({ kind: 'viewRequest', id: 1, checksum: 2 }),
    encodeOwnMessage({ kind: 'receiptRequest', id: 1, ltime: 2n ** 63n, name: 'deploy' }),
    encodeOwnMessage({ kind: 'receiptReply', id: 1, known: true, from: 'n', wallMs: 1e12 }),
  ]
  return [...small, ...packed, ...own]
}

const ACCEPTED = { dialled: false }

function pushPull(nodes: readonly NodeState[]): StreamMessage {
  return { kind: 'pushPull', join: true, nodes, userState: Uint8Array.of(2, 0x80) }
}
