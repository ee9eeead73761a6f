// A watch over state: the last change of each key, bounds, and every way to end.

import { expect, test } from 'vitest'
import type { StateChange } from '../../src/host/state-api.ts'
import { StateWatch, WATCHED_KEYS_MAX } from '../../src/host/state-watch.ts'

type KeyedChange = Exclude<StateChange, { kind: 'gap' }>

const set = (key: string, version = 1): KeyedChange => ({
  kind: 'set',
  node: 'a',
  key,
  value: new Uint8Array(0),
  text: '',
  version,
  expiresMs: undefined,
})

function open(initial: readonly KeyedChange[] = [], signal?: AbortSignal) {
  const counts = { ends: 0, dropped: 0 }
  const watch = new StateWatch<KeyedChange>({
    keyOf: ({ node, key }) => `${node}/${key}`,
    initial,
    signal,
    onEnd: () => counts.ends++,
    onDrop: (count) => {
      counts.dropped += count
    },
  })
  return { watch, counts }
}

async function drain(watch: StateWatch<KeyedChange>): Promise<readonly StateChange[]> {
  const changes: StateChange[] = []
  for await (const one of watch) changes.push(one)
  return changes
}

test('who waits gets a change at once', async () => {
  const { watch } = open()
  const waiting = watch.next()
  watch.push(set('k'))
  expect(await waiting).toEqual({ done: false, value: set('k') })
})

test('of several changes of a key the last is told, in the order of the last', async () => {
  const { watch } = open()
  for (const change of [set('k', 1), set('other', 2), set('k', 3)]) watch.push(change)
  watch.end()
  expect(await drain(watch)).toEqual([set('other', 2), set('k', 3)])
})

test('keys there were come first, unless they have changed since', async () => {
  const { watch } = open([set('one'), set('two')])
  watch.push(set('one', 2))
  watch.end()
  expect(await drain(watch)).toEqual([set('two'), set('one', 2)])
})

test('who is too slow is told to read everything again', async () => {
  const { watch, counts } = open()
  for (let i = 0; i <= WATCHED_KEYS_MAX; i++) watch.push(set(`key-${i}`))
  watch.push(set('after'))
  watch.end()
  const missed = WATCHED_KEYS_MAX + 1
  expect(await drain(watch)).toEqual([{ kind: 'gap', missed }, set('after')])
  expect(counts.dropped).toBe(missed)
})

test('as many keys as are kept are told one by one, and a flood of others is one gap', async () => {
  const { watch, counts } = open()
  for (let i = 0; i < WATCHED_KEYS_MAX; i++) watch.push(set(`key-${i}`))
  // Changes of what is kept take no more room.
  for (let i = 0; i < WATCHED_KEYS_MAX; i++) watch.push(set(`key-${i}`, 2))
  expect(counts.dropped).toBe(0)
  for (let i = 0; i < 10 * WATCHED_KEYS_MAX; i++) watch.push(set(`other-${i}`))
  watch.end()
  const told = await drain(watch)
  expect(told.filter(({ kind }) => kind === 'gap')).toHaveLength(1)
  expect(told.length).toBeLessThanOrEqual(WATCHED_KEYS_MAX + 1)
  expect(counts.dropped).toBeGreaterThan(9 * WATCHED_KEYS_MAX)
})

test('leaving the loop, aborting and closing end it once', async () => {
  const abort = new AbortController()
  const { watch, counts } = open([set('k')], abort.signal)
  for await (const _ of watch) break
  abort.abort()
  watch.end()
  expect(counts.ends).toBe(1)
  expect(await watch.next()).toEqual({ done: true, value: undefined })
  const ended = open([set('k')], AbortSignal.abort())
  expect(ended.counts.ends).toBe(1)
})
