// The log's way out: nothing is lost in peace, nothing hangs where nobody reads any more.

import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { asyncSink } from '../../src/agent/log-sink.ts'

class FakeStream extends EventEmitter {
  readonly lines: string[] = []
  isDestroyed = false
  write(line: string): void {
    this.lines.push(line)
  }
  destroy(): void {
    this.isDestroyed = true
  }
}

function sinkOver(stream: FakeStream, flushMs?: number) {
  return asyncSink(
    {
      write: (line) => stream.write(line),
      destroy: () => stream.destroy(),
      on: (event, listener) => stream.on(event, listener),
    },
    flushMs,
  )
}

test('a flush waits until all is written', async () => {
  const stream = new FakeStream()
  const sink = sinkOver(stream, 60_000)
  await sink.flush()
  sink.write('a')
  const flushed = sink.flush()
  stream.emit('drain')
  await flushed
  expect([stream.lines, stream.isDestroyed]).toEqual([['a'], false])
})

test('after a failed write lines are dropped, and a flush has nothing to wait for', async () => {
  const stream = new FakeStream()
  const sink = sinkOver(stream, 60_000)
  sink.write('a')
  const flushed = sink.flush()
  stream.emit('error', new Error('EIO'))
  await flushed
  sink.write('b')
  await sink.flush()
  expect([stream.lines, stream.isDestroyed]).toEqual([['a'], true])
})

test('what is stuck is given up, so that the exit does not try for ever', async () => {
  const stream = new FakeStream()
  const sink = sinkOver(stream, 1)
  sink.write('a')
  await sink.flush()
  expect(stream.isDestroyed).toBe(true)
})
