// Events as an iterator: order, bounds, and every way to end.

import { expect, test } from 'vitest'
import type { NodeEvent, NodeEventKind } from '../../src/host/api.ts'
import { EVENTS_MAX, EventStream } from '../../src/host/event-stream.ts'

const event = (atMs: number): NodeEvent => ({
  kind: 'user',
  atMs,
  name: 'n',
  payload: new Uint8Array(0),
  text: '',
  id: '',
  from: '',
})

function open(options: { signal?: AbortSignal; kinds?: readonly NodeEventKind[] } = {}) {
  const counts = { ends: 0, drops: 0 }
  const stream = new EventStream({
    ...options,
    onEnd: () => counts.ends++,
    onDrop: () => counts.drops++,
  })
  return { stream, counts }
}

async function drain(stream: EventStream): Promise<readonly NodeEvent[]> {
  const events: NodeEvent[] = []
  for await (const one of stream) events.push(one)
  return events
}

test('events come in order, waited for or not', async () => {
  const { stream } = open()
  const early = stream.next()
  stream.push(event(1))
  stream.push(event(2))
  stream.end()
  expect(await early).toMatchObject({ done: false, value: { atMs: 1 } })
  expect((await drain(stream)).map(({ atMs }) => atMs)).toEqual([2])
})

test('a slow reader loses the oldest and is told how many first', async () => {
  const { stream, counts } = open()
  for (let at = 1; at <= EVENTS_MAX + 3; at++) stream.push(event(at))
  stream.end()
  const events = await drain(stream)
  expect(events[0]).toEqual({ kind: 'gap', atMs: 3, missed: 3 })
  expect(events[1]).toMatchObject({ atMs: 4 })
  expect(events).toHaveLength(EVENTS_MAX + 1)
  expect(counts.drops).toBe(3)
})

test('kinds that were not asked for are left out', async () => {
  const { stream } = open({ kinds: ['member-join'] })
  stream.push(event(1))
  stream.end()
  expect(await drain(stream)).toEqual([])
})

test('leaving the loop ends the stream', async () => {
  const { stream, counts } = open()
  stream.push(event(1))
  for await (const _ of stream) break
  stream.push(event(2))
  expect(await stream.next()).toEqual({ done: true, value: undefined })
  expect(counts.ends).toBe(1)
})

test('aborting ends it for whoever waits, once', async () => {
  const abort = new AbortController()
  const { stream, counts } = open({ signal: abort.signal })
  const waiting = [stream.next(), stream.next()]
  abort.abort()
  stream.end()
  expect(await Promise.all(waiting)).toEqual([
    { done: true, value: undefined },
    { done: true, value: undefined },
  ])
  expect(counts.ends).toBe(1)
})

test('a signal that was aborted before gives an ended stream', async () => {
  const { stream } = open({ signal: AbortSignal.abort() })
  expect(await stream.next()).toEqual({ done: true, value: undefined })
})
