// Every limit on replicated state, and every rule for broken or hostile input of it, with the
// tests that try it: at the limit, over it, and far over it. A test that is renamed or goes
// away is missed here.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root } from './pages.ts'

const WIRE = 'test/core/state/limits-wire.test.ts'
const HELD = 'test/core/state/limits-held.test.ts'
const TAKEN = 'test/stories/state/limits-taken.test.ts'
const SLOTS = 'test/core/state/lattices/limits.test.ts'
const OWN = 'test/stories/state/limits.test.ts'

const SEGMENT_CAPS = 'are refused one over it, and far over it'

/** What is limited, the file, and what its test is called, or has in a table. */
const TRIED: readonly (readonly [limit: string, path: string, words: string])[] = [
  ['bytes of a key, of a value', OWN, 'keys of 256 bytes and values of 64 KiB are the largest'],
  ['the same, of a shared value', OWN, 'shared values of 64 KiB are the largest'],
  ['the same, in messages', WIRE, "'bytes of a key'"],
  ['a value told by packet', TAKEN, 'values of up to 900 bytes travel by packet'],
  ['keys of one member, ours', OWN, '10 000 keys of one member are the most'],
  ['bytes of one member, ours', OWN, '8 MiB of one member are the most'],
  ['keys of one member', HELD, 'holds 10 000 keys of one owner, and not one more'],
  ['bytes of one member, and in all', HELD, 'holds 8 MiB of one owner and 64 MiB in all'],
  ['streams in all', HELD, 'holds 20 000 streams, and not one more'],
  ['keys in all', HELD, 'holds 100 000 keys, and not one more'],
  ['a warning before that', TAKEN, 'from a mebibyte of our own on there is a warning'],
  ['channels', TAKEN, 'there are two channels'],
  ['islands of a message', WIRE, "'islands of a segment'"],
  ['islands of a stream', 'test/core/state/replica.test.ts', 'beyond 64 islands is shown'],
  ['islands in all', HELD, 'are noted up to 50 000 in all'],
  ['writers of a slot', SLOTS, 'names 4 096 writers, not one more'],
  ['values side by side', SLOTS, 'holds 16 parts that nobody here can merge, not one more'],
  ['bytes of a slot', SLOTS, 'takes 512 bytes more than the largest value'],
  ['entries of a segment', WIRE, SEGMENT_CAPS],
  ['records of a question', WIRE, 'of more than that are refused'],
  ['bytes of a message', WIRE, 'is not looked into beyond the largest lawful one'],
  ['lengths that are declared', WIRE, 'a length that is declared'],
  ['inflating', 'test/core/wire/limits.test.ts', 'may give 65 536 bytes and not one more'],
  ['versions, and how far a segment carries', WIRE, "'versions a segment spans'"],
  ['a base never falls', 'test/core/state/replica.test.ts', 'any delivery keeps every base honest'],
  ['generations', TAKEN, 'a life may begin a day from now, and not a moment later'],
  ['pulls out', 'test/core/state/pulls.test.ts', 'run two at a time, one from each member'],
  ['pulls in', HELD, 'are answered four at a time; the others are refused and counted'],
  ['how long a pull may take', HELD, 'none for longer than half a minute'],
  ['pieces of a pull', HELD, 'is asked 512 times, and not once more'],
  ['going on with a pull', 'test/core/state/pulls.test.ts', 'is void five minutes later'],
  ['what is kept of a pull', 'test/core/state/pulls.test.ts', 'is not kept beyond 12 MiB'],
  ['bytes given to pulls', HELD, 'is 8 MiB a second, begun answers included'],
  ['bytes told', 'test/core/state/limits-told.test.ts', 'no more is told than 256 KiB a second'],
  ['what is being told', 'test/core/state/parts.test.ts', 'is at most 1 024 segments and 1 MiB'],
  ['comparisons answered', 'test/stories/state/odd.test.ts', 'a flood of comparisons is answered'],
  ['faults of a member', 'test/core/state/faults.test.ts', 'nineteen faults in a minute'],
  ['faults beyond', 'test/core/state/faults.test.ts', 'a thousand at once'],
  ['owners nobody knows, and passing on', TAKEN, 'owners nobody knows are refused, however many'],
  ['members that are waited for', 'test/core/state/roster.test.ts', 'ten thousand absent members'],
  ['stamps ahead', 'test/core/state/clock.test.ts', 'a stamp is believed up to a minute ahead'],
  ['our own clock ahead', 'test/core/state/clock.test.ts', 'are given up to a minute ahead'],
  ['a stamp’s counter', 'test/core/state/clock.test.ts', 'when 16 bits are counted through'],
  ['a stamp’s time', SLOTS, 'has a time of 48 bits'],
  [
    'graves go by proof',
    'test/stories/state/sweep.test.ts',
    'a dead member holds up the forgetting',
  ],
  ['keys that a watch keeps', 'test/host/state-watch.test.ts', 'as many keys as are kept are told'],
  ['a watch that is too slow', 'test/host/state-watch.test.ts', 'is told to read everything again'],
  [
    'a late event loop',
    'test/core/state/strain.test.ts',
    'nothing is pulled while ticks come late',
  ],
]

describe('a limit on replicated state is tried', () => {
  test.each(TRIED)('%s', (_limit, path, words) => {
    expect(readFileSync(join(root, path), 'utf8')).toContain(words)
  })
})
