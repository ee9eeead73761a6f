// The effective options as rows for `info`, `--check-config` and the HTTP API: value, default
// and where it came from. Keys are not options of this table and cannot appear.

import type { InfoJson } from '../http/shapes.ts'
import { type OptionRow, optionRows } from '../settings/rows.ts'
import type { Settings } from '../settings/settings.ts'
import type { OptionValue } from '../settings/values.ts'
import { durationText } from '../terminal/time.ts'

type ConfigRow = InfoJson['config'][number]

/**
 * One row an option, in the order of the documentation. What was not given has the value that
 * `inForce` knows (by a node's own names), or else the words for its default.
 */
export function configRowsOf(
  settings: Settings,
  inForce: Readonly<Record<string, unknown>> = {},
): ConfigRow[] {
  return optionRows.map((row) => {
    const setting = settings.byKey.get(row.key)
    const { key, initial } = row
    if (setting === undefined) {
      const value = inForce[row.tunable ?? key]
      const shown = saysSomething(value) ? shownValue(row, value) : initial
      return { key, value: shown, initial, origin: 'default' }
    }
    return { key, value: shownValue(row, setting.value), initial, origin: setting.origin }
  })
}

/** An empty text, list or object is better told in the words for the default: `none`. */
function saysSomething(value: unknown): value is OptionValue {
  if (typeof value === 'number' || typeof value === 'boolean') return true
  if (typeof value === 'string') return value !== ''
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0
}

function shownValue(row: OptionRow, value: OptionValue): ConfigRow['value'] {
  if (row.type.kind === 'duration' && typeof value === 'number') return durationText(value)
  if (Array.isArray(value)) return value.map(String)
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value))
  return value
}
