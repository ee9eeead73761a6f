// `hearsay info`: who the agent is, and its options with where each value came from.

import type { RunCommand } from '../command.ts'
import { exits } from '../contract.ts'
import type { InfoJson } from '../http/shapes.ts'
import type { Printer } from '../terminal/printer.ts'
import { visible } from '../terminal/text.ts'
import { ageText, clockText, parseTimestamp } from '../terminal/time.ts'

/** Prints the agent; `-o wide` lists options at their defaults too. */
export const info: RunCommand = async ({ print, agent }) => {
  const report = await agent().ask('info')
  print.answer({
    kind: report.kind,
    body: report,
    names: [report.name],
    text: () => printInfo(report, print),
  })
  return exits.done
}

function printInfo(report: InfoJson, print: Printer): void {
  const { usualMs, worstMs, members } = report.detection
  const detection =
    usualMs === 0
      ? 'switched off: probeInterval is 0'
      : `about ${ageText(usualMs)}, at most ${ageText(worstMs)} (${members} members)`
  const started = clockText(parseTimestamp(report.startedAt)).slice(0, 8)
  const lines: readonly (readonly [string, string])[] = [
    ['name', report.name],
    ['address', bothAddresses(report)],
    ['http', report.url],
    ['process', `${report.pid}, up ${ageText(report.uptimeMs)} since ${started}`],
    ['version', `${report.version} on Node ${report.node}`],
    ['profile', `${report.profile}${report.strict ? ', strict' : ''}, as ${report.application}`],
    ['label', report.label === '' ? 'none' : report.label],
    ['encrypted', report.encrypted ? 'yes' : 'no: whoever reaches the address can join'],
    ['crash noticed', `in ${detection}`],
  ]
  for (const [name, value] of lines) {
    print.line(`${print.paint('dim', name.padEnd(14))} ${visible(value, 1000)}`)
  }
  const isWide = print.format === 'wide'
  const shown = report.config.filter((row) => isWide || row.origin !== 'default')
  print.line()
  if (shown.length === 0) return print.line('every option has its default; -o wide lists them')
  print.table({
    columns: ['OPTION', 'VALUE', 'FROM', 'DEFAULT'],
    rows: shown.map((row) => [row.key, valueText(row.value), row.origin, row.initial]),
  })
}

function bothAddresses({ address, bound }: InfoJson): string {
  return address === bound ? address : `${address}, listening on ${bound}`
}

function valueText(value: InfoJson['config'][number]['value']): string {
  if (Array.isArray(value)) return value.join(',')
  if (typeof value !== 'object') return String(value)
  return Object.entries(value)
    .map(([key, one]) => `${key}=${one}`)
    .join(',')
}
