// `hearsay event NAME [PAYLOAD or -]`: tells every member; with --wait shows who has heard,
// from whom, when and over how many hops, until everybody has or time is up.

import type { AgentClient } from '../client.ts'
import type { CommandContext, RunCommand } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import type { CoverageJson } from '../http/shapes.ts'
import { coverageTable, spreadText } from '../terminal/coverage-table.ts'
import { listed, plural, visible } from '../terminal/text.ts'
import { measuredText } from '../terminal/time.ts'

const ASK_MS = 500
const POLL_MS = 100
/** What an event may have; the agent counts its name as well. */
const PAYLOAD_BYTES_MAX = 512

/** Sends an event. */
export const event: RunCommand = async (context) => {
  const { print, flags, arguments: args } = context
  const name = args[0] ?? ''
  const payload = await payloadOf(context)
  if (flags.dryRun === true) {
    const line = `would tell every member ${visible(name)} with ${plural(payload.length, 'byte')}`
    const body = { name, payloadBytes: payload.length }
    print.answer({ kind: 'DryRun', body, names: [name], text: () => print.line(line) })
    return exits.done
  }
  const client = context.agent()
  const sent = await client.ask('sendEvent', {
    body: {
      name,
      payloadBase64: Buffer.from(payload).toString('base64'),
      coalesce: flags.coalesce === true,
    },
  })
  if (flags.wait === true) return await waitForAll(sent.id, client, context)
  const text = () => print.line(`sent ${visible(name)} as ${visible(sent.id)}`)
  print.answer({ kind: sent.kind, body: sent, names: [sent.id], text })
  return exits.done
}

async function payloadOf(context: CommandContext): Promise<Uint8Array> {
  const given = context.arguments[1]
  if (given === undefined) return new Uint8Array()
  if (given !== '-') return Buffer.from(given, 'utf8')
  const { io, signal } = context
  const read = await io.readInput({ bytesMax: PAYLOAD_BYTES_MAX, signal })
  if (read !== undefined) return read
  const message = `standard input has more than ${PAYLOAD_BYTES_MAX} bytes, which is all that name and payload may have together`
  throw new CommandError(exits.failed, message, 'put the data elsewhere and send its address')
}

async function waitForAll(id: string, client: AgentClient, context: CommandContext): Promise<Exit> {
  const { io, print, timeoutMs } = context
  const startMs = io.nowMs()
  let report = await client.ask('coverage', askFor(id))
  while (report.missing.length > 0 && io.nowMs() - startMs < timeoutMs) {
    const all = report.heard.length + report.missing.length + report.silent.length
    const elapsed = measuredText(io.nowMs() - startMs)
    print.progress(`${report.heard.length} of ${all} have heard after ${elapsed}`)
    await pause(context.signal)
    report = await client.ask('coverage', askFor(id))
  }
  print.endProgress()
  printCoverage(report, context)
  return judge(report)
}

function askFor(id: string) {
  return { param: id, query: { timeoutMs: String(ASK_MS) } }
}

function printCoverage(report: CoverageJson, { print }: CommandContext): void {
  print.answer({
    kind: report.kind,
    body: report,
    items: { kind: 'Receipt', rows: report.heard },
    names: report.heard.map((one) => one.name),
    text: () => {
      print.table(coverageTable(report))
      print.talk(print.paintTalk('dim', spreadText(report)))
    },
  })
}

function judge(report: CoverageJson): Exit {
  if (report.missing.length > 0) {
    const who = listed(report.missing.map((one) => visible(one)))
    const hint = 'hearsay why NAME tells how they are'
    throw new CommandError(exits.timedOut, `not heard yet: ${who}`, hint)
  }
  return report.silent.length + report.cannotSay.length > 0 ? exits.partly : exits.done
}

async function pause(signal: AbortSignal): Promise<void> {
  const { setTimeout: wait } = await import('node:timers/promises')
  await wait(POLL_MS, undefined, { signal })
}
