// `hearsay monitor`: everything that happens, as it happens. Lines for people on a terminal,
// one JSON object a line in a pipe.

import { type RunCommand, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { countOf, endOfStream, paced } from '../follow.ts'
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
  let came = 0
  const client = context.agent()
  const until = context.untilTimeout()
  const stream = await client.events(kinds, until)
  print.talk(print.paintTalk('dim', `following ${client.place.url}; Ctrl-C ends`))
  for await (const item of paced(context, stream, until)) {
    const line = asLines ? eventLine(item, print.paint) : jsonText(item)
    if (pattern !== undefined && !pattern.test(line)) continue
    print.line(line)
    came += 1
    if (came === wanted) return exits.done
  }
  return endOfStream(context, { until, wanted, came })
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
