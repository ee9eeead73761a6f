// `hearsay completion SHELL`: completion scripts made from the catalog. Member names are
// asked from the agent while completing, where a command takes one.

import type { RunCommand } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { nearest } from '../settings/suggest.ts'
import { visible } from '../terminal/text.ts'

/** Prints the script for one shell. */
export const completion: RunCommand = async ({ print, arguments: args, commands }) => {
  const { completionScripts } = await import('../completion-scripts.ts')
  const shell = args[0] ?? ''
  const script = completionScripts.get(shell)
  if (script === undefined) {
    const known = [...completionScripts.keys()]
    const near = nearest(shell, known)
    const help = near === undefined ? '' : `; did you mean ${near}?`
    const message = `${known.join(', ')} expected, got ${visible(shell)}${help}`
    throw new CommandError(exits.usage, message, 'for example: hearsay completion bash')
  }
  print.line(script(commands).trimEnd())
  return exits.done
}
