// `hearsay kv ls [PREFIX]`: keys as a table, with the beginning of what they hold.

import type { AgentClient } from '../client.ts'
import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { LIST_MAX, type StateKeyListJson } from '../http/state-shapes.ts'
import { placeOf } from '../kv/place.ts'
import { keysTable } from '../terminal/keys-table.ts'
import { plural, visible } from '../terminal/text.ts'

/** Lists keys. */
export const kvLs: RunCommand = async (context) => {
  const { print } = context
  const list = await listFrom(context.agent(), context)
  const { keys, more, at } = list
  print.answer({
    kind: list.kind,
    body: list,
    items: { kind: 'ListedStateKey', rows: keys },
    names: keys.map(({ key }) => key),
    text: () => {
      print.table(keysTable(keys, at))
      const rest = more === 0 ? '' : `, and ${more} more; narrow them by a prefix, or --limit`
      print.talk(print.paintTalk('dim', `${plural(keys.length, 'key')}${rest}`))
    },
  })
  return exits.done
}

async function listFrom(client: AgentClient, context: CommandContext): Promise<StateKeyListJson> {
  const place = placeOf(context)
  const limit = limitOf(textFlag(context.flags, 'limit'))
  const query = { prefix: context.arguments[0] ?? '', ...(limit === undefined ? {} : { limit }) }
  switch (place.kind) {
    case 'own':
      return await client.ask('ownKeys', { query })
    case 'node':
      return await client.ask('nodeKeys', { param: place.node, query })
    case 'nodes':
      return await client.ask('stateKeys', { query })
  }
}

function limitOf(text: string | undefined): string | undefined {
  if (text === undefined || (/^[1-9]\d{0,5}$/.test(text) && Number(text) <= LIST_MAX)) return text
  const message = `--limit: a number from 1 to ${LIST_MAX} expected, got ${visible(text)}`
  throw new CommandError(exits.usage, message)
}
