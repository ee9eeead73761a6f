// `hearsay kv add|remove SET ELEMENTS` and `hearsay kv members SET`: shared sets.

import type { CommandContext, RunCommand } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import { acksQuery, answerMs, exitOfAcks, syncQuery } from '../kv/acks.ts'
import { listed, plural, visible } from '../terminal/text.ts'

/** Adds elements to a set. */
export const kvAdd: RunCommand = async (context) => await change(context, 'addElement', 'added')

/** Removes elements from a set; exit 6 at the first that is not there. */
export const kvRemove: RunCommand = async (context) =>
  await change(context, 'removeElement', 'removed')

/** Prints the elements of a set, one a line. */
export const kvMembers: RunCommand = async (context) => {
  const { print, arguments: args } = context
  const question = { query: syncQuery(context), timeoutMs: answerMs(context) }
  const set = await context.agent().ask('elements', { param: args[0] ?? '', ...question })
  const names = set.elements
  print.answer({
    kind: set.kind,
    body: set,
    items: { kind: 'Element', rows: names.map((element) => ({ element })) },
    names,
    text: () => {
      for (const element of names) print.line(visible(element))
      const rest = set.more === 0 ? '' : `, and ${set.more} more`
      print.talk(print.paintTalk('dim', `${plural(names.length, 'element')}${rest}`))
    },
  })
  return exits.done
}

async function change(
  context: CommandContext,
  route: 'addElement' | 'removeElement',
  word: string,
): Promise<Exit> {
  const { print, arguments: args } = context
  const [param = '', ...elements] = args
  if (elements.includes('')) {
    // The agent would say so, too, but only once those before it are changed.
    throw new CommandError(exits.usage, 'an element is empty; it has at least one character')
  }
  const client = context.agent()
  const query = acksQuery(context)
  let done = { acked: 1, needed: 1 }
  for (const [at, key] of elements.entries()) {
    try {
      done = await client.ask(route, { param, key, query, timeoutMs: answerMs(context) })
    } catch (error) {
      // Those before it are changed, and those after it are not.
      if (at > 0) print.talk(`${word} ${shownOf(elements.slice(0, at))}`)
      throw error
    }
  }
  print.answer({
    kind: 'SetChanged',
    body: { name: param, elements, acked: done.acked, needed: done.needed },
    names: elements,
    text: () => print.talk(`${word} ${shownOf(elements)}`),
  })
  return exitOfAcks(done)
}

function shownOf(elements: readonly string[]): string {
  return listed(elements.map((one) => visible(one)))
}
