// Durations and times for people: the forms taken on the command line and in configuration
// files (`500ms`, `5s`, `2m`), and the short forms shown in tables.

const UNITS = new Map<string, number>([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
  ['d', 86_400_000],
])
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/gy

/** Milliseconds of `500ms`, `1.5s`, `2m`, `1h30m`, or `0`; undefined if it is none of these. */
export function durationMs(text: string): number | undefined {
  if (text === '0') return 0
  let total = 0
  let at = 0
  PART.lastIndex = 0
  while (at < text.length) {
    const match = PART.exec(text)
    if (match === null) return undefined
    total += Number(match[1]) * (UNITS.get(match[2] ?? '') ?? 0)
    at = PART.lastIndex
  }
  return text.length > 0 && Number.isFinite(total) ? Math.round(total) : undefined
}

/** The shortest exact form that `durationMs` reads back: `500ms`, `30s`, `2m`. */
export function durationText(ms: number): string {
  if (ms === 0) return '0'
  if (ms % 86_400_000 === 0) return `${ms / 86_400_000}d`
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000}h`
  if (ms % 60_000 === 0) return `${ms / 60_000}m`
  if (ms % 1000 === 0) return `${ms / 1000}s`
  return `${ms}ms`
}

/** How long ago, in at most two units: `120ms`, `3.1s`, `42s`, `9m`, `2h5m`, `3d4h`. */
export function ageText(ms: number): string {
  const age = Math.max(0, ms)
  if (age < 1000) return `${Math.round(age)}ms`
  if (age < 9950) return `${(age / 1000).toFixed(1)}s`
  const seconds = Math.round(age / 1000)
  if (seconds < 60) return `${seconds}s`
  const minutes = Math.floor(seconds / 60)
  if (minutes < 60) return `${minutes}m`
  const hours = Math.floor(minutes / 60)
  if (hours < 24) return twoUnits(hours, 'h', minutes % 60, 'm')
  return twoUnits(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

function twoUnits(big: number, bigUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit}${small}${smallUnit}`
}

/** A measured time: `0.4ms`, `12ms`, `1.24s`. */
export function measuredText(ms: number): string {
  if (ms < 10) return `${ms.toFixed(1)}ms`
  if (ms < 1000) return `${Math.round(ms)}ms`
  return `${(ms / 1000).toFixed(2)}s`
}

/** RFC 3339 in UTC with milliseconds. */
export function timestamp(unixMs: number): string {
  return new Date(unixMs).toISOString()
}

/** `14:02:05.113` in the local time zone. */
export function clockText(unixMs: number): string {
  const at = new Date(unixMs)
  const two = (value: number) => String(value).padStart(2, '0')
  const ms = String(at.getMilliseconds()).padStart(3, '0')
  return `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}.${ms}`
}

/** Unix milliseconds of an RFC 3339 text; NaN if it is none. */
export function parseTimestamp(text: string): number {
  return Date.parse(text)
}
