// The flags of `hearsay agent`, made from the option rows.

import type { FlagRow } from '../command.ts'
import { type OptionRow, optionRows } from './rows.ts'

const GROUPS = {
  identity: 'Member:',
  agent: 'Agent:',
  protocol: 'Protocol (see docs/configuration.md):',
} as const

/** One or two flags an option, in the order of the documentation. */
export function agentFlags(): readonly FlagRow[] {
  return optionRows.flatMap((row): readonly FlagRow[] => {
    const { type, flag, section } = row
    const group = GROUPS[section]
    if (type.kind !== 'flag') {
      const repeats = type.kind === 'list' || type.kind === 'pairs'
      const help = `${row.help} Default: ${row.initial}.`
      const values = type.kind === 'choice' ? { values: type.choices } : {}
      return [{ flags: `${flag} ${placeholder(row)}`, help, repeats, group, ...values }]
    }
    // Both ways, so that a flag can overrule a variable or the file; help shows the useful one.
    const no = flag.replace('--', '--no-')
    return [
      { flags: flag, help: row.help, group, hidden: type.initial },
      { flags: no, help: `Switch off: ${row.help}`, group, hidden: !type.initial },
    ]
  })
}

function placeholder({ type, key }: OptionRow): string {
  switch (type.kind) {
    case 'choice':
      return '<name>'
    case 'pairs':
      return '<key=value>'
    case 'duration':
      return '<duration>'
    case 'number':
      return '<n>'
    default:
      return key.endsWith('File') ? '<file>' : '<value>'
  }
}
