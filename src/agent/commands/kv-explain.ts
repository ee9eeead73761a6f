// `hearsay kv explain KEY`: why a shared key reads as it does here, by what each member added.

import { type CommandContext, type RunCommand, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import type { AnswerOf } from '../http/routes.ts'
import { MAP } from '../kv/place.ts'
import { nearest } from '../settings/suggest.ts'
import type { Table } from '../terminal/table.ts'
import { listed, visible } from '../terminal/text.ts'
import { sharedKinds } from '../words.ts'

/** Prints the verdict and the slots; exit 6 if nothing is known of the key. */
export const kvExplain: RunCommand = async (context) => {
  const { print } = context
  const query = queryOf(context)
  const report = await context.agent().ask('explain', { query })
  if (report.slots.length === 0) {
    const what = query.type === 'map' ? `the map ${query.name}` : `any ${query.type}`
    const message = `nothing is known of ${visible(context.arguments[0] ?? '')} in ${visible(what)}`
    throw new CommandError(exits.unknown, message, 'hearsay kv ls shows what is there')
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

/** What has no keys is named by the key that was given. */
function queryOf(context: CommandContext): { name: string; key: string; type: string } {
  const [given = ''] = context.arguments
  const type = typeOf(context)
  const map = textFlag(context.flags, 'map')
  if (type === 'map' || type === 'multi' || type === 'custom') {
    return { name: map ?? MAP, key: given, type }
  }
  if (type !== 'set') return { name: given, key: '', type }
  if (map !== undefined) return { name: map, key: given, type }
  throw new CommandError(exits.usage, 'say which set: --map NAME')
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
