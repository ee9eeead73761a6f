// Which words a command takes. A mistyped one must not run something else for minutes: it ends the
// process with status 2 and the usage, `--help` with status 0.

import { type ParseArgsConfig, parseArgs } from 'node:util'

/** Ends the process unless every word of the command line is one of these. */
export function expectWords(usage: string, options: ParseArgsConfig['options']): void {
  try {
    const help = { type: 'boolean', short: 'h' } as const
    const { values } = parseArgs({ options: { ...options, help } })
    if (values.help !== true) return
    console.log(`usage: ${usage}`)
    process.exit(0)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`)
    process.exit(2)
  }
}
