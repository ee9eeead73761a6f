// Logs about replicated state for its checkers: each lawful one it must pass, each doctored one
// it must catch.

import type { Acks, Command, KeyChange } from '../../src/core/index.ts'
import { RAISED } from '../../src/core/state/lattices/flag.ts'
import { encodeTable } from '../../src/core/state/lattices/tables.ts'
import {
  adds,
  agreed,
  asks,
  type Case,
  calm,
  ends,
  holds,
  holdsShared,
  keeps,
  reads,
  shows,
  starts,
  tells,
} from './happenings.ts'

const RAISED_AT_2: KeyChange = { kind: 'set', key: 'fm\u0000k', version: 2, value: RAISED }
const COUNTER = { kind: 'set', lattice: 'counter', map: 'm', key: 'k' } as const
const COUNT_3: Command = {
  kind: 'state-put',
  map: 'm',
  key: 'k',
  op: { lattice: 'counter', kind: 'add', by: 3 },
}
const RAISE = { lattice: 'flag', kind: 'raise' } as const
const MOST: Acks = { needed: 'majority', timeoutMs: 1 }

/** The slot of a counter to which the first life of `a` has added so much. */
function counted(up: number): Uint8Array {
  return encodeTable([{ name: 'a', generation: 1, up, down: 0 }])
}

