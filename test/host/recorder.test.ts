// Recordings: what goes in comes out of a line, and bounds hold.

import { expect, test } from 'vitest'
import { type Input, ipv4 } from '../../src/core/index.ts'
import { parseRecorded, Recorder, recordedLine } from '../../src/host/recorder.ts'

const here = ipv4(127, 0, 0, 1, 7946)

test.each<Input>([
  { kind: 'tick' },
  { kind: 'wall', offsetMs: -0.5 },
  { kind: 'packet', from: here, bytes: Uint8Array.of(0, 10, 255) },
  { kind: 'opened', stream: 2, peer: here },
  { kind: 'closed', stream: 1, reason: 'end' },
  { kind: 'command', id: 1, command: { kind: 'set-tags', tags: new Map([['a', 'b']]) } },
  {
    kind: 'command',
    id: 2,
    command: { kind: 'ask-event', event: { ltime: 2n ** 60n, name: 'x' }, timeoutMs: 5 },
  },
  {
    kind: 'command',
    id: 3,
    command: { kind: 'join', targets: [{ address: here, seed: 'localhost' }] },
  },
])('an input survives its line: %o', (input) => {
  const back = parseRecorded(recordedLine({ now: 1.5, input }))
  expect(back).toEqual({ now: 1.5, input })
})

test('an address comes back as one', () => {
  const { input } = parseRecorded(
    recordedLine({ now: 1, input: { kind: 'sendFailed', to: here, reason: '' } }),
  )
  expect(input.kind === 'sendFailed' && input.to.equals(here)).toBe(true)
})

test('the oldest go first, by number and by bytes', () => {
  const few = new Recorder({ inputsMax: 3 })
  for (let now = 1; now <= 10; now++) few.record(now, { kind: 'tick' })
  expect(few.recorded().map(({ now }) => now)).toEqual([8, 9, 10])
  expect(few.dropped).toBe(7)
  const small = new Recorder({ bytesMax: 10 })
  for (let now = 1; now <= 4; now++)
    small.record(now, { kind: 'packet', from: here, bytes: new Uint8Array(4) })
  expect([...small.lines()]).toHaveLength(2)
})
