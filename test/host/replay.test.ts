// Two real cores over the memory network, by a clock moved by hand: they find each other, and
// a recording of one of them, read back from its lines, brings the same effects again.

import { expect, test } from 'vitest'
import { Core, type Effect, ipv4, makeConfig, Random } from '../../src/core/index.ts'
import { startNode } from '../../src/host/hearsay.ts'
import { MemoryNetwork } from '../../src/host/memory-transport.ts'
import { parseRecorded, Recorder } from '../../src/host/recorder.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { settled } from './fake-node.ts'

const at = (last: number) => ipv4(127, 0, 0, last, 7946)

/** A core whose effects are kept. */
function listening(name: string, last: number) {
  const core = new Core(makeConfig({ name, advertise: at(last) }), { random: new Random(last) })
  const effects: (readonly Effect[])[] = []
  const step = core.step.bind(core)
  core.step = (now, input) => {
    const out = step(now, input)
    effects.push([...out])
    return out
  }
  return { core, effects }
}

function cluster() {
  const clock = new ManualClock()
  const network = new MemoryNetwork({ later: (run) => clock.soon(run) })
  const start = (name: string, last: number, record?: Recorder['record']) => {
    const { core, effects } = listening(name, last)
    const node = startNode({
      machine: core,
      config: core.config,
      transport: network.bind(at(last)),
      clock,
      resolve: async (seeds) => ({
        targets: seeds.map((seed) => ({ seed, address: at(1) })),
        failures: [],
      }),
      seeds: last === 1 ? [] : ['a'],
      leaveTimeoutMs: 5_000,
      record,
    })
    return { node, effects }
  }
  return { clock, start }
}

test('a recorded life, read back from its lines, has the same effects', async () => {
  const { clock, start } = cluster()
  const recorder = new Recorder()
  const a = start('a', 1, recorder.record)
  const b = start('b', 2)
  await settled()
  clock.run(1_000)
  expect(a.node.members().map(({ name }) => name)).toEqual(['a', 'b'])
  void b.node.broadcast('deploy', 'now')
  clock.run(3_000)
  await b.node.close()
  clock.run(15_000)
  expect(a.node.members().map(({ status }) => status)).toEqual(['alive', 'failed'])

  const again = listening('a', 1)
  for (const line of recorder.lines()) {
    const { now, input } = parseRecorded(line)
    again.core.step(now, input)
  }
  expect(again.effects).toEqual(a.effects)
  expect(a.effects.flat().some((effect) => effect.kind === 'send')).toBe(true)
})

test('writes of shared values are recorded and replayed; merges of the application are not', async () => {
  const { clock, start } = cluster()
  const recorder = new Recorder()
  const a = start('a', 1, recorder.record)
  const b = start('b', 2)
  await settled()
  clock.run(1_000)
  const { state } = a.node
  void state.map('m').set('k', 1)
  void state.max('x').offer(0.1)
  void state.custom<number>('u', { merge: Math.max }).merge('k', 1)
  void b.node.state.custom<number>('u', { merge: Math.max }).merge('k', 2)
  await settled()
  clock.run(3_000)

  const again = listening('a', 1)
  for (const line of recorder.lines()) {
    const { now, input } = parseRecorded(line)
    again.core.step(now, input)
  }
  expect(again.effects.flat().filter(isSend)).toEqual(a.effects.flat().filter(isSend))
  expect(again.core.state.slot('register', 'm', 'k')).toEqual(
    expect.objectContaining({ slots: 1, key: 'k' }),
  )
  // Functions are in no recording: the values are all there, but unmerged.
  expect(again.core.state.slot('custom', 'u', 'k')).toBeUndefined()
  expect(state.custom<number>('u', { merge: Math.max }).get('k')).toBe(2)
})

const isSend = ({ kind }: Effect) => kind === 'send'
