// `hearsay why NAME`: the evidence behind what is believed about a member.

import { spanText } from '../../host/index.ts'
import type { RunCommand } from '../command.ts'
import { exits } from '../contract.ts'
import type { WhyJson } from '../http/shapes.ts'
import { askAbout } from '../near-member.ts'
import type { Printer } from '../terminal/printer.ts'
import { shadeOf } from '../terminal/style.ts'
import { visible } from '../terminal/text.ts'
import { clockText, parseTimestamp } from '../terminal/time.ts'

/** Prints verdict, evidence and advice. */
export const why: RunCommand = async ({ print, agent, arguments: args }) => {
  const client = agent()
  const report = await askAbout('why', args[0] ?? '', client)
  print.answer({
    kind: report.kind,
    body: report,
    items: { kind: 'Evidence', rows: report.evidence.map((one) => ({ evidence: one })) },
    names: [report.member.name],
    text: () => printWhy(report, print),
  })
  return exits.done
}

/** The report for people: one line of verdict, one a piece of evidence, the advice. */
export function printWhy(report: WhyJson, print: Printer, indent = ''): void {
  const { member } = report
  const age = spanText(parseTimestamp(report.at) - parseTimestamp(member.since))
  const since = clockText(parseTimestamp(member.since)).slice(0, 8)
  const status = print.paint(shadeOf(member.status), member.status.toUpperCase())
  const name = print.paint('bold', visible(member.name))
  const self = member.self ? ', and is the one you are asking' : ''
  print.line(
    `${indent}${name} is ${status} since ${since} (${age}), incarnation ${member.incarnation}${self}`,
  )
  if (member.status === 'alive' && report.evidence.length > 0) {
    print.line(`${indent}what was last said against it:`)
  }
  for (const { at, text } of report.evidence) {
    const time = print.paint('dim', clockText(parseTimestamp(at)))
    print.line(`${indent}  ${time}  ${visible(text, 400)}`)
  }
  if (report.evidence.length === 0) print.line(`${indent}  nothing has been said about it`)
  if (report.advice !== '') print.line(`${indent}${visible(report.advice, 1000)}`)
}
