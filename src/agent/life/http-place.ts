// Where the agent's HTTP API listens and with which token, from the options; refuses what
// would be open to strangers by mistake.

import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { CommandError, exits } from '../contract.ts'
import { isLoopback } from '../http/loopback.ts'
import { readSecretFile, writeSecretFile } from '../settings/secret-file.ts'
import { isOn, listOf, type Settings, textOf } from '../settings/settings.ts'

export interface HttpPlace {
  readonly host: string
  readonly port: number
  readonly fallForward: boolean
  readonly hostNames: readonly string[]
}

const PORT = 7980

/** The place, or undefined for `off`. Throws exit 2 for one that makes no sense or no safety. */
export function httpPlaceOf({ byKey }: Settings): HttpPlace | undefined {
  const given = textOf(byKey, 'http')
  if (given === 'off') return undefined
  const { host, port } = parseHttp(given)
  if (!isLoopback(host) && !isOn(byKey, 'insecureHttp')) {
    throw new CommandError(
      exits.usage,
      `--http ${host} can be reached from other machines, and its token would cross the net unencrypted`,
      'put a TLS proxy in front of 127.0.0.1, or add --insecure-http if the network is yours alone',
    )
  }
  return {
    // The literal address: what `localhost` means is decided elsewhere.
    host: host === 'localhost' ? '127.0.0.1' : host,
    port: port ?? PORT,
    fallForward: port === undefined,
    hostNames: listOf(byKey, 'httpNames') ?? [],
  }
}

function parseHttp(text: string | undefined): { host: string; port: number | undefined } {
  if (text === undefined) return { host: '127.0.0.1', port: undefined }
  const bracketed = /^\[([0-9a-fA-F:.]+)\](?::(\d{1,5}))?$/.exec(text)
  const plain = /^([A-Za-z0-9._-]*)(?::(\d{1,5}))?$/.exec(
    /^\d{1,5}$/.test(text) ? `:${text}` : text,
  )
  const match = bracketed ?? plain
  const port = match?.[2] === undefined ? undefined : Number(match[2])
  if (match === null || (port !== undefined && port > 65_535)) {
    throw new CommandError(exits.usage, `--http: address:port expected, got ${text}`)
  }
  return { host: match[1] === '' || match[1] === undefined ? '127.0.0.1' : match[1], port }
}

/** The API token: of the configured file, made there if missing, else a fresh one. */
export function httpTokenOf({ byKey }: Settings, platform: NodeJS.Platform): string {
  const file = textOf(byKey, 'httpTokenFile')
  const fresh = randomBytes(32).toString('base64url')
  if (file === undefined) return fresh
  if (!existsSync(file)) {
    writeSecretFile(file, `${fresh}\n`)
    return fresh
  }
  const token = readSecretFile(file, platform).trim()
  if (/^[A-Za-z0-9_-]{16,256}$/.test(token)) return token
  throw new CommandError(
    exits.usage,
    `${file} holds no token: 16 to 256 of A–Z a–z 0–9 _ - expected`,
    'remove the file; the agent makes a good one',
  )
}
