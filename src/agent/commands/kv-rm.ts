// `hearsay kv rm KEY`: deletes a key, after asking.

import type { RunCommand } from '../command.ts'
import { exits } from '../contract.ts'
import { acksQuery, ackText, answerMs, exitOfAcks } from '../kv/acks.ts'
import { askKey } from '../kv/key.ts'
import { writtenPlaceOf } from '../kv/place.ts'
import { plural, visible } from '../terminal/text.ts'

/** Deletes a key; exit 6 if there is none. */
export const kvRm: RunCommand = async (context) => {
  const { print, flags, arguments: args } = context
  const place = writtenPlaceOf(context)
  const key = args[0] ?? ''
  const shown = visible(key)
  const client = context.agent()
  const { sizeBytes } = await askKey(client, place, { key })
  const what = `${shown}, which holds ${plural(sizeBytes, 'byte')}`
  if (flags.dryRun === true) {
    const line = `would delete ${what}`
    print.answer({ kind: 'DryRun', body: { key }, names: [key], text: () => print.line(line) })
    return exits.done
  }
  if (!(await context.confirm(`Delete ${what}?`))) {
    print.talk('nothing done')
    return exits.failed
  }
  const question = { key, query: acksQuery(context), timeoutMs: answerMs(context) }
  const done =
    place.kind === 'own'
      ? await client.ask('deleteOwnKey', question)
      : await client.ask('deleteSharedKey', { param: place.map, ...question })
  const text = () => print.talk(`deleted ${shown}${ackText(done)}`)
  print.answer({ kind: done.kind, body: done, names: [key], text })
  return exitOfAcks(done)
}
