// `hearsay kv` alone: says what stands under it.

import type { RunCommand } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { listed } from '../terminal/text.ts'

/** Always a mistake of usage: what to do with the keys is missing. */
export const kv: RunCommand = async ({ commands }) => {
  const words = commands.flatMap(({ name }) => (name.startsWith('kv ') ? [name.slice(3)] : []))
  const message = `hearsay kv is followed by ${listed(words)}`
  throw new CommandError(exits.usage, message, 'for example: hearsay kv ls --nodes')
}
