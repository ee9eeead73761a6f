// `hearsay views`: groups members by the checksum of what they see, and says who disagrees
// and about whom.

import type { RunCommand } from '../command.ts'
import { exits } from '../contract.ts'
import type { ViewsJson } from '../http/shapes.ts'
import { agreementText } from '../terminal/members-table.ts'
import type { Printer } from '../terminal/printer.ts'
import { listed, plural, visible } from '../terminal/text.ts'

const WAIT_MS = 2000

/** Asks everybody; exit 4 if some did not answer. */
export const views: RunCommand = async (context) => {
  const { print, timeoutMs, hasTimeout } = context
  const waitMs = hasTimeout ? Math.min(60_000, Math.max(1, timeoutMs)) : WAIT_MS
  const report = await context.agent().ask('views', {
    query: { timeoutMs: String(waitMs) },
    timeoutMs: waitMs + 2000,
  })
  print.answer({
    kind: report.kind,
    body: report,
    items: { kind: 'ViewGroup', rows: report.groups },
    names: report.groups.map((group) => group.checksum),
    text: () => printViews(report, print),
  })
  return report.silent.length > 0 ? exits.partly : exits.done
}

function printViews(report: ViewsJson, print: Printer): void {
  print.table({
    columns: ['VIEW', 'ALIVE', 'SEEN BY'],
    rows: report.groups.map((group) => [
      { text: group.checksum, shade: isOurs(group.checksum, report) ? 'green' : 'yellow' },
      String(group.alive),
      listed(group.members, 12),
    ]),
  })
  for (const { at, about, ours, theirs } of report.disagreements) {
    const theirView = `${visible(at)} sees ${visible(about)} as ${visible(theirs)}`
    print.line(`${theirView}, ${visible(report.self.name)} as ${visible(ours)}`)
  }
  const names = (list: readonly string[]) => listed(list.map((one) => visible(one)))
  if (report.silent.length > 0) print.talk(`no answer from ${names(report.silent)}`)
  if (report.cannotSay.length > 0) {
    print.talk(`cannot say, as they do not speak hearsay: ${names(report.cannotSay)}`)
  }
  print.talk(print.paintTalk('dim', summary(report)))
}

function isOurs(checksum: string, report: ViewsJson): boolean {
  return checksum === report.self.checksum
}

function summary(report: ViewsJson): string {
  const { length } = report.groups
  if (length > 1) return `${plural(length, 'view')}: ${agreementText(report)}`
  return agreementText(report)
}
