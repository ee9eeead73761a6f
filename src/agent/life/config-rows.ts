// The effective options as rows for `info`, `--check-config` and the HTTP API: value, default
// and where it came from. Keys are not options of this table and cannot appear.

import type { InfoJson } from '../http/shapes.ts'
import { type OptionRow, optionRows } from '../settings/rows.ts'
import type { Settings } from '../settings/settings.ts'
import type { OptionValue } from '../settings/values.ts'
import { durationText } from '../terminal/time.ts'

type ConfigRow = InfoJson['config'][number]

/** One row an option, in the order of the documentation. */
export function configRowsOf(settings: Settings): ConfigRow[] {
  return optionRows.map((row) => {
    const setting = settings.byKey.get(row.key)
    const { key, initial } = row
    if (setting === undefined) return { key, value: initial, initial, origin: 'default' }
    return { key, value: shownValue(row, setting.value), initial, origin: setting.origin }
  })
}

function shownValue(row: OptionRow, value: OptionValue): ConfigRow['value'] {
  if (row.type.kind === 'duration' && typeof value === 'number') return durationText(value)
  if (Array.isArray(value)) return value.map(String)
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value))
  return value
}
