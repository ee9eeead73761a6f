// What the core hands to a disk and takes back from one: what changed, ahead of all that tells
// of it, and what the lives before have left, as long as there is somebody to give it to.

import { describe, expect, test } from 'vitest'
import {
  type Command,
  Core,
  type CoreOptions,
  type Effect,
  ipv4,
  type Kept,
  type KeptEntry,
  type KeptRecord,
  makeConfig,
  Random,
} from '../../src/core/index.ts'
import { Keeping } from '../../src/core/keeping.ts'
import { slotKey } from '../../src/core/state/lattices/index.ts'

const WALL_MS = 1_700_000_000_000
const NOW = 1000

function coreOf(options: Partial<CoreOptions> = {}): Core {
  const advertise = ipv4(10, 0, 0, 1, 7946)
  const config = makeConfig({ name: 'a', advertise, ...options })
  const core = new Core(config, { random: new Random(1) })
  core.step(NOW, { kind: 'wall', offsetMs: WALL_MS - NOW })
  return core
}

function give(core: Core, command: Command, now = NOW): readonly Effect[] {
  return [...core.step(now, { kind: 'command', id: 1, command })]
}

function kept(entries: readonly Partial<KeptEntry>[], channel = 0): Kept {
  const full = entries.map((one, at) => ({
    ...{ key: `k${at}`, version: at + 1, kind: 'set', value: Uint8Array.of(at), endsMs: undefined },
    ...one,
  })) as readonly KeptEntry[]
  const stream = { channel, generation: 5, base: full.length, gcFloor: 0, entries: full }
  return { generation: 9, ceilingMs: 0, company: 0, streams: [stream] }
}

/** Records of all that is to be kept, by kind and key. */
function recordsOf(effects: readonly Effect[]): readonly string[] {
  const records = effects.flatMap((effect) => (effect.kind === 'keep' ? effect.records : []))
  return records.map((one: KeptRecord) =>
    one.record === 'entry' ? `${one.record} ${one.key} ${one.kind}` : one.record,
  )
}

const set = (key: string, ttlMs?: number): Command => ({
  ...{ kind: 'state-set', key, value: Uint8Array.of(1) },
  ...(ttlMs === undefined ? {} : { ttlMs }),
})

describe('what is kept', () => {
  test('nothing, where the host has no disk', () => {
    const core = coreOf()
    give(core, { kind: 'start' })
    expect(recordsOf(give(core, set('k')))).toEqual([])
  })

  test('each change, ahead of whatever tells of it', () => {
    const core = coreOf()
    give(core, { kind: 'restore', kept: { generation: 9, ceilingMs: 0, company: 0, streams: [] } })
    give(core, { kind: 'start' })
    const effects = give(core, set('k', 60_000))
    expect(effects[0]?.kind).toBe('keep')
    expect(recordsOf(effects)).toEqual(['entry k set'])
    const [keep] = effects
    const entry = keep?.kind === 'keep' ? keep.records[0] : undefined
    expect(entry).toMatchObject({ channel: 0, generation: 9, endsMs: WALL_MS + 60_000 })
    expect(recordsOf(give(core, { kind: 'state-delete', key: 'k' }))).toEqual(['entry k deleted'])
    expect(recordsOf(give(core, set('k')))).toEqual(['entry k set'])
    // The same once more is no change.
    expect(recordsOf(give(core, set('k')))).toEqual([])
  })
})

describe('what comes back', () => {
  test('own keys with what is left of their time, as writes of the new life', () => {
    const core = coreOf()
    const entries = [
      { key: 'old' },
      { key: 'over', endsMs: WALL_MS },
      { key: 'soon', endsMs: WALL_MS + 500 },
      { key: 'gone', kind: 'deleted' },
    ] as const
    give(core, { kind: 'restore', kept: kept(entries) })
    const effects = give(core, { kind: 'start' })
    const read = core.state.items('a', '').map(({ key, expiresMs }) => [key, expiresMs])
    expect(read).toEqual([
      ['old', Number.POSITIVE_INFINITY],
      ['soon', NOW + 500],
    ])
    expect(recordsOf(effects)).toEqual(['entry old set', 'entry soon set', 'done'])
    expect(core.state.stats().own?.generation).toBe(9)
  })

  test('slots of former lives as they were, beside the life that begins', () => {
    const core = coreOf()
    const key = slotKey({ lattice: 'flag', map: 'up', key: '' })
    const given = kept([{ key, value: Uint8Array.of(1) }], 1)
    give(core, { kind: 'restore', kept: given })
    const effects = give(core, { kind: 'start' })
    expect(core.state.slot('flag', 'up', '')).toBeDefined()
    // Nothing of it is over before it is adopted.
    expect(recordsOf(effects)).not.toContain('done')
  })

  test('nothing, where meta announces no hearsay; and the disk keeps it', () => {
    const core = coreOf({ meta: Uint8Array.of(1) })
    give(core, { kind: 'restore', kept: kept([{ key: 'old' }]) })
    expect(recordsOf(give(core, { kind: 'start' }))).toEqual([])
    expect(core.state.items('a', '')).toEqual([])
  })

  test('no slots for which there is no room; and the disk keeps them', () => {
    const core = coreOf()
    const many = Array.from({ length: 10_001 }, (_, at) => ({
      key: slotKey({ lattice: 'flag', map: `m${at}`, key: '' }),
      value: Uint8Array.of(1),
    }))
    give(core, { kind: 'restore', kept: kept(many, 1) })
    const effects = give(core, { kind: 'start' })
    expect(recordsOf(effects)).not.toContain('done')
    expect(recordsOf(give(core, set('k')))).not.toContain('done')
  })
})

describe('how many there were', () => {
  const keeping = () => new Keeping({ generation: 1, ceilingMs: 0, company: 5, streams: [] })

  test('is remembered: two of five are not most, three are', () => {
    expect([2, 3].map((living) => keeping().isMajority(living))).toEqual([false, true])
    const fresh = new Keeping({ generation: 1, ceilingMs: 0, company: 0, streams: [] })
    expect(fresh.isMajority(1)).toBe(true)
  })

  test('rises at once, and falls when it has been less for so long', () => {
    const told = keeping()
    const steps: readonly (readonly [number, number])[] = [
      [7, 0],
      [7, 1],
      [6, 2],
      [7, 50],
      [6, 60],
      [5, 159],
      [5, 160],
    ]
    const kept = steps.map(([members, now]) => told.newsOfCompany(members, now, 100))
    expect(kept.map(([record]) => record?.record === 'company' && record.members)).toEqual([
      ...[7, false, false, false, false, false, 5],
    ])
  })
})

test('a life on disk that lies days ahead is told of, with what to do', () => {
  const logOf = (generation: number) => {
    const core = coreOf()
    give(core, { kind: 'restore', kept: { generation, ceilingMs: 0, company: 0, streams: [] } })
    return give(core, { kind: 'start' }).flatMap((effect) =>
      effect.kind === 'notify' && effect.notice.kind === 'log' ? [effect.notice] : [],
    )
  }
  const day = 24 * 3_600_000
  expect(logOf(WALL_MS + day)).toEqual([])
  expect(logOf(WALL_MS + 3 * day)).toMatchObject([{ level: 'error', fields: { days: 3 } }])
})
