// The folder in which commands find agents and their tokens.

import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { findAgent, urlOf } from '../../src/agent/find-agent.ts'
import {
  enterAgent,
  readToken,
  runningAgents,
  stateFolder,
} from '../../src/agent/settings/state-folder.ts'
import { inFolder } from './support/terminal.ts'

const platform = process.platform
const entry = (name: string, pid: number, startedMs: number, port: number) => ({
  name,
  url: `http://127.0.0.1:${port}`,
  pid,
  startedMs,
  token: `token-of-${name}`,
})
const allRun = () => true

test.skipIf(platform === 'win32')('entries and tokens are for their owner alone', async () => {
  await inFolder(async (root) => {
    const folder = join(root, 'hearsay')
    enterAgent(folder, entry('ann', process.pid, 1, 7980))
    const agents = join(folder, 'agents')
    expect(statSync(agents).mode & 0o777).toBe(0o700)
    for (const file of readdirSync(agents)) {
      expect([file, statSync(join(agents, file)).mode & 0o777]).toEqual([file, 0o600])
    }
  })
})

test('the first-started agent comes first', async () => {
  await inFolder(async (folder) => {
    enterAgent(folder, entry('bob', 11, 2000, 7981))
    enterAgent(folder, entry('ann', 12, 1000, 7980))
    expect(runningAgents(folder, platform, allRun).map((one) => one.name)).toEqual(['ann', 'bob'])
  })
})

test('of two started in one millisecond, the one whose name sorts first comes first', async () => {
  await inFolder(async (folder) => {
    enterAgent(folder, entry('bob', 11, 1000, 7981))
    enterAgent(folder, entry('ann', 12, 1000, 7980))
    enterAgent(folder, entry('cat', 10, 1000, 7982))
    const names = runningAgents(folder, platform, allRun).map((one) => one.name)
    expect(names).toEqual(['ann', 'bob', 'cat'])
  })
})

test('an entry of a process that is gone is swept away with its token', async () => {
  await inFolder(async (folder) => {
    enterAgent(folder, entry('ann', 11, 1000, 7980))
    enterAgent(folder, entry('bob', 12, 2000, 7981))
    expect(runningAgents(folder, platform, (pid) => pid === 12).map((one) => one.name)).toEqual([
      'bob',
    ])
    expect(readdirSync(join(folder, 'agents')).sort()).toEqual(['12.json', '12.token'])
  })
})

test('an entry that is not ours to read as one is swept away too', async () => {
  await inFolder(async (folder) => {
    enterAgent(folder, entry('ann', 11, 1000, 7980))
    writeFileSync(join(folder, 'agents', '13.json'), '{"url":"https://evil.example"}')
    expect(runningAgents(folder, platform, allRun)).toHaveLength(1)
    expect(existsSync(join(folder, 'agents', '13.json'))).toBe(false)
  })
})

test('what cannot be swept away is passed over', async () => {
  await inFolder(async (folder) => {
    enterAgent(folder, entry('ann', 11, 1000, 7980))
    mkdirSync(join(folder, 'agents', '99.json'))
    expect(runningAgents(folder, platform, allRun).map((one) => one.name)).toEqual(['ann'])
    writeFileSync(join(folder, 'file'), '')
    expect(runningAgents(join(folder, 'file'), platform, allRun)).toEqual([])
  })
})

test.skipIf(platform === 'win32')(
  'an entry that others could have written is none: it would be sent our token',
  async () => {
    await inFolder(async (folder) => {
      enterAgent(folder, entry('ann', 11, 1000, 7980))
      chmodSync(join(folder, 'agents', '11.json'), 0o666)
      expect(runningAgents(folder, platform, allRun)).toEqual([])
    })
  },
)

test('leaving takes the entry away', async () => {
  await inFolder(async (folder) => {
    const away = enterAgent(folder, entry('ann', 11, 1000, 7980))
    away()
    expect(readdirSync(join(folder, 'agents'))).toEqual([])
  })
})

test('a command finds its agent by flag, by variable, by name, then the first-started', async () => {
  await inFolder(async (root) => {
    const env = { XDG_STATE_HOME: root, LOCALAPPDATA: root }
    const folder = stateFolder(env, platform)
    // Two entries of processes that run: this one and its parent.
    enterAgent(folder, entry('ann', process.pid, 1000, 7980))
    enterAgent(folder, entry('bob', process.ppid, 2000, 7981))
    const find = (addr?: string, more = {}) =>
      findAgent({ addr, env: { ...env, ...more }, platform })
    expect(find()).toMatchObject({ url: 'http://127.0.0.1:7980', token: 'token-of-ann' })
    expect(find('bob')).toMatchObject({ url: 'http://127.0.0.1:7981', token: 'token-of-bob' })
    expect(find('localhost:7981').token).toBe('token-of-bob')
    expect(find(undefined, { HEARSAY_ADDR: '10.0.0.1' })).toMatchObject({
      url: 'http://10.0.0.1:7980',
      token: undefined,
      foundBy: 'environment',
    })
    expect(find(undefined, { HEARSAY_TOKEN: 'mine' }).token).toBe('mine')
    expect(readToken(join(folder, 'agents', `${process.pid}.token`), platform)).toBe('token-of-ann')
  })
})

test('without any agent the next command is told, with exit 3', async () => {
  await inFolder(async (root) => {
    const env = { XDG_STATE_HOME: root, LOCALAPPDATA: root }
    expect(() => findAgent({ addr: undefined, env, platform })).toThrow(
      expect.objectContaining({ exit: 3, hint: expect.stringContaining('hearsay agent --dev') }),
    )
  })
})

test('an address may leave out scheme and port', () => {
  expect(urlOf('10.0.0.1')).toBe('http://10.0.0.1:7980')
  expect(urlOf('[::1]:99')).toBe('http://[::1]:99')
  expect(() => urlOf('ftp://x')).toThrow(expect.objectContaining({ exit: 2 }))
})
