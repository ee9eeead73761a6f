// The agent's log: pino, with lines for people on a terminal and JSON in a pipe. Every field
// may hold text of other members, so nothing in it can forge a line or move a cursor.

import { pino } from 'pino'
import type { Logger } from '../host/api.ts'
import type { LogSink } from './contract.ts'
import type { Paint, Shade } from './terminal/style.ts'
import { jsonText, visible } from './terminal/text.ts'
import { clockText } from './terminal/time.ts'

export interface AgentLog extends Logger {
  readonly setLevel: (level: string) => void
  readonly flush: () => Promise<void>
}

export interface LogOptions {
  readonly level: string
  readonly format: 'text' | 'json'
  readonly sink: LogSink
  readonly paint: Paint
}

/** Makes the log. */
export function createLog({ level, format, sink, paint }: LogOptions): AgentLog {
  const stream = {
    write: (json: string) => sink.write(format === 'json' ? safeJson(json) : textLine(json, paint)),
  }
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.epochTime }, stream)
  return {
    trace: (fields, message) => logger.trace(fields, message),
    debug: (fields, message) => logger.debug(fields, message),
    info: (fields, message) => logger.info(fields, message),
    warn: (fields, message) => logger.warn(fields, message),
    error: (fields, message) => logger.error(fields, message),
    setLevel: (next) => {
      logger.level = next
    },
    flush: sink.flush,
  }
}

/** The same log without lines about one member's comings and goings. */
export function withoutMembers(log: Logger): Logger {
  const isAboutMember = (fields: object) => 'member' in fields && !('holder' in fields)
  const unless =
    (write: Logger['info']): Logger['info'] =>
    (fields, message) => {
      if (!isAboutMember(fields)) write(fields, message)
    }
  return {
    trace: log.trace,
    debug: unless(log.debug),
    info: unless(log.info),
    warn: unless(log.warn),
    error: log.error,
  }
}

const SHADES = new Map<string, Shade>([
  ['warn', 'yellow'],
  ['error', 'red'],
  ['fatal', 'red'],
])

function textLine(json: string, paint: Paint): string {
  const { level, time, msg, ...fields } = parseFields(json)
  const word = pino.levels.labels[Number(level)] ?? 'info'
  const shade = SHADES.get(word) ?? 'dim'
  const rest = Object.entries(fields).map(([key, value]) => `${visible(key)}=${fieldText(value)}`)
  const tail = rest.length === 0 ? '' : `  ${paint('dim', rest.join(' '))}`
  const clock = paint('dim', clockText(Number(time)))
  return `${clock}  ${paint(shade, word.padEnd(7))}  ${visible(String(msg ?? ''), 1000)}${tail}\n`
}

function safeJson(json: string): string {
  return `${jsonText(parseFields(json))}\n`
}

function parseFields(json: string): Readonly<Record<string, unknown>> {
  const parsed: unknown = JSON.parse(json)
  return typeof parsed === 'object' && parsed !== null
    ? Object.fromEntries(Object.entries(parsed))
    : {}
}

function fieldText(value: unknown): string {
  if (typeof value !== 'string') return visible(JSON.stringify(value) ?? '')
  return /^[^\s="]+$/.test(value) ? visible(value) : visible(JSON.stringify(value))
}
