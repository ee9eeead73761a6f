// When what is handed to the disk, how safe it is then, and what happens while the disk fails:
// the scribe alone, without any disk.

import { describe, expect, test } from 'vitest'
import { Book } from '../../../src/core/disk/book.ts'
import type { KeptRecord } from '../../../src/core/disk/records.ts'
import { recover } from '../../../src/core/disk/recovery.ts'
import { type Durability, Scribe } from '../../../src/core/disk/scribe.ts'

const US = { label: '', name: 'a' }
const NEVER = Number.POSITIVE_INFINITY

const write = (version: number, size = 10): KeptRecord => ({
  ...{ record: 'entry', channel: 0, generation: 1, key: `k${version}`, version, kind: 'set' },
  value: new Uint8Array(size),
  endsMs: undefined,
})

function scribeOf(durability: Durability): Scribe {
  const book = new Book(US, { generation: 1, ceilingMs: 0 })
  return new Scribe({ durability, book, fileBytes: book.file(0).length })
}

/** How many entries a file holds. */
function countOf(file: Uint8Array): number {
  const found = recover(file, US)
  return found.kind === 'sound' ? (found.book.streams[0]?.entries.length ?? 0) : -1
}

describe('groups', () => {
  test('what comes within ten milliseconds is written together', () => {
    const scribe = scribeOf('fsync')
    expect(scribe.deadline).toBe(NEVER)
    scribe.give([write(1)], 100)
    scribe.give([write(2)], 105)
    expect(scribe.deadline).toBe(110)
    expect(scribe.take(109, 0)).toBeUndefined()
    expect(scribe.take(110, 0)).toMatchObject({ kind: 'append', sync: true })
    expect([scribe.given, scribe.safe]).toEqual([2, 0])
    scribe.ended('done', 112)
    expect([scribe.safe, scribe.deadline]).toEqual([2, NEVER])
  })

  test('64 KiB do not wait', () => {
    const scribe = scribeOf('fsync')
    scribe.give([write(1, 60_000)], 100)
    scribe.give([write(2, 60_000)], 101)
    expect(scribe.take(101, 0)).toMatchObject({ kind: 'append' })
  })

  test('one job is done at a time, and the next takes all that came meanwhile', () => {
    const scribe = scribeOf('fsync')
    scribe.give([write(1)], 0)
    scribe.take(10, 0)
    scribe.give([write(2), write(3)], 11)
    expect([scribe.deadline, scribe.take(500, 0)]).toEqual([NEVER, undefined])
    scribe.ended('done', 30)
    expect(scribe.safe).toBe(1)
    scribe.take(30, 0)
    scribe.ended('done', 40)
    expect(scribe.safe).toBe(3)
  })
})

describe('durability', () => {
  test('without fsync nobody waits, and the disk is synced once a second', () => {
    const scribe = scribeOf('async')
    scribe.give([write(1)], 0)
    expect(scribe.safe).toBe(1)
    expect(scribe.take(10, 0)).toMatchObject({ kind: 'append', sync: false })
    scribe.ended('done', 11)
    expect(scribe.deadline).toBe(1010)
    expect(scribe.take(1010, 0)).toMatchObject({ sync: true })
    scribe.ended('done', 1011)
    expect(scribe.deadline).toBe(NEVER)
  })

  test('a new life is written at once and into the head, whatever the durability', () => {
    for (const durability of ['none', 'async', 'fsync'] as const) {
      const scribe = scribeOf(durability)
      scribe.give([write(1), { record: 'life', generation: 5 }], 100)
      const job = scribe.take(100, 0)
      expect(job?.kind).toBe('replace')
      const file = job?.bytes ?? new Uint8Array(0)
      // Whatever is lost behind it, the next life begins above that; without it there is none.
      for (let at = 0; at < file.length; at++) {
        const flipped = Uint8Array.from(file)
        flipped[at] = (flipped[at] ?? 0) ^ 1
        const found = recover(flipped, US)
        if (found.kind === 'sound') expect(found.book.beginLife(0).generation).toBe(6)
        else expect(found.kind).toBe('damaged')
      }
      scribe.ended('done', 110)
      scribe.give([{ record: 'clock', ceilingMs: 1 }], 120)
      expect(scribe.take(120, 0)).toMatchObject({ kind: 'append', sync: true })
    }
  })

  test('none keeps the life and no keys', () => {
    const scribe = scribeOf('none')
    scribe.give([write(1)], 0)
    expect(scribe.deadline).toBe(NEVER)
  })
})

describe('the file is written anew', () => {
  test('once what was put behind it exceeds 4 MiB', () => {
    const scribe = scribeOf('fsync')
    let replaced = 0
    for (let version = 1; version <= 200; version++) {
      const one = { ...write(version, 65_000), key: 'same' }
      scribe.give([one], version)
      const job = scribe.take(version + 10, 0)
      if (job?.kind === 'replace') {
        replaced++
        expect([countOf(job.bytes), job.bytes.length < 70_000]).toEqual([1, true])
      }
      scribe.ended('done', version)
    }
    // 200 times 65 kB are 12.4 MiB.
    expect(replaced).toBe(3)
  })

  test('twice as large as it is, if that is more', () => {
    const scribe = scribeOf('fsync')
    const jobs: string[] = []
    for (let version = 1; version <= 220; version++) {
      scribe.give([write(version, 65_000)], version)
      jobs.push(scribe.take(version + 10, 0)?.kind ?? 'none')
      scribe.ended('done', version)
    }
    // The first at 4 MiB, which are 65 keys; the next when 130 more have come.
    const at = jobs.flatMap((kind, index) => (kind === 'replace' ? [index + 1] : []))
    expect(at).toHaveLength(2)
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(130)
  })
})

describe('a disk that fails', () => {
  test('is tried again with the whole file, later and later', () => {
    const scribe = scribeOf('fsync')
    scribe.give([write(1)], 0)
    scribe.take(10, 0)
    scribe.ended('failed', 10)
    expect([scribe.isFailing, scribe.deadline]).toEqual([true, 1010])
    scribe.give([write(2)], 500)
    expect([scribe.safe, scribe.deadline]).toEqual([0, 1010])
    let now = 1010
    for (const waitMs of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
      expect(scribe.take(now, 0)?.kind).toBe('replace')
      scribe.ended('failed', now)
      expect(scribe.deadline).toBe(now + waitMs)
      now += waitMs
    }
    const job = scribe.take(now, 0)
    expect(countOf(job?.bytes ?? new Uint8Array(0))).toBe(2)
    scribe.ended('done', now)
    expect([scribe.isFailing, scribe.safe, scribe.deadline]).toEqual([false, 2, NEVER])
  })

  test('loses nothing that is given while the file is written anew', () => {
    const scribe = scribeOf('fsync')
    scribe.give([write(1)], 0)
    scribe.take(10, 0)
    scribe.ended('failed', 10)
    scribe.take(1010, 0)
    scribe.give([write(2)], 1011)
    scribe.ended('done', 1015)
    expect(scribe.safe).toBe(1)
    expect(scribe.take(1021, 0)).toMatchObject({ kind: 'append' })
    scribe.ended('done', 1022)
    expect(scribe.safe).toBe(2)
  })
})
