// Lines about members: one a change, bounded a second, and never a change that is lost in
// silence.

import { expect, test } from 'vitest'
import type { Notice } from '../../src/core/index.ts'
import { MEMBER_LINES_MAX } from '../../src/host/member-log.ts'
import { row } from './fake-machine.ts'
import { heard, joined, loggerOf, start, telling, there } from './fake-node.ts'

const FLOOD = Array.from({ length: 2_000 }, (_, i) => joined(`ghost-${i}`))
const LEFT_OUT = 'too many changes of members for a line each; the counts are of those left out'

const conflict = (name: string): Notice => ({
  kind: 'conflict',
  name,
  holder: there,
  other: there,
})

const failed = (name: string): Notice => ({
  kind: 'member',
  change: 'failed',
  member: row(name, { status: 'dead' }),
  rejoin: false,
  evidence: [],
})

/** A node whose log keeps the fields too. */
function startLogged(notices: readonly Notice[]) {
  const log: { level: string; fields: object; message: string }[] = []
  const logger = loggerOf((level) => (fields, message) => void log.push({ level, fields, message }))
  return { ...start(telling(notices), { logger }), log }
}

test('each change of a member is a line of its own, while they are few', () => {
  const { clock, lines, poke } = start(telling([joined('b'), failed('b'), heard('x')]))
  poke()
  clock.run(10_000)
  expect(lines).toHaveLength(2)
  expect(lines[0]).toBe('info member-join')
  expect(lines[1]).toMatch(/^warn b is FAILED/)
})

test('a flood of ghosts is some lines a second, and one that counts the rest by kind', () => {
  const { clock, log, poke } = startLogged([...FLOOD, failed('ghost-0'), failed('ghost-1')])
  poke()
  expect(log).toHaveLength(MEMBER_LINES_MAX)
  clock.run(999)
  expect(log).toHaveLength(MEMBER_LINES_MAX)
  clock.run(10_000)
  expect(log.slice(MEMBER_LINES_MAX)).toEqual([
    {
      level: 'warn',
      message: LEFT_OUT,
      fields: { member: 'ghost-1', 'member-join': 1_980, 'member-failed': 2 },
    },
  ])
})

test('after a flood each change is a line again', () => {
  const { clock, log, poke } = startLogged([...FLOOD])
  poke()
  clock.run(1_000)
  poke()
  clock.run(1_000)
  expect(log).toHaveLength(2 * (MEMBER_LINES_MAX + 1))
})

test('a flood that lasts stays within its lines a second', () => {
  const { clock, log, poke } = startLogged(FLOOD.slice(0, 7))
  for (let i = 0; i < 1_000; i++) {
    poke()
    clock.run(10)
  }
  clock.run(2_000)
  expect(log.length).toBeLessThanOrEqual(10 * (MEMBER_LINES_MAX + 1))
  const told = log.reduce((sum, { fields, message }) => {
    return sum + (message === LEFT_OUT ? Number(Reflect.get(fields, 'member-join')) : 1)
  }, 0)
  expect(told).toBe(7_000)
})

test('a node that closes says what it left out, once', async () => {
  const { node, clock, log, poke } = startLogged(FLOOD)
  poke()
  await node.close()
  clock.run(10_000)
  expect(log.filter(({ message }) => message === LEFT_OUT)).toHaveLength(1)
})

test('two nodes of one name are one line, louder if the name is ours', () => {
  const { clock, lines, poke } = start(telling([conflict('b'), conflict('a')]))
  poke()
  clock.run(10_000)
  expect(lines).toEqual([
    'warn two nodes use one name; the first keeps it; give one of the two another name',
    'error another node uses our name; give one of the two another name',
  ])
})

test('names in conflict are bounded as well', () => {
  const notices = Array.from({ length: 500 }, (_, i) => conflict(`b${i}`))
  const { clock, log, poke } = startLogged(notices)
  poke()
  clock.run(10_000)
  expect(log).toHaveLength(MEMBER_LINES_MAX + 1)
  expect(log.at(-1)?.fields).toMatchObject({ conflict: 480 })
})
