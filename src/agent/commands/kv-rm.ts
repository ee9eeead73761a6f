// `hearsay kv rm KEY`: deletes a key, after asking.

import type { RunCommand } from '../command.ts'
import { exits } from '../contract.ts'
import { checkOwn } from '../kv/place.ts'
import { plural, visible } from '../terminal/text.ts'

/** Deletes a key; exit 6 if there is none. */
export const kvRm: RunCommand = async (context) => {
  const { print, flags, arguments: args } = context
  checkOwn(context)
  const key = args[0] ?? ''
  const shown = visible(key)
  const client = context.agent()
  const { sizeBytes } = await client.ask('ownKey', { key })
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
  const done = await client.ask('deleteOwnKey', { key })
  const text = () => print.talk(`deleted ${shown}`)
  print.answer({ kind: done.kind, body: done, names: [key], text })
  return exits.done
}
