// Defects for replicated state, one a row, as in table.ts: what `npm run prove:state` must find
// (docs/state.md tells why each rule is there).

import type { Mutant } from './mutant.ts'

const REPLICA = 'state/replica.ts'

export const stateMutants: readonly Mutant[] = [
  {
    name: 'islands-unshipped',
    defect: 'gives nothing of what it holds above a gap',
    aim: 'lost',
    patches: [
      {
        file: REPLICA,
        find: 'for (const entry of this.#order.above(above)) {',
        replace:
          'for (const entry of this.#order.above(above)) {\n      if (entry.version > this.#base) break',
      },
    ],
    seed: 13,
  },
  {
    name: 'delta-cut-short',
    defect: 'gives as much of a delta as fits and calls it all',
    aim: 'lost',
    patches: [
      {
        file: REPLICA,
        find: 'if (room < 0 || entries.length === entriesMax) return undefined',
        replace: 'if (room < 0 || entries.length === entriesMax) break',
      },
    ],
    seed: 2,
  },
  {
    name: 'whole-by-halves',
    defect: 'takes a whole stream without letting go of what is not in it',
    aim: 'resurrection',
    patches: [
      {
        file: REPLICA,
        find: 'if (entry.version > piece.upTo || named.has(entry.key)) continue',
        replace: 'if (piece.upTo > 0) continue',
      },
    ],
    seed: 6,
  },
  {
    name: 'old-copies-taken',
    defect: 'takes what is at or below its base',
    aim: 'resurrection',
    patches: [
      {
        file: REPLICA,
        find: 'if (entry.version > this.#base) news = this.#put(entry, nowMs, changes) || news',
        replace: 'if (entry.version > 0) news = this.#put(entry, nowMs, changes) || news',
      },
    ],
    seed: 86,
  },
  {
    name: 'segment-from-nothing',
    defect: 'says that a segment of news is everything there is',
    aim: 'lost',
    patches: [
      {
        file: 'state/owned.ts',
        find: 'const above = Math.max(replica.newestAt(this.#toldVersion), gcFloor)',
        replace: 'const above = 0',
      },
    ],
    seed: 1,
  },
  {
    name: 'sweep-deaf-to-writes',
    defect: 'cleans up without having what others had written when they spoke',
    aim: 'resurrection',
    patches: [
      {
        file: 'state/sweep.ts',
        find: 'if (written === undefined || !isHeld(name, written)) return',
        replace: 'if (written === undefined || isHeld.length === 0) return',
      },
    ],
    seed: 6,
  },
  {
    name: 'sweep-by-half',
    defect: 'cleans up without having seen what others hold',
    aim: 'resurrection',
    patches: [
      {
        file: 'state/sweep.ts',
        find: 'return this.#snapshot !== undefined && this.waitingFor.length === 0',
        replace: 'return this.#snapshot !== undefined',
      },
    ],
    seed: 38,
  },
  {
    name: 'sweep-of-the-living',
    defect: 'cleans up without the word of those who may come back',
    aim: 'regression',
    patches: [
      {
        file: 'sharing/sweeping.ts',
        find: 'const others = new Set([...roster.living, ...roster.absent])',
        replace: 'const others = new Set(roster.living)',
      },
    ],
    seed: 516,
  },
  {
    name: 'ledger-unread',
    defect: 'comes back after its eviction with all that it had',
    aim: 'resurrection',
    patches: [
      {
        file: 'sharing/lives.ts',
        find: 'const kept = [...before.replica.above(upTo)]',
        replace: 'const kept = [...before.replica.above(upTo * 0)]',
      },
    ],
    seed: 297,
  },
  {
    name: 'ledger-keeps-nothing',
    defect: 'comes back after its eviction with nothing of what it had',
    aim: 'lost',
    patches: [
      {
        file: 'sharing/lives.ts',
        find: 'const kept = [...before.replica.above(upTo)]',
        replace: 'const kept = [...before.replica.above(upTo + 1e9)]',
      },
    ],
    seed: 5,
  },
  {
    name: 'orphan-dropped',
    defect: 'forgets a stream that is over with what nobody has adopted',
    aim: 'regression',
    patches: [
      {
        file: 'sharing/adopting.ts',
        find: 'if (left.length > 0 && !takeOver(',
        replace: 'if (left.length > 1e9 && !takeOver(',
      },
    ],
    seed: 26,
  },
]
