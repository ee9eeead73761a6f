// Each checker is shown a lawful log, which it must pass, and a doctored one, which it must
// catch: a checker that cannot fail proves nothing.

import { expect, test } from 'vitest'
import { makeConfig } from '../../src/core/index.ts'
import { allCheckers, InvariantViolation, Watch } from '../../src/sim/index.ts'
import {
  accusation,
  type Case,
  confirms,
  elsewhere,
  forgets,
  here,
  join,
  type Line,
  leave,
  packet,
  rumor,
  selfAlive,
  sizes,
  starts,
  tells,
  there,
  turns,
  verdict,
} from './happenings.ts'
import { stateCases } from './state-cases.ts'

const cases: readonly Case[] = [
  ...stateCases,
  {
    id: 'S1',
    what: 'a falling incarnation',
    lawful: [
      [0, 'a', turns('b', 'unknown', 'alive', 5)],
      [1, 'a', turns('b', 'alive', 'dead', 5)],
      [40_000, 'a', turns('b', 'dead', 'alive', 2, { address: elsewhere })],
    ],
    doctored: [[40_001, 'a', turns('b', 'alive', 'suspect', 1, { address: elsewhere })]],
  },
  {
    id: 'S2',
    what: 'a resurrection at the same incarnation',
    lawful: [
      [0, 'a', turns('b', 'unknown', 'alive', 5)],
      [1, 'a', turns('b', 'alive', 'dead', 5)],
      [2, 'a', turns('b', 'dead', 'alive', 6)],
      [3, 'a', turns('b', 'alive', 'left', 6)],
    ],
    doctored: [[4, 'a', turns('b', 'left', 'alive', 6)]],
  },
  {
    id: 'S2',
    what: 'the return of one forgotten that nobody can have answered for',
    lawful: [
      [0, 'b', { kind: 'started', config: makeConfig({ name: 'b', advertise: there }) }],
      [0, 'b', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'b', turns('b', 'unknown', 'alive', 5)],
      [0, 'a', turns('b', 'unknown', 'alive', 5)],
      [1, 'a', turns('b', 'alive', 'dead', 5)],
      [2, 'a', forgets('b', 5)],
      [3, 'a', turns('b', 'unknown', 'alive', 5)],
      [4, 'b', { kind: 'stopped' }],
      [5, 'a', turns('b', 'alive', 'dead', 5)],
      [40_000, 'a', forgets('b', 5)],
      [41_000, 'a', { kind: 'command', id: 1, command: { kind: 'remove', name: 'b' } }],
      [42_000, 'a', turns('b', 'unknown', 'alive', 5)],
      [43_000, 'a', turns('b', 'alive', 'dead', 5)],
      [80_000, 'a', forgets('b', 5)],
    ],
    doctored: [[81_000, 'a', turns('b', 'unknown', 'alive', 5)]],
  },
  {
    id: 'S3',
    what: 'a name taken from a living holder',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', turns('b', 'unknown', 'alive', 1)],
      [1, 'a', turns('b', 'alive', 'dead', 1)],
      [40_000, 'a', turns('b', 'dead', 'alive', 1, { address: elsewhere })],
    ],
    doctored: [[90_000, 'a', turns('b', 'alive', 'alive', 2, { address: there })]],
  },
  {
    id: 'S3',
    what: 'a name taken from the dead before its time',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', turns('b', 'unknown', 'alive', 1)],
      [1, 'a', turns('b', 'alive', 'dead', 1)],
    ],
    doctored: [[29_000, 'a', turns('b', 'dead', 'alive', 2, { address: elsewhere })]],
  },
  {
    id: 'S3',
    what: 'a name that left, taken without asking its old address',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', turns('b', 'unknown', 'alive', 1)],
      [1, 'a', turns('b', 'alive', 'left', 1)],
      [40_000, 'a', { kind: 'sent', to: there, bytes: new Uint8Array() }],
      [41_000, 'a', turns('b', 'left', 'alive', 2, { address: elsewhere })],
      [42_000, 'a', turns('b', 'alive', 'left', 2, { address: elsewhere })],
    ],
    doctored: [[90_000, 'a', turns('b', 'left', 'alive', 3, { address: there })]],
  },
  {
    id: 'S4',
    what: 'a member that believes its own death',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'a', selfAlive],
    ],
    doctored: [[1, 'a', turns('a', 'alive', 'dead', 1, { address: here })]],
  },
  {
    id: 'S4',
    what: 'an incarnation that rises for no reason',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'a', selfAlive],
      [1, 'a', turns('a', 'alive', 'alive', 4, { address: here, cause: 'refute 3' })],
    ],
    doctored: [[2, 'a', turns('a', 'alive', 'alive', 5, { address: here })]],
  },
  {
    id: 'S5',
    what: 'an own incarnation that wraps',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'a', selfAlive],
      [1, 'a', turns('a', 'alive', 'alive', 4_294_967_294, { address: here, cause: 'refute 3' })],
    ],
    doctored: [
      [2, 'a', turns('a', 'alive', 'alive', 4_294_967_295, { address: here, cause: 'refute 3' })],
    ],
  },
  {
    id: 'S5',
    what: 'a refutation that is not above what it answers',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'a', selfAlive],
      [1, 'a', turns('a', 'alive', 'alive', 4, { address: here, cause: 'refute 3' })],
    ],
    doctored: [[2, 'a', turns('a', 'alive', 'alive', 5, { address: here, cause: 'refute 5' })]],
  },
  {
    id: 'S6',
    what: 'a member that is seen again after its leave',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', leave],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'a', selfAlive],
      [1, 'b', turns('a', 'unknown', 'alive', 1, { address: here })],
      [2, 'a', turns('a', 'alive', 'left', 1, { address: here })],
      [3, 'b', turns('a', 'alive', 'left', 1, { address: here })],
    ],
    doctored: [[6, 'a', turns('a', 'left', 'alive', 2, { address: here, cause: 'refute 1' })]],
  },
  {
    id: 'S6',
    what: 'a leave that is taken back by others',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'a', selfAlive],
      [1, 'c', turns('a', 'unknown', 'alive', 1, { address: here })],
      [2, 'a', leave],
      [3, 'a', turns('a', 'alive', 'left', 1, { address: here })],
      [4, 'c', turns('a', 'alive', 'left', 1, { address: here })],
    ],
    doctored: [[6, 'c', turns('a', 'left', 'alive', 2, { address: here })]],
  },
  {
    id: 'S7',
    what: 'a second death in one life',
    lawful: [
      [0, 'a', tells('join', 'b')],
      [1, 'a', tells('update', 'b')],
      [2, 'a', tells('leave', 'b')],
      [3, 'a', tells('join', 'b')],
      [4, 'a', tells('leave', 'b')],
    ],
    doctored: [[5, 'a', tells('leave', 'b')]],
  },
  {
    id: 'S8',
    what: 'a death before its time',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', turns('b', 'unknown', 'alive', 1)],
      [0, 'a', tells('join', 'b')],
      [1000, 'a', turns('b', 'alive', 'suspect', 1)],
    ],
    doctored: [[4900, 'a', tells('failed', 'b', [accusation, verdict])]],
  },
  {
    id: 'S8',
    what: 'a death on the word of a table',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', turns('b', 'unknown', 'alive', 1)],
      [1, 'a', turns('b', 'alive', 'dead', 1, { cause: 'packet' })],
      [2, 'a', turns('b', 'dead', 'alive', 2)],
    ],
    doctored: [[3, 'a', turns('b', 'alive', 'dead', 2, { cause: 'push-pull' })]],
  },
  {
    id: 'S8',
    what: 'a death without suspicion',
    lawful: [
      [0, 'a', tells('join', 'b')],
      [1, 'a', tells('failed', 'b', [{ ...verdict, kind: 'told-dead' }])],
      [2, 'a', tells('join', 'b')],
    ],
    doctored: [[3, 'a', tells('failed', 'b', [verdict])]],
  },
  ...['b', 'c', 'ghost', 'a'].map(
    (by): Case => ({
      id: 'S9',
      what: `a confirmation of b by ${by} that must not count`,
      lawful: [
        [0, 'a', starts('a')],
        [0, 'a', turns('c', 'unknown', 'alive', 1)],
        [0, 'a', tells('join', 'b')],
        [0, 'a', turns('b', 'unknown', 'alive', 1)],
        [1, 'a', turns('b', 'alive', 'suspect', 1)],
      ],
      doctored: [
        [
          30_000,
          'a',
          tells('failed', 'b', [accusation, confirms('c', 1), confirms(by, 2), verdict]),
        ],
      ],
    }),
  ),
  {
    id: 'S10',
    what: 'a member held otherwise than it said',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'a', selfAlive],
      [1, 'b', turns('a', 'unknown', 'alive', 1, { address: here })],
    ],
    doctored: [[2, 'c', turns('a', 'unknown', 'alive', 1, { address: here, meta: 7 })]],
  },
  {
    id: 'S10',
    what: 'a member that describes itself anew at the same incarnation',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'start' } }],
      [0, 'a', selfAlive],
      [0, 'a', { kind: 'command', id: 1, command: { kind: 'set-meta', meta: Uint8Array.of(7) } }],
      [1, 'a', turns('a', 'alive', 'alive', 2, { address: here, meta: 7 })],
    ],
    doctored: [[2, 'a', turns('a', 'alive', 'alive', 2, { address: here, meta: 8 })]],
  },
  {
    id: 'S11',
    what: 'a queue above its cap',
    lawful: [
      [0, 'a', starts('a')],
      [1, 'a', { kind: 'sampled', sizes }],
    ],
    doctored: [[2, 'a', { kind: 'sampled', sizes: { ...sizes, queuedUser: 4097 } }]],
  },
  {
    id: 'S11',
    what: 'a row above the cap of the table, the dead counted',
    lawful: [
      [0, 'a', starts('a', { membersMax: 2 })],
      [0, 'a', turns('b', 'unknown', 'alive', 1)],
      [1, 'a', turns('c', 'unknown', 'alive', 1)],
      [2, 'a', turns('c', 'alive', 'dead', 1)],
      [3, 'a', forgets('c', 1)],
      [4, 'a', turns('d', 'unknown', 'alive', 1)],
      [5, 'a', turns('d', 'alive', 'dead', 1)],
    ],
    doctored: [[6, 'a', turns('e', 'unknown', 'alive', 1)]],
  },
  {
    id: 'S12',
    what: 'a datagram above the size',
    lawful: [
      [0, 'a', starts('a', { packetBytesMax: 600 })],
      [0, 'a', join],
      [1, 'a', packet(there, 600)],
    ],
    doctored: [[2, 'a', packet(there, 601)]],
  },
  {
    id: 'S12',
    what: 'a rumor passed on too often',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', join],
      [0, 'a', turns('b', 'unknown', 'alive', 1, { address: elsewhere })],
      ...[1, 2, 3, 4].map((atMs): Line => [atMs, 'a', rumor(there)]),
      [5, 'a', rumor(elsewhere)],
    ],
    doctored: [[6, 'a', rumor(there)]],
  },
  {
    id: 'S13',
    what: 'a datagram to a stranger',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'a', join],
      [1, 'a', packet(there, 100)],
      [2, 'a', { kind: 'heard', from: elsewhere, sizeBytes: 50 }],
      [3, 'a', packet(elsewhere, 150)],
    ],
    doctored: [[4, 'a', packet(elsewhere, 1)]],
  },
  {
    id: 'S13',
    what: 'a stream to a stranger that wrote',
    lawful: [
      [0, 'a', starts('a')],
      [2, 'a', { kind: 'heard', from: elsewhere, sizeBytes: 50 }],
    ],
    doctored: [[4, 'a', { kind: 'dialled', to: elsewhere }]],
  },
  {
    id: 'S19',
    what: 'a member of another label',
    lawful: [
      [0, 'a', starts('a', { label: 'red' })],
      [0, 'b', starts('b', { label: 'red' })],
      [0, 'x', starts('x', { label: 'blue' })],
      [1, 'b', turns('b', 'unknown', 'alive', 1, { cause: 'refute 0' })],
      [1, 'x', turns('x', 'unknown', 'alive', 1, { cause: 'refute 0' })],
      [1, 'a', turns('b', 'unknown', 'alive', 1)],
      [1, 'a', turns('nobody', 'unknown', 'alive', 1)],
    ],
    doctored: [[2, 'a', turns('x', 'unknown', 'alive', 1)]],
  },
]

function firstBroken(lines: readonly Line[]): string | undefined {
  const watch = new Watch(allCheckers())
  try {
    for (const [atMs, observer, happening] of lines) {
      watch.observe({ ...happening, atMs, ownMs: atMs, observer })
    }
    return undefined
  } catch (error) {
    if (error instanceof InvariantViolation) return error.id
    throw error
  }
}

for (const { id, what, lawful, doctored } of cases) {
  test(`${id} catches ${what}`, () => {
    expect(firstBroken(lawful)).toBeUndefined()
    expect(firstBroken([...lawful, ...doctored])).toBe(id)
  })
}

test('every checker has a doctored log that it catches', () => {
  const caught = new Set(cases.map(({ id }) => id))
  for (const { id } of allCheckers()) expect(caught).toContain(id)
})

test('an exempt checker does not look', () => {
  expect(allCheckers(['S10']).map(({ id }) => id)).not.toContain('S10')
})
