// Standard input that is endless, or never says anything.

import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { readAtMost } from '../../src/agent/terminal/input.ts'

const never = new AbortController().signal

test('all bytes are read, to the last that is allowed', async () => {
  const read = await readAtMost(Readable.from([Buffer.from('ab'), Buffer.from('cd')]), {
    bytesMax: 4,
    signal: never,
  })
  expect(Buffer.from(read ?? []).toString()).toBe('abcd')
})

test('an endless stream is left, and closed, after the first part too many', async () => {
  let parts = 0
  const endless = new Readable({
    highWaterMark: 1,
    read() {
      parts += 1
      this.push(Buffer.alloc(100))
    },
  })
  expect(await readAtMost(endless, { bytesMax: 250, signal: never })).toBeUndefined()
  expect(endless.destroyed).toBe(true)
  expect(parts).toBeLessThan(10)
})

test('an interrupt ends the wait for a stream that says nothing', async () => {
  const interrupt = new AbortController()
  const silent = new Readable({ read: () => undefined })
  const reading = readAtMost(silent, { bytesMax: 10, signal: interrupt.signal })
  interrupt.abort()
  await expect(reading).rejects.toThrow('aborted')
})
