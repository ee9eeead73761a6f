// `hearsay kv ls [PREFIX]`: keys as a table, with the beginning of what they hold.

import type { AgentClient, Question } from '../client.ts'
import { type RunCommand, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { LIST_MAX } from '../http/state-shapes.ts'
import { answerMs, syncQuery } from '../kv/acks.ts'
import { type KvPlace, placeOf } from '../kv/place.ts'
import { ownKeysTable, sharedKeysTable } from '../terminal/keys-table.ts'
import type { Printer } from '../terminal/printer.ts'
import type { Table } from '../terminal/table.ts'
import { plural, visible } from '../terminal/text.ts'

/** Lists keys. */
export const kvLs: RunCommand = async (context) => {
  const place = placeOf(context)
  const limit = limitOf(textFlag(context.flags, 'limit'))
  const query = {
    prefix: context.arguments[0] ?? '',
    ...(limit === undefined ? {} : { limit }),
    ...syncQuery(context),
  }
  const question = { query, timeoutMs: answerMs(context) }
  const client = context.agent()
  if (place.kind === 'map') {
    const list = await client.ask('sharedKeys', { param: place.map, ...question })
    printList(list, sharedKeysTable(list.keys, list.at), context.print)
  } else {
    const list = await ownKeysFrom(client, place, question)
    printList(list, ownKeysTable(list.keys, list.at), context.print)
  }
  return exits.done
}

interface List {
  readonly kind: string
  readonly keys: readonly { readonly key: string }[]
  readonly more: number
}

function printList(list: List, table: Table, print: Printer): void {
  const { kind, keys, more } = list
  print.answer({
    kind,
    body: list,
    items: { kind: kind.replace('List', ''), rows: keys },
    names: keys.map(({ key }) => key),
    text: () => {
      print.table(table)
      const rest = more === 0 ? '' : `, and ${more} more; narrow them by a prefix, or --limit`
      print.talk(print.paintTalk('dim', `${plural(keys.length, 'key')}${rest}`))
    },
  })
}

async function ownKeysFrom(
  client: AgentClient,
  place: Exclude<KvPlace, { kind: 'map' }>,
  question: Question<'ownKeys'>,
) {
  switch (place.kind) {
    case 'own':
      return await client.ask('ownKeys', question)
    case 'node':
      return await client.ask('nodeKeys', { param: place.node, ...question })
    case 'nodes':
      return await client.ask('stateKeys', question)
  }
}

function limitOf(text: string | undefined): string | undefined {
  if (text === undefined || (/^[1-9]\d{0,5}$/.test(text) && Number(text) <= LIST_MAX)) return text
  const message = `--limit: a number from 1 to ${LIST_MAX} expected, got ${visible(text)}`
  throw new CommandError(exits.usage, message)
}
