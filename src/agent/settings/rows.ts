// Every option of `hearsay agent` as a row: its key in the configuration file, its flag, its
// environment variable, how its value reads, and what it does. The protocol's rows follow
// from the core's option table; the rest is here. Flags, file schema, `info` and
// docs/configuration.md are made from these rows.

import { type OptionName, optionTable } from '../../core/index.ts'
import { durationText } from '../terminal/time.ts'

export type OptionKind =
  | { readonly kind: 'text' }
  | { readonly kind: 'choice'; readonly choices: readonly string[] }
  /** Several texts: the flag repeats, the environment separates by commas. */
  | { readonly kind: 'list' }
  /** `key=value` pairs; an object in the file. */
  | { readonly kind: 'pairs' }
  | { readonly kind: 'duration'; readonly min: number; readonly max: number }
  | { readonly kind: 'number'; readonly min: number; readonly max: number }
  | { readonly kind: 'flag'; readonly initial: boolean }

export interface OptionRow {
  /** The key in the configuration file; `probeInterval`. */
  readonly key: string
  /** `--probe-interval`. */
  readonly flag: string
  /** `HEARSAY_PROBE_INTERVAL`. */
  readonly env: string
  readonly type: OptionKind
  readonly section: 'identity' | 'agent' | 'protocol'
  readonly help: string
  /** What the default is, for people. */
  readonly initial: string
  /** The name of the core's option, for protocol rows. */
  readonly tunable: OptionName | undefined
}

export const logLevels = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const

const text: OptionKind = { kind: 'text' }
const list: OptionKind = { kind: 'list' }
const off: OptionKind = { kind: 'flag', initial: false }
const choice = (...choices: readonly string[]): OptionKind => ({ kind: 'choice', choices })

const identityRows: readonly OptionRow[] = [
  row('name', text, 'Unique in the cluster: 1 to 128 of A–Z a–z 0–9 . _ -', 'the host name'),
  row('bind', text, 'Address and port for gossip, UDP and TCP.', '0.0.0.0:7946, or the next free'),
  row('advertise', text, 'Address and port that others are told to reach us at.', 'the bound one'),
  row('label', text, 'Name of the cluster; packets with another label are dropped.', 'none'),
  row('join', list, 'Members to join: host, host:port, dns:name. Tried again for ever.', 'none'),
  row('tags', { kind: 'pairs' }, 'Facts about this member that all others see.', 'none', 'tag'),
  row('keyringFile', text, 'File with base64 keys, one a line; the first encrypts.', 'none'),
  row('profile', choice('lan', 'wan', 'local'), 'Set of protocol defaults.', 'lan'),
  row('application', choice('memberlist', 'serf'), 'Which Go program to look like.', 'memberlist'),
  row('allow', list, 'Networks (CIDR) whose members are accepted.', 'all'),
  row('dataDir', text, 'Folder that keeps own state across restarts; needs a name.', 'none'),
  row('durability', choice('none', 'async', 'fsync'), 'When a write counts as kept.', 'async'),
  row('leaveTimeout', { kind: 'duration', min: 0, max: 600_000 }, 'Longest goodbye.', '5s'),
]

const agentRows: readonly OptionRow[] = [
  row('http', text, 'Address of the HTTP API, or `off`.', '127.0.0.1:7980, or the next free'),
  row('httpNames', list, 'Further values of the Host header to accept.', 'none', 'http-name'),
  row('httpTokenFile', text, 'File of the API token; made if missing, mode 0600.', 'a new token'),
  row('insecureHttp', off, 'Let the HTTP API listen beyond loopback, without TLS.', 'off'),
  row('logLevel', choice(...logLevels), 'Least important line to log.', 'info'),
  row('logFormat', choice('text', 'json'), 'How log lines read.', 'text on a terminal, else json'),
  row('dev', off, 'For trying out: loopback only, joins other --dev agents here.', 'off'),
]

/** All rows, in the order of help and documentation. */
export const optionRows: readonly OptionRow[] = [
  ...identityRows,
  ...agentRows.map((entry): OptionRow => ({ ...entry, section: 'agent' })),
  ...tunableNames().map(tunableRow),
]

function tunableNames(): readonly OptionName[] {
  return Object.keys(optionTable).filter((name): name is OptionName => name in optionTable)
}

function tunableRow(name: OptionName): OptionRow {
  const source = optionTable[name]
  const key = name.replace(/Ms$/, '')
  const base = row(key, tunableType(name), source.help, tunableInitial(name))
  return { ...base, section: 'protocol', tunable: name }
}

function tunableType(name: OptionName): OptionKind {
  const source = optionTable[name]
  if (source.kind === 'flag') return { kind: 'flag', initial: source.initial }
  const kind = source.unit === 'ms' ? 'duration' : 'number'
  return { kind, min: source.min, max: source.max }
}

function tunableInitial(name: OptionName): string {
  const source = optionTable[name]
  if (source.kind === 'flag') return source.initial ? 'on' : 'off'
  const show = (value: number) => (source.unit === 'ms' ? durationText(value) : String(value))
  const { lan, wan, local } = source
  if (lan === wan && lan === local) return show(lan)
  return `lan ${show(lan)}, wan ${show(wan)}, local ${show(local)}`
}

function row(
  key: string,
  type: OptionKind,
  help: string,
  initial: string,
  flagName = kebab(key),
): OptionRow {
  const env = `HEARSAY_${kebab(key).replaceAll('-', '_').toUpperCase()}`
  const flag = `--${flagName}`
  return { key, flag, env, type, section: 'identity', help, initial, tunable: undefined }
}

function kebab(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
