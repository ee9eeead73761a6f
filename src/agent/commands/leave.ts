// `hearsay leave [NAME]`: asks an agent of this machine to say goodbye and end. A member
// elsewhere can only be asked there.

import type { AgentClient } from '../client.ts'
import type { CommandContext, RunCommand } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { readToken, runningAgents, stateFolder } from '../settings/state-folder.ts'
import { pasted, visible } from '../terminal/text.ts'

/** Asks first; then the agent leaves. */
export const leave: RunCommand = async (context) => {
  const { print, flags } = context
  const client = clientFor(context)
  const { name } = await client.ask('health')
  const shown = visible(name)
  if (flags.dryRun === true) {
    const line = `would ask ${shown} to leave; the others would list it as left`
    print.answer({ kind: 'DryRun', body: { name }, names: [name], text: () => print.line(line) })
    return exits.done
  }
  if (!(await context.confirm(`Let ${shown} leave the cluster and end?`))) {
    print.talk('nothing done')
    return exits.failed
  }
  const done = await client.ask('leave')
  const text = () => print.line(`${shown} is leaving`)
  print.answer({ kind: done.kind, body: done, names: [name], text })
  return exits.done
}

function clientFor(context: CommandContext): AgentClient {
  const [name] = context.arguments
  if (name === undefined) return context.agent()
  const { env, platform } = context.io
  const entry = runningAgents(stateFolder(env, platform), platform).find((one) => one.name === name)
  if (entry !== undefined) return context.clientOf(entry.url, readToken(entry.tokenFile, platform))
  throw new CommandError(
    exits.unknown,
    `no agent called ${visible(name)} runs here as this user`,
    `run hearsay leave on its own machine; for one that is gone: hearsay remove ${pasted(name)}`,
  )
}
