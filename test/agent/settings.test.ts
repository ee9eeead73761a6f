// Where an option's value comes from, what is wrong with it, and who may read a key.

import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { checkConfig } from '../../src/agent/settings/config-file.ts'
import { optionRows } from '../../src/agent/settings/rows.ts'
import {
  nodeOptionsOf,
  readSettings,
  type SettingsSource,
} from '../../src/agent/settings/settings.ts'
import { nearest } from '../../src/agent/settings/suggest.ts'
import { checkTunables, optionTable } from '../../src/core/index.ts'
import { FakeWorld } from './support/fake-world.ts'
import { inFolder, runWords } from './support/terminal.ts'

const source = (parts: Partial<SettingsSource>): SettingsSource => ({
  flags: new Map(),
  env: {},
  configFile: undefined,
  keys: [],
  platform: process.platform,
  ...parts,
})

test('every option of the core has a flag, a variable and a key', () => {
  const tunables = optionRows.flatMap((row) => (row.tunable === undefined ? [] : [row.tunable]))
  expect(tunables).toEqual(Object.keys(optionTable))
  for (const list of [optionRows.map((row) => row.flag), optionRows.map((row) => row.env)]) {
    expect(new Set(list).size).toBe(list.length)
  }
})

test('a flag goes before the environment, that before the file, that before the default', async () => {
  await inFolder(async (folder) => {
    const configFile = join(folder, 'agent.json')
    const file = { probeInterval: '4s', probeTimeout: '3s', gossipNodes: 2, tags: { a: 'b' } }
    writeFileSync(configFile, JSON.stringify(file))
    const settings = readSettings(
      source({
        flags: new Map([['probeInterval', ['2s']]]),
        env: { HEARSAY_PROBE_INTERVAL: '9s', HEARSAY_PROBE_TIMEOUT: '1s', HEARSAY_LABEL: '' },
        configFile,
      }),
    )
    expect(Object.fromEntries([...settings.byKey].map(([key, one]) => [key, one.origin]))).toEqual({
      probeInterval: 'flag',
      probeTimeout: 'environment',
      gossipNodes: 'file',
      tags: 'file',
    })
    const options = nodeOptionsOf(settings)
    expect(options).toMatchObject({ probeIntervalMs: 2000, probeTimeoutMs: 1000, gossipNodes: 2 })
    expect(checkTunables({ ...options })).toEqual([])
  })
})

test('lists repeat or are separated by commas, pairs too', () => {
  const settings = readSettings(
    source({
      flags: new Map([
        ['join', ['10.0.0.1', '10.0.0.2,10.0.0.3']],
        ['tags', ['role=api', 'eq=a=b']],
      ]),
    }),
  )
  expect(nodeOptionsOf(settings)).toMatchObject({
    join: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
    tags: { role: 'api', eq: 'a=b' },
  })
})

test('--dev means loopback and the neighbours on it, unless said otherwise', () => {
  const dev = new Map([['dev', ['true']]])
  expect(nodeOptionsOf(readSettings(source({ flags: dev })))).toMatchObject({
    bind: '127.0.0.1',
    join: ['localhost'],
  })
})

test('state is kept where a folder is given, and durability means nothing without one', () => {
  const given = (...flags: readonly (readonly [string, string])[]) =>
    nodeOptionsOf(
      readSettings(source({ flags: new Map(flags.map(([key, text]) => [key, [text]])) })),
    ).state
  expect(given()).toBeUndefined()
  expect(given(['dataDir', '/data'])).toEqual({ dataDir: '/data', durability: 'async' })
  expect(given(['dataDir', '/data'], ['durability', 'fsync'])?.durability).toBe('fsync')
  expect(() => given(['durability', 'fsync'])).toThrow('without a folder')
})

test('every mistake of a file is told at once, with the right word', () => {
  const { problems } = checkConfig({
    probeIntervl: '1s',
    probeIntervalMs: 1000,
    probeTimeout: 500,
    gossipNodes: 0,
    strict: 'yes',
    keyring: ['x'],
  })
  expect(problems).toEqual([
    'probeIntervl: no such option; did you mean probeInterval?',
    'probeIntervalMs: no such option; did you mean probeInterval?',
    'probeTimeout: a duration such as 500ms, 5s or 2m expected, got 500',
    'gossipNodes: a whole number from 1 to 64 expected, got 0',
    'strict: true or false expected, got "yes"',
    'keyring: keys do not belong in this file; set keyringFile to a file of mode 0600',
  ])
})

test('--check-config says what is set and from where, and never a key', async () => {
  await inFolder(async (folder) => {
    const configFile = join(folder, 'agent.json')
    writeFileSync(configFile, '{"gossipNodes":4}')
    const words = ['agent', '--config', configFile, '--check-config', '--strict', '--json']
    const env = { HEARSAY_KEY: Buffer.alloc(32, 7).toString('base64') }
    const { exit, out } = await runWords(words, new FakeWorld(), { env })
    expect(exit).toBe(0)
    const { config, keys } = JSON.parse(out)
    expect(keys).toBe(1)
    expect(config).toContainEqual({
      key: 'gossipNodes',
      value: 4,
      initial: expect.any(String),
      origin: 'file',
    })
    expect(config).toContainEqual({ key: 'strict', value: true, initial: 'off', origin: 'flag' })
    expect(out).not.toContain(env.HEARSAY_KEY)
  })
})

describe('keys', () => {
  const key = Buffer.alloc(32, 7).toString('base64')
  const other = Buffer.alloc(16, 9).toString('base64')

  test('come from the flag, else the environment, else the file', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'keys')
      writeFileSync(file, `${other}\n`, { mode: 0o600 })
      const flags = new Map([['keyringFile', [file]]])
      const keyring = (parts: Partial<SettingsSource>) =>
        readSettings(source({ flags, ...parts })).keyring
      expect(keyring({ keys: [key], env: { HEARSAY_KEY: other } })).toEqual([key])
      expect(keyring({ env: { HEARSAY_KEY: `${key},${other}` } })).toEqual([key, other])
      expect(keyring({})).toEqual([other])
    })
  })

  test("a file may be a JSON list, as Serf's", async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'keyring.json')
      writeFileSync(file, JSON.stringify([key, other]), { mode: 0o600 })
      const flags = new Map([['keyringFile', [file]]])
      expect(readSettings(source({ flags })).keyring).toEqual([key, other])
    })
  })

  test.skipIf(process.platform === 'win32')('a file that others may read is refused', async () => {
    await inFolder(async (folder) => {
      const file = join(folder, 'keys')
      writeFileSync(file, key)
      chmodSync(file, 0o640)
      const flags = new Map([['keyringFile', [file]]])
      expect(() => readSettings(source({ flags }))).toThrow(/may be read by others \(mode 0640\)/)
    })
  })

  test('a bad key is refused without being quoted', () => {
    const bad = 'c2VjcmV0IGJ1dCB0b28gc2hvcnQ='
    let message = ''
    try {
      readSettings(source({ keys: [bad] }))
    } catch (error) {
      message = String(error)
    }
    expect(message).toContain('16, 24 or 32 bytes')
    expect(message).not.toContain(bad)
  })
})

test('the nearest word is found, and a far one is not', () => {
  expect(nearest('memebrs', ['members', 'monitor'])).toBe('members')
  expect(nearest('mem', ['members', 'monitor'])).toBe('members')
  expect(nearest('xyz', ['members', 'monitor'])).toBeUndefined()
})
