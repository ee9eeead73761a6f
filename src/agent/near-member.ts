// Questions about one member: a name that nobody has is answered with the nearest that
// somebody has.

import type { AgentClient } from './client.ts'
import { CommandError, exits } from './contract.ts'
import type { AnswerOf } from './http/routes.ts'
import { nearest } from './settings/suggest.ts'
import { visible } from './terminal/text.ts'

/** Asks; throws exit 6, with the nearest name if there is one, where no member is called so. */
export async function askAbout<Id extends 'why' | 'member'>(
  id: Id,
  name: string,
  client: AgentClient,
): Promise<AnswerOf<Id>> {
  try {
    return await client.ask(id, { param: name })
  } catch (error) {
    if (!(error instanceof CommandError) || error.exit !== exits.unknown) throw error
    const { members } = await client.ask('members')
    const near = nearest(
      name,
      members.map((member) => member.name),
    )
    if (near === undefined) throw error
    const message = `${error.message}; did you mean ${visible(near)}?`
    throw new CommandError(exits.unknown, message, error.hint, error)
  }
}
