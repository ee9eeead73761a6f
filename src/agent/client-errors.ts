// What a person reads where an agent cannot be asked, refuses, or answers something strange: each
// with the exit code and the next step.

import * as v from 'valibot'
import { CommandError, codeOf, type Exit, exits } from './contract.ts'
import type { AgentPlace } from './find-agent.ts'
import { failure } from './http/shapes.ts'
import { listed, visible } from './terminal/text.ts'
import { durationText } from './terminal/time.ts'

/** An agent took longer than it had. */
export class TimeoutError extends Error {}

/** The error where no answer came. */
export function unreachable(
  { url, foundBy, names = [] }: AgentPlace,
  error: unknown,
  timeoutMs: number,
): CommandError {
  if (error instanceof CommandError) return error
  if (error instanceof TimeoutError) {
    return new CommandError(
      exits.timedOut,
      `the agent at ${url} did not answer within ${durationText(timeoutMs)}`,
      'try a longer --timeout, or look at its log',
    )
  }
  const code = codeOf(error)
  const reason = code === '' ? '' : ` (${code})`
  const shown = listed(names.map((one) => visible(one)))
  if (foundBy === 'state-folder') {
    const what =
      names.length > 1 ? `none of your agents here answers: ${shown}` : `no agent at ${url}`
    return new CommandError(exits.noAgent, `${what}${reason}`, 'start one: hearsay agent', error)
  }
  const known = names.length === 0 ? '' : `; agents here: ${shown}`
  const hint = `check --addr or HEARSAY_ADDR${known}`
  return new CommandError(exits.noAgent, `no agent at ${url}${reason}`, hint, error)
}

/** The error where an answer is not of the shape that its route names. */
export function strangeAnswer({ url }: AgentPlace): CommandError {
  const message = `${url} answered something that is not hearsay's`
  return new CommandError(exits.failed, message, 'is that address an agent of this version?')
}

const EXIT_BY_STATUS = new Map<number, Exit>([
  [400, exits.usage],
  [401, exits.refused],
  [403, exits.refused],
  [404, exits.unknown],
  [421, exits.refused],
  [504, exits.timedOut],
])

/** What to do where a key is not there; who knows the place says more. */
export const NO_SUCH_KEY_HINT = 'hearsay kv ls shows what is there'

const HINT_BY_CODE = new Map<string, string>([
  ['token', 'set HEARSAY_TOKEN, or run this as the user who started the agent'],
  ['wrong-host', 'use 127.0.0.1, or start the agent with --http-name'],
  ['HEARSAY_NO_SUCH_MEMBER', 'hearsay members shows who is known'],
  ['no-such-key', NO_SUCH_KEY_HINT],
  ['HEARSAY_TIMEOUT', 'hearsay members shows who is there'],
  ['HEARSAY_CLOCK_AHEAD', 'hearsay doctor looks at clocks'],
  ['no-such-element', 'hearsay kv members with the name of the set shows what is in it'],
  ['HEARSAY_MEMBER_ALIVE', 'only failed or left members can be removed; ask it to leave first'],
])

/** The error of an answer that is none of 200, by what stands in it. */
export function refusal({ url }: AgentPlace, status: number, said: unknown): CommandError {
  const result = v.safeParse(failure, said)
  const exit = EXIT_BY_STATUS.get(status) ?? exits.failed
  if (!result.success) return new CommandError(exit, `${url} answered ${status}`)
  const { code, message } = result.output.error
  return new CommandError(exit, visible(message, 1000), HINT_BY_CODE.get(code))
}
