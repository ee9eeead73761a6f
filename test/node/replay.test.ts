// The life of a real node over UDP and TCP, written down line by line, takes the same turns
// again when its inputs are fed to a core of the same options and seed: the simulator's world
// and the real one run the same machine.

import { expect, test } from 'vitest'
import { Core, Random } from '../../src/core/index.ts'
import { configOf, parseRecording, type Recording } from '../../src/host/index.ts'
import type { NodeOptions } from '../../src/index.ts'
import { NodeCipher, openRecordedNode } from '../../src/node/index.ts'
import { type Replay, replay } from '../../src/sim/index.ts'
import { create, FAST, kept } from './fast-nodes.ts'

const KEY = new Uint8Array(16).fill(7)

/** A node meets two others; one says goodbye and one dies. All it went through, as text. */
async function recordedLife(options: NodeOptions): Promise<string> {
  const lines: string[] = []
  const a = kept(
    await openRecordedNode({ ...FAST, ...options, name: 'a' }, (line) => lines.push(line)),
  )
  const b = await create({ ...options, name: 'b', join: a.bound })
  const c = await create({ ...options, name: 'c', join: a.bound })
  await Promise.all([a, b, c].map((node) => node.ready({ atLeast: 3 })))
  const left = new Promise((resolve) => a.on('member-leave', resolve))
  const failed = new Promise((resolve) => a.on('member-failed', resolve))
  await a.setTags({ role: 'db' })
  await b.leave()
  await left
  await c.close()
  await failed
  await a.close()
  return `${lines.join('\n')}\n`
}

function replayed(recording: Recording, seed = recording.seed): Replay {
  const config = configOf(recording, recording.keys === 0 ? [] : [KEY])
  const nonce = () => new Uint8Array(12)
  const core = new Core(config, { random: new Random(seed), cipher: new NodeCipher(), nonce })
  return replay(core, config.name, recording.steps)
}

test('a recorded node takes the same turns again', async () => {
  const recording = parseRecording(await recordedLife({ label: 'shop' }))
  const { difference, turns, inputs, spanMs } = replayed(recording)
  expect(difference).toBeUndefined()
  // Itself twice, b and c: alive, then suspect or not, left and dead.
  expect(turns).toBeGreaterThanOrEqual(6)
  expect(inputs).toBeGreaterThan(15)
  expect(spanMs).toBeGreaterThan(0)
})

test('a recording holds no keys, and cannot be replayed without them', async () => {
  const text = await recordedLife({ keyring: [KEY] })
  expect(text).not.toContain('07'.repeat(16))
  const recording = parseRecording(text)
  expect(() => configOf(recording, [])).toThrow('the node had 1 keys')
  expect(replayed(recording).difference).toBeUndefined()
})

test('a recording that was tampered with differs, and says where', async () => {
  const text = await recordedLife({})
  const recording = parseRecording(text.replace('"to":"left"', '"to":"dead"'))
  const { difference } = replayed(recording)
  expect(difference?.recorded).toContain('b alive -> dead')
  expect(difference?.replayed).toContain('b alive -> left')
})

test('what is no recording is refused with a reason', () => {
  expect(() => parseRecording('')).toThrow('not a recording')
  expect(() => parseRecording('{"format":"other"}\n')).toThrow('not a recording')
  const head = { format: 'hearsay recording 1', seed: 1, keys: 0, options: {} }
  expect(() => parseRecording(`${JSON.stringify(head)}\nnonsense\n`)).toThrow('line 2 is not JSON')
  expect(() => parseRecording(`${JSON.stringify(head)}\n{"now":1}\n`)).toThrow(
    'line 2 is neither an input nor a turn',
  )
  expect(parseRecording(`${JSON.stringify(head)}\n{"now":1,"inp`).steps).toEqual([])
})
