// `hearsay kv explain KEY`: why a shared key reads as it does here, by what each member added.

import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import type { AnswerOf } from '../http/routes.ts'
import { lsHint, MAP } from '../kv/place.ts'
import { nearest } from '../settings/suggest.ts'
import type { Table } from '../terminal/table.ts'
import { listed, pasted, visible } from '../terminal/text.ts'
import { sharedKinds, singleKinds } from '../words.ts'

interface Query {
  readonly name: string
  readonly key: string
  readonly type: string
}

/** Prints the verdict and the slots; exit 6 if nothing is known of the key. */
export const kvExplain: RunCommand = async (context) => {
  const { print } = context
  if (context.arguments[0] === '') {
    throw new CommandError(exits.usage, 'the key is empty; it has at least one character')
  }
  const query = queryOf(context)
  const report = await context.agent().ask('explain', { query })
  if (report.slots.length === 0) {
    const message = `nothing is known of ${visible(thingOf(query), 400)}`
    const hint = query.type === 'map' ? await hintFor(context, query) : undefined
    throw new CommandError(exits.unknown, message, hint)
  }
  print.answer({
    kind: report.kind,
    body: report,
    items: { kind: 'Slot', rows: report.slots.map((slot) => ({ slot })) },
    names: [],
    text: () => {
      print.line(visible(report.verdict, 1000))
      print.table(slotsTable(report))
      const { waitingFor } = report
      if (waitingFor.length === 0) return
      const names = listed(waitingFor.map((one) => visible(one)))
      print.talk(print.paintTalk('dim', `what is needless goes once ${names} said what they hold`))
    },
  })
  return exits.done
}

/** What is no key of the map may be the name of something else. */
async function hintFor(context: CommandContext, { name, key }: Query): Promise<string> {
  const hint = lsHint({ kind: 'map', map: name })
  if (textFlag(context.flags, 'map') !== undefined) return hint
  const client = context.agent()
  for (const type of singleKinds) {
    const query = { name: key, type }
    // Too long for a name, for example: then nothing is called so.
    const report = await client.ask('explain', { query }).catch(() => undefined)
    if (report === undefined || report.slots.length === 0) continue
    return `there is a ${type} of that name: hearsay kv explain --type ${type} ${pasted(key)}`
  }
  const own = await client.ask('ownKey', { key }).catch(() => undefined)
  if (own === undefined) return hint
  return `it is a key of the agent's own, with nobody to agree with: hearsay kv get --own ${pasted(key)}`
}

function thingOf({ type, name, key }: Query): string {
  return singleKinds.includes(type) ? `the ${type} ${name}` : `${key} in the ${type} ${name}`
}

/** What has no keys is named by the key that was given. */
function queryOf(context: CommandContext): Query {
  const [given = ''] = context.arguments
  const type = typeOf(context)
  const map = textFlag(context.flags, 'map')
  if (type === 'map' || type === 'multi' || type === 'custom') {
    return { name: map ?? MAP, key: given, type }
  }
  if (singleKinds.includes(type)) {
    if (map === undefined) return { name: given, key: '', type }
    const message = `--map: a ${type} is no part of a map; its name stands alone`
    const example = 'for example: hearsay kv explain visits --type counter'
    throw new CommandError(exits.usage, message, example)
  }
  if (map !== undefined) return { name: map, key: given, type }
  const example = 'for example: hearsay kv explain 10.0.0.9 --type set --map blocked'
  throw new CommandError(exits.usage, 'say which set it may be in: --map NAME', example)
}

function typeOf({ flags }: CommandContext): string {
  const text = textFlag(flags, 'type')
  if (text === undefined) return 'map'
  if (sharedKinds.some((one) => one === text)) return text
  const near = nearest(text, sharedKinds)
  const help = near === undefined ? `one of ${listed(sharedKinds)}` : `did you mean ${near}?`
  throw new CommandError(exits.usage, `--type: no kind is called ${visible(text)}; ${help}`)
}

function slotsTable({ slots }: AnswerOf<'explain'>): Table {
  const rows = slots.map((slot) => [
    slot.self ? `${slot.node} (this one)` : slot.node,
    String(slot.generation),
    String(slot.version),
    slot.text,
    listed(slot.coveredBy) || '-',
    listed(slot.unheard) || '-',
  ])
  return { columns: ['NODE', 'LIFE', 'VERSION', 'SAYS', 'SAID BY TOO', 'NOT HEARD BY'], rows }
}
