// `hearsay monitor`: everything that happens, as it happens. Lines for people on a terminal,
// one JSON object a line in a pipe.

import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { loosePattern } from '../patterns.ts'
import { nearest } from '../settings/suggest.ts'
import { eventLine } from '../terminal/event-line.ts'
import { jsonText, visible } from '../terminal/text.ts'

const KINDS = [
  'member-join',
  'member-update',
  'member-suspect',
  'member-failed',
  'member-leave',
  'member-forget',
  'user',
  'gap',
]

/** Follows the agent's stream until interrupted, or until `--count` items came. */
export const monitor: RunCommand = async (context) => {
  const { print, flags } = context
  const kinds = kindsOf(textFlag(flags, 'types'))
  const grep = textFlag(flags, 'grep')
  const pattern = grep === undefined ? undefined : loosePattern(grep, '--grep')
  const asLines = !print.isJson && print.isWatched
  let left = countOf(context)
  const client = context.agent()
  print.talk(print.paintTalk('dim', `following ${client.place.url}; Ctrl-C ends`))
  for await (const item of await client.events(kinds)) {
    const line = asLines ? eventLine(item, print.paint) : jsonText(item)
    if (pattern !== undefined && !pattern.test(line)) continue
    print.line(line)
    left -= 1
    if (left === 0) return exits.done
  }
  context.signal.throwIfAborted()
  throw new CommandError(exits.noAgent, 'the agent has gone', 'hearsay agent starts one')
}

function kindsOf(text: string | undefined): readonly string[] {
  const kinds = text === undefined ? [] : text.split(',')
  for (const kind of kinds) {
    if (KINDS.includes(kind)) continue
    const near = nearest(kind, KINDS)
    const help =
      near === undefined ? `one of ${KINDS.join(', ')} expected` : `did you mean ${near}?`
    throw new CommandError(exits.usage, `--types: no kind is called ${visible(kind)}; ${help}`)
  }
  return kinds
}

function countOf({ flags }: CommandContext): number {
  const text = textFlag(flags, 'count')
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new CommandError(exits.usage, `--count: a number from 1 expected, got ${visible(text)}`)
}
