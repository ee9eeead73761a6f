// `hearsay kv get KEY`: what a key holds, byte for byte in a pipe or a file. On a terminal,
// which these bytes could take over, text is shown harmless and anything else not at all.

import type { AgentClient, Question } from '../client.ts'
import type { RunCommand } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import type { SharedKeyJson } from '../http/shared-shapes.ts'
import type { StateKeyJson } from '../http/state-shapes.ts'
import { answerMs, syncQuery } from '../kv/acks.ts'
import { askIn, type KvPlace, placeOf } from '../kv/place.ts'
import type { Printer } from '../terminal/printer.ts'
import { plural, visible } from '../terminal/text.ts'

/** Prints a value; exit 6 if there is no such key. */
export const kvGet: RunCommand = async (context) => {
  const { print, arguments: args } = context
  const place = placeOf(context)
  const question = { key: args[0] ?? '', query: syncQuery(context), timeoutMs: answerMs(context) }
  const found = await askIn(place, keyFrom(context.agent(), place, question))
  print.answer({ kind: found.kind, body: found, text: () => printValue(found, print) })
  return exits.done
}

async function keyFrom(
  client: AgentClient,
  place: KvPlace,
  question: Question<'sharedKey'> & { readonly key: string },
): Promise<StateKeyJson | SharedKeyJson> {
  switch (place.kind) {
    case 'map':
      return await client.ask('sharedKey', { param: place.map, ...question })
    case 'own':
      return await client.ask('ownKey', { key: question.key })
    case 'node':
      return await client.ask('nodeKey', { param: place.node, ...question })
    case 'nodes':
      throw new CommandError(exits.usage, 'a key of one member: --own or --node NAME')
  }
}

type Value = Pick<StateKeyJson, 'text' | 'valueBase64' | 'sizeBytes'>

function printValue({ text, valueBase64, sizeBytes }: Value, print: Printer): void {
  if (!print.isWatched) return print.bytes(Buffer.from(valueBase64, 'base64'))
  if (text !== null) {
    for (const line of text.replace(/\n$/, '').split('\n')) print.line(visible(line, sizeBytes))
    return
  }
  const hint = 'write it to a file: add > FILE'
  throw new CommandError(exits.failed, `${plural(sizeBytes, 'byte')} that are no text`, hint)
}
