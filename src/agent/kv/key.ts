// One key of the place that the flags name, as the agent holds it.

import type { AgentClient, Question } from '../client.ts'
import { NO_SUCH_KEY_HINT } from '../client-errors.ts'
import { CommandError, exits } from '../contract.ts'
import type { SharedKeyJson } from '../http/shared-shapes.ts'
import type { StateKeyJson } from '../http/state-shapes.ts'
import { type KvPlace, lsHint } from './place.ts'

type KeyQuestion = Question<'sharedKey'> & { readonly key: string }

/** Asks for a key; where there is none, the hint is to list what is there in that place. */
export async function askKey(
  client: AgentClient,
  place: KvPlace,
  question: KeyQuestion,
): Promise<StateKeyJson | SharedKeyJson> {
  try {
    return await keyFrom(client, place, question)
  } catch (error) {
    if (!(error instanceof CommandError) || error.hint !== NO_SUCH_KEY_HINT) throw error
    throw new CommandError(error.exit, error.message, lsHint(place), error)
  }
}

async function keyFrom(client: AgentClient, place: KvPlace, question: KeyQuestion) {
  switch (place.kind) {
    case 'map':
      return await client.ask('sharedKey', { param: place.map, ...question })
    case 'own':
      return await client.ask('ownKey', { key: question.key })
    case 'node':
      return await client.ask('nodeKey', { param: place.node, ...question })
    case 'nodes':
      throw new CommandError(exits.usage, 'a key of one member: --own or --node NAME')
  }
}
