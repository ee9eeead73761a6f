// Running out of files is noticed and said, once in a while, with what to do.

import { afterEach, expect, test, vi } from 'vitest'
import { FileWatch } from '../../src/node/files.ts'

interface Line {
  readonly fields: object
  readonly message: string
}

afterEach(() => vi.useRealTimers())

test('who cannot open another file says so, and what to do, once a minute', () => {
  const { watch, lines, clock } = watched(() => {})
  for (let dial = 0; dial < 5; dial++) watch.failed(systemError('EMFILE'))
  expect(lines).toHaveLength(1)
  expect(lines[0]?.message).toContain('ulimit -n')
  clock.nowMs += 60_000
  watch.failed(systemError('EMFILE'))
  expect(lines[1]?.fields).toEqual({ reason: 'EMFILE', heldBack: 4 })
})

test('a machine without files is told apart from a process without', () => {
  const { watch, lines } = watched(() => {})
  watch.failed(systemError('ENFILE'))
  expect(lines[0]?.message).toContain('fs.file-max')
})

test('other errors of sockets are nothing to say', () => {
  const { watch, lines } = watched(() => {})
  for (const error of [systemError('ECONNREFUSED'), new Error('x'), undefined]) watch.failed(error)
  expect(lines).toEqual([])
})

test('a second after callers came it is tried, once for all of them, whether a file can be had', () => {
  vi.useFakeTimers()
  let tries = 0
  const { watch, lines } = watched(() => {
    tries++
    throw systemError('EMFILE')
  })
  for (let caller = 0; caller < 40; caller++) watch.lookSoon()
  vi.advanceTimersByTime(999)
  expect(tries).toBe(0)
  vi.advanceTimersByTime(1)
  expect(tries).toBe(1)
  expect(lines).toHaveLength(1)
  watch.lookSoon()
  watch.close()
  vi.advanceTimersByTime(5_000)
  expect(tries).toBe(1)
})

test('while there are files, nothing is said', () => {
  vi.useFakeTimers()
  const { watch, lines } = watched(undefined)
  watch.lookSoon()
  vi.advanceTimersByTime(1_000)
  expect(lines).toEqual([])
})

function watched(tryOne: (() => void) | undefined) {
  const lines: Line[] = []
  const clock = { nowMs: 1 }
  const silent = () => {}
  const error = (fields: object, message: string) => void lines.push({ fields, message })
  const logger = { trace: silent, debug: silent, info: silent, warn: silent, error }
  const now = () => clock.nowMs
  const watch = new FileWatch({ logger, now, ...(tryOne !== undefined && { tryOne }) })
  return { watch, lines, clock }
}

function systemError(code: string): Error {
  return Object.assign(new Error(code), { code })
}
