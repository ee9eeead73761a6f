// `hearsay kv set KEY VALUE`: from the command line, a file or standard input, within bounds
// and byte for byte.

import { isUtf8 } from 'node:buffer'
import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import { CommandError, codeOf, type Exit, exits } from '../contract.ts'
import { TTL_MS_MAX, VALUE_BYTES_MAX } from '../http/state-shapes.ts'
import { acksQuery, ackText, answerMs, exitOfAcks } from '../kv/acks.ts'
import { type KvPlace, writtenPlaceOf } from '../kv/place.ts'
import { readSmallBytes } from '../settings/bounded-file.ts'
import { pasted, plural, visible } from '../terminal/text.ts'
import { durationMs } from '../terminal/time.ts'

/** Sets a key. */
export const kvSet: RunCommand = async (context) => {
  const { print, flags, arguments: args } = context
  const place = writtenPlaceOf(context)
  const key = args[0] ?? ''
  const shown = visible(key)
  const ttlMs = ttlOf(context)
  if (flags.lease === true && place.kind === 'own') {
    const help = `leave out one of them: hearsay kv set --lease ${pasted(key)} VALUE`
    throw new CommandError(exits.usage, '--lease is for keys of shared maps, not with --own', help)
  }
  const value = await givenValue(context)
  checkType(value, textFlag(flags, 'as'))
  if (flags.dryRun === true) {
    const line = `would set ${shown} to ${plural(value.length, 'byte')}`
    const body = { key, sizeBytes: value.length }
    print.answer({ kind: 'DryRun', body, names: [key], text: () => print.line(line) })
    return exits.done
  }
  const ttl = ttlMs === undefined ? {} : { ttlMs: String(ttlMs) }
  const lease = flags.lease === true ? { lease: 'true' } : {}
  return await write(context, place, { key, value, life: { ...ttl, ...lease } })
}

interface Write {
  readonly key: string
  readonly value: Uint8Array
  readonly life: { readonly ttlMs?: string; readonly lease?: string }
}

async function write(
  context: CommandContext,
  place: Extract<KvPlace, { kind: 'map' | 'own' }>,
  { key, value: body, life }: Write,
): Promise<Exit> {
  const { print } = context
  const query = { ...life, ...acksQuery(context) }
  const question = { key, query, body, timeoutMs: answerMs(context) }
  const client = context.agent()
  const done =
    place.kind === 'own'
      ? await client.ask('setOwnKey', question)
      : await client.ask('setSharedKey', { param: place.map, ...question })
  const text = () => print.talk(`set ${visible(key)}${ackText(done)}`)
  print.answer({ kind: done.kind, body: done, names: [key], text })
  return exitOfAcks(done)
}

function ttlOf({ flags }: CommandContext): number | undefined {
  const text = textFlag(flags, 'ttl')
  if (text === undefined) return undefined
  const ttlMs = durationMs(text)
  if (ttlMs !== undefined && ttlMs > 0 && ttlMs <= TTL_MS_MAX) return ttlMs
  const message = `--ttl: a duration such as 30s or 2h, up to a year, expected, got ${visible(text)}`
  throw new CommandError(exits.usage, message)
}

async function givenValue(context: CommandContext): Promise<Uint8Array> {
  const { flags, io, signal } = context
  const given = context.arguments[1]
  const file = textFlag(flags, 'file')
  if ((given === undefined) === (file === undefined)) {
    const example = 'for example: hearsay kv set limit 100'
    throw new CommandError(exits.usage, 'a value, - or --file expected, one of them', example)
  }
  if (file !== undefined && file !== '-') return checkSize(bytesOfFile(file))
  if (given !== undefined && given !== '-') return checkSize(bytesOfWord(given))
  return checkSize(await io.readInput({ bytesMax: VALUE_BYTES_MAX, signal }))
}

/** A word that is no UTF-8 reaches us with other characters in it, and none of the bytes. */
function bytesOfWord(word: string): Uint8Array {
  if (!word.includes('\ufffd')) return Buffer.from(word, 'utf8')
  const message = 'the value has characters that a command line cannot carry'
  throw new CommandError(exits.usage, message, 'give its bytes by --file, or by - from a pipe')
}

function bytesOfFile(file: string): Uint8Array | undefined {
  try {
    return readSmallBytes(file, VALUE_BYTES_MAX)
  } catch (error) {
    const code = codeOf(error)
    const reason = REASON_BY_CODE.get(code) ?? code
    const message = `--file: ${visible(file, 200)} cannot be read: ${reason}`
    throw new CommandError(
      exits.failed,
      message,
      'give the path of a file of at most 64 KiB',
      error,
    )
  }
}

const REASON_BY_CODE = new Map([
  ['ENOENT', 'there is no such file'],
  ['EISDIR', 'it is a folder'],
  ['EACCES', 'this user may not read it'],
  ['EPERM', 'this user may not read it'],
])

function checkSize(value: Uint8Array | undefined): Uint8Array {
  if (value !== undefined && value.length <= VALUE_BYTES_MAX) return value
  const message = `a value may have ${VALUE_BYTES_MAX} bytes`
  throw new CommandError(exits.failed, message, 'keep the data elsewhere and its address here')
}

const JSON_HINT = `a text in JSON has quotes, such as '"on"'; for plain text leave out --as json`

function checkType(value: Uint8Array, type: string | undefined): void {
  if (type === undefined || type === 'bytes') return
  if (!isUtf8(value))
    throw new CommandError(exits.usage, 'the value is no UTF-8 text', 'bytes need no --as')
  if (type === 'text') return
  try {
    JSON.parse(Buffer.from(value).toString('utf8'))
  } catch (error) {
    const reason = error instanceof Error ? visible(error.message, 200) : ''
    throw new CommandError(exits.usage, `the value is no JSON: ${reason}`, JSON_HINT, error)
  }
}
