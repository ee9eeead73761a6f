// `hearsay remove NAME`: forgets a failed or left member at the asked agent.

import type { AgentClient } from '../client.ts'
import type { RunCommand } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { askAbout } from '../near-member.ts'
import { pasted, visible } from '../terminal/text.ts'

/** Asks first; exit 1 if the member is alive, 6 if unknown. */
export const remove: RunCommand = async (context) => {
  const { print, flags, arguments: args } = context
  const name = args[0] ?? ''
  const shown = visible(name)
  const client = context.agent()
  const status = await statusOf(name, client)
  if (status === 'alive' || status === 'suspect') {
    const hint = `only failed or left members can be removed; ask it to leave: hearsay leave ${pasted(name)}`
    throw new CommandError(exits.failed, `${shown} is ${status}`, hint)
  }
  if (flags.dryRun === true) {
    const line = `would forget ${shown}, which is ${status}`
    print.answer({ kind: 'DryRun', body: { name }, names: [name], text: () => print.line(line) })
    return exits.done
  }
  if (!(await context.confirm(`Forget ${shown}, which is ${status}?`))) {
    print.talk('nothing done')
    return exits.failed
  }
  const done = await client.ask('remove', { param: name })
  const text = () => print.line(`${shown} is forgotten at this agent; others forget by themselves`)
  print.answer({ kind: done.kind, body: done, names: [name], text })
  return exits.done
}

/** What is known of it; somebody may be forgotten, or invented, and waited for by what it wrote. */
async function statusOf(name: string, client: AgentClient): Promise<string> {
  const { members } = await client.ask('members', { query: { name } })
  const [member] = members
  if (member !== undefined) return member.status
  const { waitingFor } = await client.ask('stateStats')
  if (waitingFor.includes(name)) return 'known only by what it wrote'
  return (await askAbout('member', name, client)).member.status
}
