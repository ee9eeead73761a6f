// The log behind the streams: resuming, gaps, bounds.

import { describe, expect, test } from 'vitest'
import { EventLog } from '../../src/agent/http/event-log.ts'
import { eventStream } from '../../src/agent/http/event-stream.ts'

const at = '2026-01-02T03:04:05.678Z'
const item = (n: number) => ({ apiVersion: 'hearsay/v1' as const, kind: 'user', at, n })

function filled(count: number): EventLog {
  const log = new EventLog(() => 0)
  for (let n = 1; n <= count; n++) log.add(item(n))
  return log
}

test('a new reader hears what comes, not what was', () => {
  const log = filled(3)
  const cursor = log.cursor(undefined)
  expect(cursor.take()).toEqual([])
  log.add(item(4))
  expect(cursor.take().map((one) => JSON.parse(one.json).n)).toEqual([4])
})

test('a reader that resumes hears exactly what it missed', () => {
  const log = filled(1)
  const before = log.cursor(undefined)
  for (let n = 2; n <= 6; n++) log.add(item(n))
  const [, third] = before.take(2)
  const again = log.cursor(third?.id)
  expect(again.take().map((one) => JSON.parse(one.json).n)).toEqual([4, 5, 6])
})

test('a reader too far behind is told how much it lost', () => {
  const log = filled(0)
  const slow = log.cursor(undefined)
  for (let n = 1; n <= 1500; n++) log.add(item(n))
  const [gap, next] = slow.take()
  expect(JSON.parse(gap?.json ?? '')).toMatchObject({ kind: 'gap', missed: 500 })
  expect(JSON.parse(next?.json ?? '').n).toBe(501)
})

test('large events are bounded by bytes, not only by count', () => {
  const log = new EventLog(() => 0)
  const slow = log.cursor(undefined)
  for (let n = 1; n <= 100; n++) log.add({ ...item(n), text: 'x'.repeat(50_000) })
  expect(JSON.parse(slow.take(1)[0]?.json ?? '')).toMatchObject({ kind: 'gap', missed: 80 })
})

test('an id of another run means a gap', () => {
  const id = filled(5).cursor('').take()[0]?.id ?? 'ffffffff-3'
  const [gap] = filled(2).cursor(id).take()
  expect(gap?.kind).toBe('gap')
})

test.each(['', 'nonsense', '1-1-1', '-', `${'9'.repeat(400)}-1`])(
  'the id %j harms nobody',
  (id) => {
    expect(() => filled(2).cursor(id).take()).not.toThrow()
  },
)

test('an idle stream shows that the line lives, and ends with the log', async () => {
  const log = filled(0)
  const ended: string[] = []
  const stream = eventStream({
    log,
    lastId: undefined,
    heartbeatMs: 1,
    unreadMs: 10_000,
    signal: new AbortController().signal,
    onEnd: () => ended.push('end'),
  })
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe('retry: 2000\n\n')
  expect((await reader.read()).value).toBe(': still here\n\n')
  log.close()
  // A heartbeat or two may be on its way.
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    expect(read.value).toBe(': still here\n\n')
  }
  expect(ended).toEqual(['end'])
})

describe('a stream gives its place back', () => {
  const ended = async (unreadMs: number, signal: AbortSignal) =>
    await new Promise<string>((resolve) => {
      const onEnd = () => resolve('ended')
      const log = filled(0)
      eventStream({
        log,
        lastId: undefined,
        heartbeatMs: 1000,
        unreadMs,
        signal,
        onEnd,
      })
    })

  test('when nobody begins to read it', async () => {
    expect(await ended(1, new AbortController().signal)).toBe('ended')
  })

  test('when the asker has gone before the first read', async () => {
    const asker = new AbortController()
    const end = ended(60_000, asker.signal)
    asker.abort()
    expect(await end).toBe('ended')
  })
})
