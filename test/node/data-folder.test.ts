// The folder of a node's own state on a real file system: who may have it, what is refused
// and with which next step, and files that are cut, replaced or in the way.

import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { encodeRecord } from '../../src/core/disk/records.ts'
import { HearsayError, type KeptRecord } from '../../src/core/index.ts'
import type { OpenedDisk } from '../../src/host/index.ts'
import { type DataFolderOptions, openDataFolder } from '../../src/node/data-folder.ts'

const US = { label: 'shop', name: 'web-1' }
const folders: string[] = []
const open: OpenedDisk[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map(({ disk }) => disk.close()))
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})

function newFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'hearsay-data-')))
  folders.push(folder)
  return folder
}

async function begin(folder: string, more: Partial<DataFolderOptions> = {}): Promise<OpenedDisk> {
  const opened = await openDataFolder({
    ...{ folder, owner: US, durability: 'fsync', wallMs: 1000 },
    ...more,
  })
  open.push(opened)
  return opened
}

/** What opening a folder is refused with. */
async function refusal(
  folder: string,
  more: Partial<DataFolderOptions> = {},
): Promise<HearsayError> {
  try {
    await begin(folder, more)
  } catch (error) {
    if (error instanceof HearsayError) return error
  }
  throw new Error('not refused')
}

const entry: KeptRecord = {
  ...{ record: 'entry', channel: 0, generation: 1000, key: 'role', version: 2, kind: 'set' },
  value: Uint8Array.of(1, 2, 3),
  endsMs: undefined,
}

describe('a life', () => {
  test('finds what the one before it has left, and is above it', async () => {
    const folder = join(newFolder(), 'not', 'yet', 'there')
    const first = await begin(folder)
    expect([first.kept.generation, first.kept.streams]).toEqual([1000, []])
    await first.disk.run({ kind: 'append', bytes: encodeRecord(entry), sync: true })
    await first.disk.close()
    const second = await begin(folder)
    expect(second.kept.generation).toBe(1001)
    expect(second.kept.streams[0]?.entries[0]).toMatchObject({ key: 'role', version: 2 })
    const third = first.disk.close().then(() => second.disk.close())
    await third
    expect((await begin(folder, { wallMs: 5 })).kept.generation).toBe(1002)
  })

  test('leaves one file and its lock, readable by nobody else', async () => {
    const folder = newFolder()
    await begin(folder)
    expect(readdirSync(folder).filter((name) => !name.endsWith('.lock'))).toEqual(['hearsay.state'])
  })

  test('goes on before the first record it cannot read, and says so', async () => {
    const folder = newFolder()
    const first = await begin(folder)
    const record = encodeRecord(entry)
    await first.disk.run({ kind: 'append', bytes: record, sync: false })
    await first.disk.run({ kind: 'append', bytes: record.slice(0, 12), sync: false })
    await first.disk.close()
    const lines: object[] = []
    const silent = () => {}
    const logger = {
      ...{ trace: silent, debug: silent, info: silent, error: silent },
      warn: (fields: object) => void lines.push(fields),
    }
    const second = await begin(folder, { logger })
    expect(second.kept.streams).toHaveLength(1)
    expect(lines).toMatchObject([{ records: 2, lostBytes: 12 }])
  })

  test('is on the disk before it begins', async () => {
    const folder = newFolder()
    await begin(folder)
    const copy = newFolder()
    writeFileSync(join(copy, 'hearsay.state'), readFileSync(join(folder, 'hearsay.state')))
    expect((await begin(copy)).kept.generation).toBe(1001)
  })
})

describe('what is refused', () => {
  test('a folder that another node of this process has', async () => {
    const folder = newFolder()
    const first = await begin(folder)
    const error = await refusal(folder)
    expect(error).toMatchObject({ code: 'HEARSAY_DATA_DIR', reason: 'in-use' })
    expect(error.message).toContain('a folder of its own')
    await first.disk.close()
    await begin(folder)
  })

  test('another member or cluster, with both names and the next command', async () => {
    const folder = newFolder()
    await (await begin(folder)).disk.close()
    const before = readFileSync(join(folder, 'hearsay.state'))
    for (const owner of [
      { label: 'shop', name: 'web-2' },
      { label: '', name: 'web-1' },
    ]) {
      const error = await refusal(folder, { owner })
      expect(error).toMatchObject({ code: 'HEARSAY_DATA_DIR', reason: 'foreign' })
      expect(error.message).toContain('"web-1" of the cluster "shop"')
      const file = join(folder, 'hearsay.state')
      expect(error.message).toContain(
        process.platform === 'win32' ? `move "${file}"` : `mv '${file}'`,
      )
    }
    expect(readFileSync(join(folder, 'hearsay.state'))).toEqual(before)
  })

  test('a file whose beginning is no longer there, which is left as it is', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'hearsay.state'), 'junk')
    expect(await refusal(folder)).toMatchObject({ reason: 'damaged' })
    expect(readFileSync(join(folder, 'hearsay.state'), 'utf8')).toBe('junk')
  })

  test('a folder that cannot be one', async () => {
    const folder = newFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(await refusal(join(folder, 'file'))).toMatchObject({ reason: 'unusable' })
    execFileSync('mkdir', [join(folder, 'hearsay.state')])
    expect(await refusal(folder)).toMatchObject({ reason: 'unusable' })
  })
})

