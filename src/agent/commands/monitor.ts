// `hearsay monitor`: everything that happens, as it happens. Lines for people on a terminal,
// one JSON object a line in a pipe.

import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import { loosePattern } from '../patterns.ts'
import { nearest } from '../settings/suggest.ts'
import { eventLine } from '../terminal/event-line.ts'
import { jsonText, visible } from '../terminal/text.ts'
import { eventKinds } from '../words.ts'

/** Follows the agent's stream until interrupted, `--count` items came or `--timeout` is over. */
export const monitor: RunCommand = async (context) => {
  const { print, flags } = context
  const kinds = kindsOf(textFlag(flags, 'types'))
  const grep = textFlag(flags, 'grep')
  const pattern = grep === undefined ? undefined : loosePattern(grep, '--grep')
  const asLines = !print.isJson && print.isWatched
  const wanted = countOf(context)
  let left = wanted
  const client = context.agent()
  print.talk(print.paintTalk('dim', `following ${client.place.url}; Ctrl-C ends`))
  const until = context.untilTimeout()
  for await (const item of await client.events(kinds, until)) {
    const line = asLines ? eventLine(item, print.paint) : jsonText(item)
    if (pattern !== undefined && !pattern.test(line)) continue
    print.line(line)
    left -= 1
    if (left === 0) return exits.done
  }
  context.signal.throwIfAborted()
  if (until?.aborted === true) return timedOut(wanted, wanted - left)
  throw new CommandError(exits.noAgent, 'the agent has gone', 'hearsay agent starts one')
}

/** Without `--count` nothing was waited for, and the time is simply over. */
function timedOut(wanted: number, came: number): Exit {
  if (!Number.isFinite(wanted)) return exits.done
  throw new CommandError(exits.timedOut, `${came} of ${wanted} came before the --timeout`)
}

function kindsOf(text: string | undefined): readonly string[] {
  const kinds = text === undefined ? [] : text.split(',')
  for (const kind of kinds) {
    if (eventKinds.some((one) => one === kind)) continue
    const near = nearest(kind, eventKinds)
    const help =
      near === undefined ? `one of ${eventKinds.join(', ')} expected` : `did you mean ${near}?`
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
