// Defects for replicated state, one a row, as in table.ts: what `npm run prove:state` must find
// (docs/state.md tells why each rule is there), and below what storms of state must, where only
// they look.

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
    seed: 42,
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
    seed: 85,
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
    seed: 60,
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
        file: 'sharing/sweeping.ts',
        find: 'if (generation === 0) return true',
        replace: 'if (generation >= 0) return true',
      },
    ],
    seed: 1277,
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
    seed: 736,
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
    seed: 391,
  },
  {
    name: 'ledger-unread',
    defect: 'comes back after its eviction with all that it had',
    aim: 'resurrection',
    patches: [
      {
        file: 'sharing/lives.ts',
        find: 'const entries = [...replica.above(upTo)]',
        replace: 'const entries = [...replica.above(upTo * 0)]',
      },
    ],
    seed: 1820,
  },
  {
    name: 'ledger-keeps-nothing',
    defect: 'comes back after its eviction with nothing of what it had',
    aim: 'lost',
    patches: [
      {
        file: 'sharing/lives.ts',
        find: 'const entries = [...replica.above(upTo)]',
        replace: 'const entries = [...replica.above(upTo + 1e9)]',
      },
    ],
    seed: 7,
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
    seed: 2637,
  },
  {
    name: 'dead-forgotten',
    defect: 'forgets the keys of a member when it is declared dead',
    aim: 'I4',
    by: 'storms of state',
    patches: [
      {
        file: 'verdicts.ts',
        find: "if (change !== 'update' && change !== 'suspect') lookAtLeases(parts, member.name)",
        replace: "if (change === 'failed') forgetState(parts, member.name)",
      },
      {
        file: 'sharing/taking.ts',
        find: 'if (stream === undefined || isKnown(parts, name)) return',
        replace: 'if (stream === undefined) return',
      },
    ],
    seed: 1,
  },
  {
    name: 'disk-unread',
    defect: 'comes back without the keys that are on its disk',
    aim: 'I4',
    by: 'storms of state',
    patches: [
      {
        file: 'sharing/lives.ts',
        find: 'const former = state.keeping?.formerKeys(at) ?? []',
        replace: 'const former = state.keeping?.formerKeys(at).slice(1e9) ?? []',
      },
    ],
    seed: 2,
  },
  {
    name: 'adopted-counted-twice',
    defect: 'counts what it has adopted as its own as well',
    aim: 'I7',
    by: 'storms of state',
    patches: [
      {
        file: 'state/lattices/counter.ts',
        find: 'const { up, down } = rowOf(tableOf(joined), actor)',
        replace:
          'let { up, down } = rowOf(tableOf(joined), actor)\n  for (const row of tableOf(own)) if (row.name !== actor.name || row.generation !== actor.generation) up += row.up',
      },
    ],
    seed: 14,
  },
  {
    name: 'half-a-majority',
    defect: 'takes half of all for most of them',
    aim: 'I11',
    by: 'storms of state',
    patches: [
      {
        file: 'sharing/acks.ts',
        find: 'return Math.floor(members / 2) + 1',
        replace: 'return Math.ceil(members / 2)',
      },
    ],
    seed: 1,
  },
  {
    name: 'differences-overlooked',
    defect: 'takes any answer to a comparison for a sign that both hold the same',
    aim: 'I11',
    by: 'storms of state',
    patches: [
      {
        file: 'sharing/fetching.ts',
        find: 'const isEqual = equalMask === EVERYTHING',
        replace: 'const isEqual = equalMask <= EVERYTHING',
      },
    ],
    seed: 22,
  },
  {
    name: 'waiting-overlooked',
    defect: 'says it has caught up with what has to wait here',
    aim: 'I11',
    by: 'storms of state',
    patches: [
      {
        file: 'sharing/fetching.ts',
        find: 'if (stalls.size === 0 && !store.isShort(parts.now)) return',
        replace: 'if (stalls.size >= 0 || store.isShort(parts.now)) return',
      },
    ],
    seed: 22,
  },
  {
    name: 'graves-for-ever',
    defect: 'never forgets what is deleted',
    aim: 'I9',
    by: 'storms of state',
    patches: [
      {
        file: 'state/owned.ts',
        find: 'return replica.collect(floor)',
        replace: 'return floor < 0 && replica.collect(floor)',
      },
    ],
    seed: 3,
  },
  {
    name: 'end-untold',
    defect: 'never tells a member that its life is over',
    aim: 'divergence',
    patches: [
      {
        file: 'sharing/acknowledging.ts',
        find: 'last !== undefined && last.generation > shared.generation ? last : undefined',
        replace: 'undefined',
      },
    ],
    seed: 137,
  },
  {
    name: 'adopted-by-word-only',
    defect: 'does not write again what it adopts and says already',
    aim: 'lost',
    patches: [
      {
        file: 'sharing/adopting.ts',
        find: 'value: joined, again: true }',
        replace: 'value: joined }',
      },
    ],
    seed: 4407,
  },
  {
    name: 'nothing-set-aside',
    defect: 'forgets what it held of others when it was evicted',
    aim: 'lost',
    patches: [
      {
        file: 'sharing/lives.ts',
        find: 'if (key !== over) setAside(parts, stream)',
        replace: '',
      },
    ],
    seed: 931,
  },
  {
    name: 'added-unread',
    defect: 'comes back without what is on its disk of shared maps',
    aim: 'lost',
    patches: [
      {
        file: 'sharing/keeping.ts',
        find: 'for (const stream of lives) reviveShared(parts, stream)',
        replace: 'for (const stream of lives.slice(1)) reviveShared(parts, stream)',
      },
    ],
    seed: 12,
  },
  {
    name: 'let-go-too-soon',
    defect: 'deletes from its disk what it has not adopted yet',
    aim: 'lost',
    patches: [
      {
        file: 'sharing/keeping.ts',
        find: 'return state.store.find(streamKeyOf({ name: config.name, generation, channel })) === undefined',
        replace: 'return state.shared !== undefined',
      },
    ],
    seed: 75,
  },
  {
    name: 'life-once-more',
    defect: 'numbers a life from disk like the one before',
    aim: 'regression',
    patches: [
      {
        file: 'disk/book.ts',
        find: 'this.#generation = Math.max(this.#generation + 1, now)',
        replace: 'this.#generation = Math.max(1, this.#generation)',
      },
    ],
    seed: 12,
  },
  {
    name: 'clock-of-its-own',
    defect: 'stamps what it writes by its own clock, whatever it has read',
    aim: 'lost',
    patches: [
      {
        file: 'state/clock.ts',
        find: 'if (compareStamps(stamp, this.#last) > 0) this.#last = stamp',
        replace: 'if (stamp.ms < 0) this.#last = stamp',
      },
    ],
    seed: 8,
  },
  {
    name: 'least-is-greatest',
    defect: 'joins two offers to the lesser where the greater counts',
    aim: 'divergence',
    patches: [
      {
        file: 'state/lattices/extremes.ts',
        find: "export const max = extreme('max', (one, other) => one >= other)",
        replace: "export const max = extreme('max', (one, other) => one <= other)",
      },
    ],
    seed: 3,
  },
  {
    name: 'removal-wins',
    defect: 'removes an element for all who add it, whether it saw them or not',
    aim: 'divergence',
    patches: [
      {
        file: 'state/lattices/element.ts',
        find: 'return table.some(({ up, down }) => up > down)',
        replace: 'return table.every(({ up, down }) => up > down) && table.length > 0',
      },
    ],
    seed: 13,
  },
  {
    name: 'leases-outlast',
    defect: 'shows the leases of lives that are over',
    aim: 'I1',
    by: 'storms of state',
    patches: [
      {
        file: 'sharing/leases.ts',
        find: "if (isOutlived(parts, life)) return 'restarted'",
        replace: '',
      },
    ],
    seed: 35,
  },
  {
    name: 'leases-never-back',
    defect: 'goes on hiding the leases of who says that it lives on',
    aim: 'I1',
    by: 'storms of state',
    patches: [
      {
        file: 'sharing/leases.ts',
        find: "show(parts, life, life.generation === generation ? undefined : 'restarted')",
        replace: "show(parts, life, life.generation === 0 ? undefined : 'restarted')",
      },
    ],
    seed: 33,
  },
  {
    name: 'leases-adopted',
    defect: 'takes over the leases of who is gone as they were',
    aim: 'I1',
    by: 'storms of state',
    patches: [
      {
        file: 'sharing/leases.ts',
        find: '? withoutLease(value) : value',
        replace: '? value : withoutLease(value)',
      },
    ],
    seed: 31,
  },
]
