// Which words a command takes. A mistyped one must not run something else for minutes: it ends the
// process with status 2 and the usage, `--help` with status 0.

import { type ParseArgsConfig, parseArgs } from 'node:util'

/** What follows `--name`, or stands behind its `=`; undefined if it is not there. */
export function wordAfter(argv: readonly string[], name: string): string | undefined {
  const at = argv.findIndex((one) => one === `--${name}` || one.startsWith(`--${name}=`))
  const found = argv[at]
  return found === `--${name}` ? argv[at + 1] : found?.slice(`--${name}=`.length)
}

/** The whole number that a text is, if it is one from `least` up. */
export function wholeOf(text: string, least: number): number | undefined {
  const value = Number(text)
  return text.trim() !== '' && Number.isSafeInteger(value) && value >= least ? value : undefined
}

/** Ends the process unless every word of the command line is one of these; `--help` says `what` it does. */
export function expectWords(
  usage: string,
  options: ParseArgsConfig['options'],
  what?: string,
): void {
  try {
    const help = { type: 'boolean', short: 'h' } as const
    const { values } = parseArgs({ options: { ...options, help } })
    if (values.help !== true) return
    console.log(`usage: ${usage}`)
    if (what !== undefined) console.log(what)
    process.exit(0)
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\nusage: ${usage}`)
    process.exit(2)
  }
}
