// `hearsay doctor`: this machine's checks, and the agent's if one runs. Worst first, each
// with a fix; exit 1 if anything is worse than a note.

import type { CommandContext, RunCommand } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { isHealthy, note, worstFirst } from '../doctor/findings.ts'
import { checkHost } from '../doctor/host-checks.ts'
import type { Finding } from '../http/shapes.ts'
import { stateFolder } from '../settings/state-folder.ts'
import type { Printer } from '../terminal/printer.ts'
import type { Shade } from '../terminal/style.ts'
import { plural, visible } from '../terminal/text.ts'

/** Checks this host and, through its agent, the cluster. */
export const doctor: RunCommand = async (context) => {
  const { print, io } = context
  print.progress('asking around…')
  const agent = await askAgent(context)
  const host = await checkHost({
    platform: io.platform,
    stateFolder: stateFolder(io.env, io.platform),
    hasAgent: agent.name !== undefined,
  })
  print.endProgress()
  const findings = worstFirst([...agent.findings, ...host])
  print.answer({
    kind: 'Diagnosis',
    body: { agent: agent.name ?? null, findings },
    items: { kind: 'Finding', rows: findings },
    names: findings.filter((one) => one.severity !== 'ok').map((one) => one.check),
    text: () => printFindings(findings, agent.name, print),
  })
  return isHealthy(findings) ? exits.done : exits.failed
}

async function askAgent(
  context: CommandContext,
): Promise<{ readonly name: string | undefined; readonly findings: readonly Finding[] }> {
  try {
    const { name, findings } = await context.agent().ask('checks')
    return { name, findings }
  } catch (error) {
    if (!(error instanceof CommandError) || error.exit !== exits.noAgent) throw error
    const wasAsked = context.flags.addr !== undefined
    if (wasAsked) throw error
    const fix = 'hearsay agent --dev, then hearsay doctor again'
    return {
      name: undefined,
      findings: [note('agent', 'no agent runs here: host checks only', fix)],
    }
  }
}

const MARKS: Readonly<Record<Finding['severity'], readonly [string, Shade]>> = {
  error: ['✕ error', 'red'],
  warning: ['▲ warning', 'yellow'],
  note: ['· note', 'cyan'],
  ok: ['✓ ok', 'green'],
}

function printFindings(
  findings: readonly Finding[],
  name: string | undefined,
  print: Printer,
): void {
  for (const { severity, check, message, fix } of findings) {
    const [mark, shade] = MARKS[severity]
    const head = `${print.paint(shade, mark.padEnd(10))} ${visible(check).padEnd(12)}`
    print.line(`${head} ${visible(message, 1000)}`)
    if (fix !== '') print.line(`${' '.repeat(24)}${print.paint('dim', `→ ${visible(fix, 1000)}`)}`)
  }
  const bad = findings.filter((one) => one.severity === 'error' || one.severity === 'warning')
  const who = name === undefined ? 'this host' : `this host and ${visible(name)}`
  const verdict =
    bad.length === 0 ? 'nothing to worry about' : `${plural(bad.length, 'thing')} to fix`
  print.talk(print.paintTalk('dim', `${who}: ${verdict}`))
}
