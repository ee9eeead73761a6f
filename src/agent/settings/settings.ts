// Puts an agent's settings together: flag, then environment, then configuration file, then
// default, remembering where each value came from. Keys are kept apart and never shown.

import type { Tunables } from '../../core/index.ts'
import type { NodeOptions } from '../../host/api.ts'
import { CommandError, type Environment, exits } from '../contract.ts'
import { visible } from '../terminal/text.ts'
import { readConfigFile } from './config-file.ts'
import { type OptionRow, optionRows } from './rows.ts'
import { readSecretFile } from './secret-file.ts'
import { type OptionValue, readText } from './values.ts'

export type Origin = 'flag' | 'environment' | 'file' | 'default'

export interface Setting {
  readonly value: OptionValue
  readonly origin: Exclude<Origin, 'default'>
}

export interface SettingsSource {
  /** Texts given on the command line, by option key. */
  readonly flags: ReadonlyMap<string, readonly string[]>
  readonly env: Environment
  readonly configFile: string | undefined
  /** Base64 keys of `--key`. */
  readonly keys: readonly string[]
  readonly platform: NodeJS.Platform
}

export interface Settings {
  readonly byKey: ReadonlyMap<string, Setting>
  readonly keyring: readonly string[]
}

/** Reads all sources. Throws a `CommandError` that lists every problem. */
export function readSettings(source: SettingsSource): Settings {
  const problems: string[] = []
  const byKey = new Map<string, Setting>()
  const fromFile = source.configFile === undefined ? new Map() : readConfigFile(source.configFile)
  for (const row of optionRows) {
    const setting = settingOf(row, source, fromFile, problems)
    if (setting !== undefined) byKey.set(row.key, setting)
  }
  if (problems.length > 0) {
    throw new CommandError(exits.usage, problems.join('\n       '), 'hearsay agent --help')
  }
  return { byKey, keyring: readKeyring(source, textOf(byKey, 'keyringFile')) }
}

function settingOf(
  row: OptionRow,
  source: SettingsSource,
  fromFile: ReadonlyMap<string, OptionValue>,
  problems: string[],
): Setting | undefined {
  const given = source.flags.get(row.key)
  const variable = source.env[row.env]
  const origin = given !== undefined ? 'flag' : 'environment'
  const texts = given ?? (variable === undefined || variable === '' ? undefined : [variable])
  if (texts === undefined) {
    const value = fromFile.get(row.key)
    return value === undefined ? undefined : { value, origin: 'file' }
  }
  const reading = readText(row, texts)
  if (reading.ok) return { value: reading.value, origin }
  problems.push(`${origin === 'flag' ? row.flag : row.env}: ${visible(reading.problem)}`)
  return undefined
}

function readKeyring(source: SettingsSource, file: string | undefined): readonly string[] {
  if (source.keys.length > 0) return source.keys.map(checkKey)
  const variable = source.env.HEARSAY_KEY
  if (variable !== undefined && variable !== '') {
    return variable.split(',').map((key) => checkKey(key.trim()))
  }
  return file === undefined ? [] : readKeys(file, source.platform)
}

/** The base64 keys in a secret file, each checked. Throws a `CommandError` that quotes none. */
export function readKeys(file: string, platform: NodeJS.Platform): readonly string[] {
  const text = readSecretFile(file, platform).trim()
  const keys = text.startsWith('[') ? jsonKeys(text, file) : text.split(/\s+/)
  return keys.filter((key) => key !== '').map(checkKey)
}

function jsonKeys(text: string, file: string): readonly string[] {
  try {
    const parsed: unknown = JSON.parse(text)
    if (Array.isArray(parsed)) return parsed.map(String)
  } catch {
    // The error below says it; the parser's own message would quote key material.
  }
  throw new CommandError(exits.usage, `${file} is neither lines nor a JSON list of base64 keys`)
}

/** Returns the key if it is base64 of 16, 24 or 32 bytes; the error never quotes it. */
function checkKey(key: string): string {
  const bytes = Buffer.from(key, 'base64')
  const isCanonical = bytes.toString('base64') === key
  if (isCanonical && [16, 24, 32].includes(bytes.length)) return key
  throw new CommandError(
    exits.usage,
    'an encryption key is base64 text of 16, 24 or 32 bytes; one of those given is not',
    'hearsay keygen prints a good one',
  )
}

/** The options for `createNode`, without logger. */
export function nodeOptionsOf(settings: Settings): NodeOptions {
  const { byKey } = settings
  const dev = isOn(byKey, 'dev')
  const profile = textOf(byKey, 'profile')
  const application = textOf(byKey, 'application')
  const join = listOf(byKey, 'join') ?? (dev ? ['localhost'] : undefined)
  return {
    ...tunablesOf(byKey),
    name: textOf(byKey, 'name'),
    bind: textOf(byKey, 'bind') ?? (dev ? '127.0.0.1' : undefined),
    advertise: textOf(byKey, 'advertise'),
    label: textOf(byKey, 'label'),
    keyring: settings.keyring.length > 0 ? settings.keyring : undefined,
    join,
    tags: pairsOf(byKey, 'tags'),
    profile: profile === 'wan' || profile === 'local' || profile === 'lan' ? profile : undefined,
    application: application === 'serf' || application === 'memberlist' ? application : undefined,
    allow: listOf(byKey, 'allow'),
    leaveTimeoutMs: numberOf(byKey, 'leaveTimeout'),
    state: stateOf(byKey),
  }
}

function stateOf(byKey: ReadonlyMap<string, Setting>): NodeOptions['state'] {
  const dataDir = textOf(byKey, 'dataDir')
  const given = textOf(byKey, 'durability')
  if (dataDir === undefined && given === undefined) return undefined
  if (dataDir === undefined) {
    throw new CommandError(
      exits.usage,
      'durability means nothing without a folder',
      'give --data-dir',
    )
  }
  const durability = given === 'none' || given === 'fsync' ? given : 'async'
  return { dataDir, durability }
}

function tunablesOf(byKey: ReadonlyMap<string, Setting>): Partial<Tunables> {
  const entries = optionRows.flatMap((row) => {
    const setting = row.tunable === undefined ? undefined : byKey.get(row.key)
    return setting === undefined ? [] : [[row.tunable, setting.value] as const]
  })
  // Each value was read by the row of its own option, which the compiler cannot follow.
  return Object.fromEntries(entries) as Partial<Tunables>
}

/** The text of an option, if it was given. */
export function textOf(byKey: ReadonlyMap<string, Setting>, key: string): string | undefined {
  const value = byKey.get(key)?.value
  return typeof value === 'string' ? value : undefined
}

/** The number (milliseconds for durations) of an option, if it was given. */
export function numberOf(byKey: ReadonlyMap<string, Setting>, key: string): number | undefined {
  const value = byKey.get(key)?.value
  return typeof value === 'number' ? value : undefined
}

/** Whether a flag is on; false if it was not given. */
export function isOn(byKey: ReadonlyMap<string, Setting>, key: string): boolean {
  return byKey.get(key)?.value === true
}

/** The list of an option, if it was given. */
export function listOf(
  byKey: ReadonlyMap<string, Setting>,
  key: string,
): readonly string[] | undefined {
  const value = byKey.get(key)?.value
  return Array.isArray(value) ? value : undefined
}

/** The pairs of an option, if they were given. */
export function pairsOf(
  byKey: ReadonlyMap<string, Setting>,
  key: string,
): Readonly<Record<string, string>> | undefined {
  const value = byKey.get(key)?.value
  if (typeof value !== 'object' || Array.isArray(value)) return undefined
  return Object.fromEntries(Object.entries(value))
}
