// The case about a member in words.

import { describe, expect, test } from 'vitest'
import type { Evidence, MemberView } from '../../src/core/index.ts'
import { memberOf } from '../../src/host/snapshots.ts'
import { clockText, evidenceText, explain, spanText } from '../../src/host/why.ts'
import { row } from './fake-machine.ts'

const times = { nowMs: 1_010_000, wallOffsetMs: 500_000 }

function why(differs: Partial<MemberView>, evidence: readonly Evidence[] = [], selfName = 'me') {
  const viewpoint = { selfName, now: times.nowMs, wallOffsetMs: times.wallOffsetMs }
  return explain(memberOf(row('db-1', differs), viewpoint), evidence, times)
}

const by = { atMs: 1_005_000, by: 'api-2' }
const stream = (outcome: Extract<Evidence, { kind: 'stream' }>['outcome']): Evidence => ({
  ...by,
  kind: 'stream',
  outcome,
})

test('a span is told in the unit that suits it', () => {
  expect([4, 999, 5_800, 59_000, 540_000, 7_300_000, 3 * 86_400_000, -1].map(spanText)).toEqual([
    '4 ms',
    '999 ms',
    '5.8 s',
    '59.0 s',
    '9 min',
    '2 h',
    '3 d',
    '0 ms',
  ])
})

describe('the verdict', () => {
  test('says what it is, since when, and at which incarnation', () => {
    const since = clockText(1_500_000)
    expect(why({ status: 'dead', incarnation: 7 }).verdict).toBe(
      `db-1 is FAILED since ${since} (10.0 s), incarnation 7`,
    )
  })

  test('of a suspect says how long it has, and how far its case is', () => {
    const suspicion = { untilMs: 1_013_900, confirmations: 1, needed: 2 }
    expect(why({ status: 'suspect', suspicion }).verdict).toContain(
      '; at most 3.9 s left to answer, 1 of 2 confirmations',
    )
    const settled = { ...suspicion, confirmations: 2 }
    expect(why({ status: 'suspect', suspicion: settled }).verdict).toContain(
      '; 3.9 s left to answer, 2 of 2 confirmations',
    )
  })
})

describe('the evidence', () => {
  test('is told in Unix time', () => {
    expect(why({}, [stream('refused')]).evidence[0]?.atMs).toBe(1_505_000)
  })

  test.each<[Evidence, string]>([
    [{ ...by, kind: 'no-ack', timeoutMs: 500 }, 'api-2 probed it directly: no ack in 500 ms'],
    [
      { ...by, kind: 'relays', asked: ['a', 'b', 'c'], answers: 0, nacks: 2 },
      'api-2 asked a, b, c to probe: 0 of 3 got an answer, 2 said it stayed silent',
    ],
    [stream('refused'), 'api-2 tried TCP: connection refused: the process is gone, its host is up'],
    [
      { ...by, kind: 'suspect', incarnation: 7, health: 0, lagMs: 4 },
      'api-2 began suspicion of incarnation 7 (its own health 0, loop lag 4 ms: a healthy accuser)',
    ],
    [
      { ...by, kind: 'suspect', incarnation: 7, health: 3, lagMs: 900 },
      'api-2 began suspicion of incarnation 7 (its own health 3, loop lag 900 ms: the accuser itself is slow)',
    ],
    [
      { ...by, kind: 'told-suspect', incarnation: 7, timeoutMs: 5_800 },
      'api-2 said it is suspect, incarnation 7; it has at most 5.8 s to answer, less if others confirm',
    ],
    [{ ...by, kind: 'confirm', count: 1, needed: 2 }, 'api-2 confirmed independently (1 of 2)'],
    [{ ...by, kind: 'refuted', incarnation: 8 }, 'it answered with incarnation 8: a false alarm'],
    [
      { ...by, kind: 'dead', incarnation: 7, heldMs: 5_800 },
      'no refutation in 5.8 s: declared failed',
    ],
    [{ ...by, kind: 'told-dead', incarnation: 7 }, 'api-2 said it has failed, incarnation 7'],
    [{ ...by, kind: 'left', incarnation: 7 }, 'it said goodbye, incarnation 7'],
    [
      { ...by, kind: 'joined', incarnation: 1, address: '10.0.0.1:7946' },
      'it joined at 10.0.0.1:7946, incarnation 1',
    ],
  ])('reads as a line: %j', (evidence, text) => {
    expect(evidenceText(evidence)).toBe(text)
  })
})

describe('the advice', () => {
  const failed = { status: 'dead' } as const

  test('after a refused connection is to look at the process', () => {
    const { advice } = why(failed, [stream('refused')])
    expect(advice).toContain('crashed or was killed')
    expect(advice).toContain('hearsay remove db-1')
  })

  test('where TCP answers is to let UDP pass', () => {
    expect(why(failed, [stream('answered')]).advice).toContain('let UDP pass')
  })

  test('after hearsay alone is to ask who judged it', () => {
    const told: Evidence = { ...by, kind: 'told-dead', incarnation: 1 }
    expect(why(failed, [told]).advice).toContain('ask api-2')
  })

  test('with a slow accuser names the accuser', () => {
    const slow: Evidence = { ...by, kind: 'suspect', incarnation: 1, health: 4, lagMs: 900 }
    expect(why({ status: 'suspect' }, [slow]).advice).toContain('api-2 was too busy')
  })

  test('about the well, the departed and ourselves is short', () => {
    expect(why({}).advice).toBe('Nothing is wrong with it.')
    expect(why({}, [{ ...by, kind: 'refuted', incarnation: 2 }]).advice).toContain('its load')
    expect(why({ status: 'left' }).advice).toContain('of its own will')
    expect(why({}, [], 'db-1').advice).toBe('This is the node you asked.')
  })
})