export const stateCases: readonly Case[] = [
  {
    id: 'I2',
    what: 'a base that falls',
    lawful: [
      [0, 'a', holds('b', 1, 5, 3)],
      [1, 'a', holds('b', 1, 7, 3)],
      [2, 'a', holds('b', 2, 1, 0)],
    ],
    doctored: [[3, 'a', holds('b', 2, 0, 0)]],
  },
  {
    id: 'I2',
    what: 'more forgotten than held',
    lawful: [[0, 'a', holds('b', 1, 5, 5)]],
    doctored: [[1, 'a', holds('b', 1, 6, 7)]],
  },
  {
    id: 'I3',
    what: 'a base beyond what is shown',
    lawful: [
      [0, 'b', starts('b')],
      [1, 'b', shows('b', 1, 'set', 'k', 2)],
      [1, 'b', shows('b', 1, 'delete', 'k', 3)],
      [2, 'a', shows('b', 1, 'set', 'k', 2)],
      [3, 'a', holds('b', 1, 2, 0)],
    ],
    doctored: [[4, 'a', holds('b', 1, 3, 0)]],
  },
  {
    id: 'I6',
    what: 'an older version after a newer one',
    lawful: [
      [0, 'a', shows('b', 1, 'set', 'k', 2)],
      [1, 'a', shows('b', 1, 'set', 'k', 5)],
      [2, 'a', shows('b', 2, 'set', 'k', 2)],
    ],
    doctored: [[3, 'a', shows('b', 1, 'set', 'k', 6)]],
  },
  {
    id: 'I6',
    what: 'a deleted key that comes back',
    lawful: [
      [0, 'a', shows('b', 1, 'set', 'k', 2)],
      [1, 'a', shows('b', 1, 'delete', 'k', 3)],
    ],
    doctored: [[2, 'a', shows('b', 1, 'set', 'k', 2)]],
  },
  {
    id: 'I12',
    what: 'a life that begins where one before it has been',
    lawful: [
      [0, 'a', keeps(5, 1, 'x')],
      [1, 'a#2', keeps(6, 1, 'y')],
      [2, 'b', keeps(5, 1, 'z')],
    ],
    doctored: [[3, 'a#3', keeps(6, 9, 'x')]],
  },
  {
    id: 'I12',
    what: 'a version that means two things',
    lawful: [
      [0, 'a', keeps(5, 1, 'x')],
      [1, 'a', keeps(5, 1, 'x')],
      [2, 'a', keeps(7, 1, 'y')],
    ],
    doctored: [[3, 'a', keeps(5, 1, 'y')]],
  },
  {
    id: 'I5',
    what: 'a shared value that is gone without a deletion',
    lawful: [
      [0, 'a', adds('b', 1, { kind: 'set', key: 'fm\u0000k', version: 2, value: RAISED })],
      [1, 'a', reads({ kind: 'set', lattice: 'flag', map: 'm', key: 'k', joined: RAISED })],
    ],
    doctored: [
      [2, 'a', reads({ kind: 'delete', lattice: 'flag', map: 'm', key: 'k', joined: undefined })],
      // Judged once the moment is over.
      [3, 'a', shows('b', 1, 'set', 'k', 2)],
    ],
  },
  {
    id: 'I4',
    what: 'own keys that a survivor held, and a newcomer lacks in the end',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'b', starts('b')],
      [1, 'b', holds('b', 5, 3, 0)],
      [2, 'a', holds('b', 5, 3, 0)],
      [3, 'a', calm],
      [3, 'b', calm],
      [4, 'a', agreed],
    ],
    doctored: [
      [5, 'c', starts('c')],
      [6, 'c', agreed],
    ],
  },
  {
    id: 'I4',
    what: 'a shared value that a survivor held, and another does not read in the end',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'b', starts('b')],
      [1, 'b', adds('b', 1, RAISED_AT_2)],
      [1, 'b', reads({ kind: 'set', lattice: 'flag', map: 'm', key: 'k', joined: RAISED })],
      [1, 'b', holdsShared('b', 1, 2)],
      [2, 'b', calm],
      [2, 'a', calm],
      [3, 'b', agreed],
    ],
    doctored: [[4, 'a', agreed]],
  },
  {
    id: 'I7',
    what: 'a deed that is counted twice',
    lawful: [
      [0, 'a', starts('a')],
      [1, 'a', asks(7, COUNT_3)],
      [1, 'a', adds('a', 1, { kind: 'set', key: 'cm\u0000k', version: 2, value: counted(3) })],
      [1, 'a', reads({ ...COUNTER, joined: counted(3) })],
      [1, 'a', ends(7, { kind: 'ok' })],
      [2, 'a', agreed],
    ],
    doctored: [
      [3, 'a', reads({ ...COUNTER, joined: counted(6) })],
      [3, 'a', agreed],
    ],
  },
  {
    id: 'I7',
    what: 'a deed of one who lives that is not counted',
    lawful: [
      [0, 'a', starts('a')],
      [1, 'a', asks(7, COUNT_3)],
      [1, 'a', adds('a', 1, { kind: 'set', key: 'cm\u0000k', version: 2, value: counted(3) })],
      [1, 'a', ends(7, { kind: 'ok' })],
    ],
    doctored: [[2, 'b', agreed]],
  },
  {
    id: 'I11',
    what: 'a majority that does not find what a majority holds',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'b', starts('b')],
      [0, 'c', starts('c')],
      [1, 'a', asks(1, { kind: 'state-set', key: 'k', value: new Uint8Array(), acks: MOST })],
      [1, 'a', shows('a', 1, 'set', 'k', 2)],
      [1, 'a', holds('a', 1, 2, 0)],
      [2, 'b', shows('a', 1, 'set', 'k', 2)],
      [2, 'b', holds('a', 1, 2, 0)],
      [3, 'a', ends(1, { kind: 'acknowledged', acked: 2, needed: 2 })],
      [4, 'b', asks(2, { kind: 'state-sync', peers: 'majority', timeoutMs: 1 })],
      [5, 'b', ends(2, { kind: 'synced', synced: 1, needed: 1 })],
    ],
    doctored: [
      [6, 'c', asks(3, { kind: 'state-sync', peers: 'majority', timeoutMs: 1 })],
      [7, 'c', ends(3, { kind: 'synced', synced: 1, needed: 1 })],
    ],
  },
  {
    id: 'I11',
    what: 'a flag that others are said to hold, since somebody has raised it already',
    lawful: [
      [0, 'a', starts('a')],
      [0, 'b', starts('b')],
      [0, 'c', starts('c')],
      [1, 'a', adds('b', 1, RAISED_AT_2)],
      [1, 'a', holdsShared('b', 1, 2)],
      [2, 'a', asks(1, { kind: 'state-put', map: 'm', key: 'k', op: RAISE, acks: MOST })],
      [3, 'a', ends(1, { kind: 'acknowledged', acked: 2, needed: 2 })],
      [3, 'b', holdsShared('b', 1, 2)],
      [4, 'b', asks(2, { kind: 'state-sync', peers: 'majority', timeoutMs: 1 })],
      [5, 'b', ends(2, { kind: 'synced', synced: 1, needed: 1 })],
    ],
    doctored: [
      [6, 'c', asks(3, { kind: 'state-sync', peers: 'majority', timeoutMs: 1 })],
      [7, 'c', ends(3, { kind: 'synced', synced: 1, needed: 1 })],
    ],
  },
  {
    id: 'I11',
    what: 'a majority that is none',
    lawful: [
      [0, 'a', starts('a')],
      [1, 'a', tells('join', 'b')],
      [1, 'a', tells('join', 'c')],
      [2, 'a', asks(1, { kind: 'state-set', key: 'k', value: new Uint8Array(), acks: MOST })],
    ],
    doctored: [[3, 'a', ends(1, { kind: 'acknowledged', acked: 1, needed: 1 })]],
  },
]
