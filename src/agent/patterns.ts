// Filters of the command line that are regular expressions: anchored at both ends, typed by
// the operator of this terminal, never by another member.

import { CommandError, exits, reasonOf } from './contract.ts'

const LENGTH_MAX = 512

/** `^(?:text)$` as a regular expression. Throws exit 2 with what is wrong with it. */
export function anchoredPattern(text: string, flag: string): RegExp {
  return compile(`^(?:${text})$`, text, flag)
}

/** `text` as a regular expression that may match anywhere. Throws exit 2. */
export function loosePattern(text: string, flag: string): RegExp {
  return compile(text, text, flag)
}

function compile(source: string, text: string, flag: string): RegExp {
  if (text.length > LENGTH_MAX) {
    throw new CommandError(exits.usage, `${flag}: at most ${LENGTH_MAX} characters`)
  }
  try {
    return new RegExp(source, 'u')
  } catch (error) {
    throw new CommandError(exits.usage, `${flag}: ${reasonOf(error)}`, `${flag} 'api-.*'`)
  }
}
