// `hearsay kv watch [PREFIX]`: changes of keys as they come. Lines for people on a terminal,
// one JSON object a line in a pipe.

import type { AgentClient } from '../client.ts'
import type { CommandContext, RunCommand } from '../command.ts'
import { type Exit, exits } from '../contract.ts'
import { countOf, endOfStream, paced } from '../follow.ts'
import type { StreamItem } from '../http/shapes.ts'
import { placeOf } from '../kv/place.ts'
import { changeLine } from '../terminal/change-line.ts'
import { jsonText } from '../terminal/text.ts'

/** Follows changes until interrupted, `--count` items came or `--timeout` is over. */
export const kvWatch: RunCommand = async (context): Promise<Exit> => {
  const { print } = context
  const wanted = countOf(context)
  const asLines = !print.isJson && print.isWatched
  const client = context.agent()
  const until = context.untilTimeout()
  const items = await changesFrom(client, context, until)
  print.talk(print.paintTalk('dim', `following ${client.place.url}; Ctrl-C ends`))
  let came = 0
  for await (const item of paced(context, items, until)) {
    print.line(asLines ? changeLine(item, print.paint) : jsonText(item))
    came += 1
    if (came === wanted) return exits.done
  }
  return endOfStream(context, { until, wanted, came })
}

async function changesFrom(
  client: AgentClient,
  context: CommandContext,
  until: AbortSignal | undefined,
): Promise<AsyncIterable<StreamItem>> {
  const place = placeOf(context)
  const prefix = context.arguments[0]
  const query = {
    ...(prefix === undefined ? {} : { prefix }),
    ...(context.flags.initial === true ? { initial: 'true' } : {}),
  }
  if (place.kind === 'map') {
    return await client.follow('watchState', { ...query, map: place.map }, until)
  }
  if (place.kind === 'nodes') return await client.follow('watchState', query, until)
  const node = place.kind === 'node' ? place.node : (await client.ask('health')).name
  return await client.follow('watchState', { ...query, node }, until)
}
