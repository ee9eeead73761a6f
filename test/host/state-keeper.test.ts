// What a node promises about its own state on disk, over a disk made of promises that tests
// keep or break, by a clock moved by hand.

import { describe, expect, test } from 'vitest'
import {
  Book,
  type Command,
  type DiskJob,
  type Durability,
  HearsayError,
  type KeptRecord,
} from '../../src/core/index.ts'
import { keeperOf } from '../../src/host/state-keeper.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { loggerInto } from './fake-node.ts'

/** A disk that does each job when it is told how the job ends. */
class HandDisk {
  readonly jobs: DiskJob[] = []
  isClosed = false
  #end: ((error: Error | undefined) => void) | undefined

  run(job: DiskJob): Promise<void> {
    this.jobs.push(job)
    return new Promise((resolve, reject) => {
      this.#end = (error) => (error === undefined ? resolve() : reject(error))
    })
  }

  async close(): Promise<void> {
    this.isClosed = true
  }

  /** Ends the job at work, and lets everybody hear of it. */
  async end(error?: Error): Promise<void> {
    this.#end?.(error)
    await turns()
  }
}

async function turns(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await Promise.resolve()
}

const write = (version: number): KeptRecord => ({
  ...{ record: 'entry', channel: 0, generation: 1, key: 'k', version, kind: 'set' },
  value: Uint8Array.of(version),
  endsMs: undefined,
})

function setUp(durability: Durability) {
  const clock = new ManualClock()
  const disk = new HandDisk()
  const lines: string[] = []
  const told: Command[] = []
  const book = new Book({ label: '', name: 'a' }, { generation: 1, ceilingMs: 0 })
  const kept = { generation: 1, ceilingMs: 0, company: 0, streams: [] }
  const opened = { disk, path: '/data/state', durability, kept, book, fileBytes: 10 }
  const tell = (command: Command) => void told.push(command)
  const keeper = keeperOf({ opened, clock, logger: loggerInto(lines), tell })
  /** `waiting`, `kept` or the code of the error. */
  const standing = async (settled: Promise<void>) => {
    let text = 'waiting'
    settled.then(
      () => {
        text = 'kept'
      },
      (error: unknown) => {
        text = error instanceof HearsayError ? error.code : 'another error'
      },
    )
    await turns()
    return () => text
  }
  return { clock, disk, lines, told, keeper, standing }
}

describe('with fsync', () => {
  test('a write has succeeded once its group is on the disk', async () => {
    const { clock, disk, keeper, standing } = setUp('fsync')
    keeper.keep([write(1)])
    const first = await standing(keeper.settled())
    clock.run(10)
    keeper.keep([write(2)])
    const second = await standing(keeper.settled())
    expect([first(), second(), disk.jobs.length]).toEqual(['waiting', 'waiting', 1])
    await disk.end()
    expect([first(), second()]).toEqual(['kept', 'waiting'])
    clock.run(10)
    await disk.end()
    expect([second(), disk.jobs.map(({ kind }) => kind)]).toEqual(['kept', ['append', 'append']])
  })

  test('a disk that fails costs a write its promise, and the node goes on and says so', async () => {
    const { clock, disk, keeper, lines, standing } = setUp('fsync')
    keeper.keep([write(1)])
    const first = await standing(keeper.settled())
    clock.run(10)
    await disk.end(new Error('ENOSPC: no space left on device, write'))
    expect(first()).toBe('HEARSAY_DISK_FAILED')
    expect(lines).toEqual([expect.stringMatching(/^error .*no space left.*tries again/)])
    keeper.keep([write(2)])
    expect((await standing(keeper.settled()))()).toBe('HEARSAY_DISK_FAILED')
    expect(keeper.counters()).toMatchObject({ disk_failing: 1, disk_failures_total: 1 })
  })

  test('a disk that works again gets everything, and writes succeed again', async () => {
    const { clock, disk, keeper, lines, standing } = setUp('fsync')
    keeper.keep([write(1)])
    keeper.settled().catch(() => {})
    clock.run(10)
    await disk.end(new Error('EIO'))
    clock.run(1000)
    expect(disk.jobs.at(-1)?.kind).toBe('replace')
    await disk.end()
    expect(lines.at(-1)).toBe('info our state is kept on disk again')
    keeper.keep([write(2)])
    const second = await standing(keeper.settled())
    clock.run(10)
    await disk.end()
    expect([second(), keeper.counters().disk_failing]).toEqual(['kept', 0])
  })
})

describe('without fsync', () => {
  test('nobody waits, and a disk that fails is only told of', async () => {
    const { clock, disk, keeper, lines, standing } = setUp('async')
    keeper.keep([write(1)])
    expect((await standing(keeper.settled()))()).toBe('kept')
    clock.run(10)
    await disk.end(new Error('EIO'))
    keeper.keep([write(2)])
    expect((await standing(keeper.settled()))()).toBe('kept')
    expect(lines).toHaveLength(1)
  })
})

describe('a new life', () => {
  test('is told to the core once it is on the disk, whatever the durability', async () => {
    for (const durability of ['none', 'async', 'fsync'] as const) {
      const { clock, disk, keeper, told } = setUp(durability)
      keeper.keep([{ record: 'life', generation: 9 }])
      clock.run(1)
      expect([disk.jobs.length, told]).toEqual([1, []])
      await disk.end()
      expect(told).toEqual([{ kind: 'life', generation: 9 }])
    }
  })

  test('waits for a disk that fails, or the next life could be the same', async () => {
    const { clock, disk, keeper, told } = setUp('fsync')
    keeper.keep([{ record: 'life', generation: 9 }])
    clock.run(1)
    await disk.end(new Error('EIO'))
    keeper.keep([{ record: 'life', generation: 10 }])
    expect(told).toEqual([])
    clock.run(1000)
    await disk.end()
    expect(told.map((one) => one.kind === 'life' && one.generation)).toEqual([9, 10])
  })

  test('begins with what the lives before have left', () => {
    const { keeper, told } = setUp('none')
    keeper.begin()
    expect(told).toEqual([
      { kind: 'restore', kept: { generation: 1, ceilingMs: 0, company: 0, streams: [] } },
    ])
  })
})

describe('the end', () => {
  test('writes what waits, however fresh, and lets go of the folder', async () => {
    const { disk, keeper, standing } = setUp('fsync')
    keeper.keep([write(1)])
    const last = await standing(keeper.settled())
    const closing = keeper.close()
    await turns()
    await disk.end()
    await closing
    expect([last(), disk.isClosed, disk.jobs.length]).toEqual(['kept', true, 1])
  })

  test('waits for the job at work, then writes what came meanwhile', async () => {
    const { clock, disk, keeper, standing } = setUp('fsync')
    keeper.keep([write(1)])
    clock.run(10)
    keeper.keep([write(2)])
    const last = await standing(keeper.settled())
    const closing = keeper.close()
    await disk.end()
    await disk.end()
    await closing
    expect([last(), disk.jobs.length]).toEqual(['kept', 2])
  })
})
