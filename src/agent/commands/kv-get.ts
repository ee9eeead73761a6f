// `hearsay kv get KEY`: what a key holds, byte for byte in a pipe or a file. On a terminal,
// which these bytes could take over, text is shown harmless and anything else not at all.

import type { RunCommand } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import type { StateKeyJson } from '../http/state-shapes.ts'
import { answerMs, syncQuery } from '../kv/acks.ts'
import { askKey } from '../kv/key.ts'
import { placeOf } from '../kv/place.ts'
import type { Printer } from '../terminal/printer.ts'
import { plural, visible } from '../terminal/text.ts'

/** Prints a value; exit 6 if there is no such key. */
export const kvGet: RunCommand = async (context) => {
  const { print, arguments: args } = context
  const place = placeOf(context)
  const question = { key: args[0] ?? '', query: syncQuery(context), timeoutMs: answerMs(context) }
  const found = await askKey(context.agent(), place, question)
  print.answer({ kind: found.kind, body: found, text: () => printValue(found, print) })
  return exits.done
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
