// Brings our decoded values and the golden ones to one form: our property names, bytes as hex,
// nil as '', big integers as decimal text.

const RENAMED: Readonly<Record<string, string>> = {
  LTime: 'ltime',
  EventLTime: 'eventLtime',
  QueryLTime: 'queryLtime',
  StatusLTimes: 'statusLtimes',
  ID: 'id',
  CC: 'coalesce',
}

/** Golden `decoded` with our names. Maps of data (StatusLTimes, Tags) keep their keys. */
export function ours(value: unknown): unknown {
  if (value === null) return ''
  if (Array.isArray(value)) return value.map(ours)
  if (typeof value !== 'object') return typeof value === 'number' ? String(value) : value
  return Object.fromEntries(Object.entries(value).map(([key, field]) => renamed(key, field)))
}

function renamed(key: string, field: unknown): [string, unknown] {
  const name = RENAMED[key] ?? key.charAt(0).toLowerCase() + key.slice(1)
  const isData = key === 'StatusLTimes' || key === 'Tags'
  return [name, isData ? text(field) : ours(field)]
}

/** A value of ours in the same form; `kind`, which golden data has not, is left out. */
export function text(value: unknown): unknown {
  if (value === null || value === undefined) return ''
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex')
  if (value instanceof Map) return text(Object.fromEntries(value))
  if (Array.isArray(value)) return value.map(text)
  if (typeof value === 'bigint' || typeof value === 'number') return String(value)
  if (typeof value !== 'object') return value
  const fields = Object.entries(value).filter(([key]) => key !== 'kind')
  return Object.fromEntries(fields.map(([key, field]) => [key, text(field)]))
}
