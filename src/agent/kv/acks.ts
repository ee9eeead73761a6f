// `--acks`: how many members must hold a write before it counts as done.

import { type CommandContext, textFlag } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import { visible } from '../terminal/text.ts'

/** The query of a write; with `--acks`, `--timeout` bounds the wait. Throws exit 2. */
export function acksQuery(context: CommandContext): { acks?: string; timeoutMs?: string } {
  const acks = textFlag(context.flags, 'acks')
  if (acks === undefined) return {}
  if (acks !== 'majority' && !/^[1-9]\d{0,4}$/.test(acks)) {
    const message = `--acks: majority, or a number from 1, expected, got ${visible(acks)}`
    throw new CommandError(exits.usage, message)
  }
  const timeoutMs = Math.min(60_000, Math.max(1, Math.floor(context.timeoutMs)))
  return { acks, timeoutMs: String(timeoutMs) }
}

/** How long to wait for the answer of such a write: a moment longer than the agent itself does. */
export function answerMs({ timeoutMs }: CommandContext): number {
  return timeoutMs + 2000
}

export interface Acknowledged {
  readonly acked: number
  readonly needed: number
}

/** `, held by 2 of 3`, where anything was waited for. */
export function ackText({ acked, needed }: Acknowledged): string {
  return needed > 1 ? `, held by ${acked} members` : ''
}

/** Throws exit 5 if fewer hold the write than was asked for. */
export function exitOfAcks({ acked, needed }: Acknowledged): Exit {
  if (acked >= needed) return exits.done
  const message = `${acked} of ${needed} members are known to hold it; the write stays and spreads`
  throw new CommandError(exits.timedOut, message, 'hearsay members shows who is there')
}