test.skipIf(process.platform === 'win32')(
  'a pipe or a device in place of the file is refused, not read for ever',
  async () => {
    const [piped, endless] = [newFolder(), newFolder()]
    execFileSync('mkfifo', [join(piped, 'hearsay.state')])
    symlinkSync('/dev/zero', join(endless, 'hearsay.state'))
    for (const folder of [piped, endless]) {
      const error = await refusal(folder)
      expect(error).toMatchObject({ reason: 'unusable' })
      expect(error.message).toContain('hearsay.state is no file')
    }
  },
)

describe('a folder that is not there', () => {
  test('is made with all above it, for this user alone', async () => {
    const folder = join(newFolder(), 'of', 'mine')
    await (await begin(folder)).disk.close()
    expect(readFileSync(join(folder, 'hearsay.state')).length).toBeGreaterThan(0)
    if (process.platform !== 'win32') expect(statSync(folder).mode & 0o777).toBe(0o700)
  })

  test.skipIf(process.platform !== 'linux')('is refused at once where none can be', async () => {
    for (const folder of ['/proc/x', '/proc/x/y/z']) {
      const error = await refusal(folder)
      expect(error).toMatchObject({ code: 'HEARSAY_DATA_DIR', reason: 'unusable' })
      expect(error.message).toContain(`${folder} cannot hold this node's state: ENOENT`)
      expect(error.message).toContain('give a folder that it may write')
    }
  })
})

describe('a disk that fails', () => {
  test('says so, and takes the whole file once it works again', async () => {
    const folder = newFolder()
    const { disk } = await begin(folder)
    rmSync(folder, { recursive: true })
    await expect(disk.run({ kind: 'replace', bytes: Uint8Array.of(1) })).rejects.toThrow('ENOENT')
    execFileSync('mkdir', [folder])
    await disk.run({ kind: 'replace', bytes: Uint8Array.of(1, 2) })
    await disk.run({ kind: 'append', bytes: Uint8Array.of(3), sync: true })
    expect([...readFileSync(join(folder, 'hearsay.state'))]).toEqual([1, 2, 3])
  })
})

describe('a file that is not where it was', () => {
  test('gets nothing more: what is put behind it would be nowhere', async () => {
    const folder = newFolder()
    const { disk } = await begin(folder)
    const file = join(folder, 'hearsay.state')
    const append = () => disk.run({ kind: 'append', bytes: Uint8Array.of(3), sync: true })
    await append()
    rmSync(file)
    await expect(append()).rejects.toThrow('ENOENT')
    writeFileSync(file, 'another')
    await expect(append()).rejects.toThrow('was moved or replaced')
    await disk.run({ kind: 'replace', bytes: Uint8Array.of(1) })
    await append()
    expect([...readFileSync(file)]).toEqual([1, 3])
  })
})

describe('the lock', () => {
  // What a process holds that has the folder.
  const code = `require('node:net').createServer().listen(process.argv[1], () => console.log('held'))`

  test.skipIf(process.platform === 'win32')(
    'goes with a process that is killed, and holds while it lives',
    async () => {
      const folder = newFolder()
      const child = spawn(process.execPath, ['-e', code, join(folder, 'hearsay.lock')])
      await once(child.stdout, 'data')
      expect(await refusal(folder)).toMatchObject({ reason: 'in-use' })
      child.kill('SIGKILL')
      await once(child, 'exit')
      await begin(folder)
    },
  )

  test('holds wherever the folder lies, however long its path', async () => {
    const folder = join(newFolder(), 'x'.repeat(100), 'y'.repeat(100))
    const first = await begin(folder)
    expect(await refusal(folder)).toMatchObject({ reason: 'in-use' })
    await first.disk.close()
    await begin(folder)
  })
})
