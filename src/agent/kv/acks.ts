// `--acks`: how many members must hold a write before it counts as done; and `--sync`: how many
// to catch up with before something is read.

import { type CommandContext, textFlag } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import { visible } from '../terminal/text.ts'

/** The query of a write; with `--acks`, `--timeout` bounds the wait. Throws exit 2. */
export function acksQuery(context: CommandContext): { acks?: string; timeoutMs?: string } {
  const acks = membersFlag(context, 'acks')
  return acks === undefined ? {} : { acks, timeoutMs: waitOf(context) }
}

/** The query of a read; with `--sync`, `--timeout` bounds the wait. Throws exit 2. */
export function syncQuery(context: CommandContext): { sync?: string; timeoutMs?: string } {
  const sync = membersFlag(context, 'sync')
  return sync === undefined ? {} : { sync, timeoutMs: waitOf(context) }
}

function membersFlag({ flags }: CommandContext, name: string): string | undefined {
  const text = textFlag(flags, name)
  if (text === undefined || text === 'majority' || /^[1-9]\d{0,4}$/.test(text)) return text
  const message = `--${name}: majority, or a number from 1 to 99999, expected, got ${visible(text)}`
  throw new CommandError(exits.usage, message)
}

function waitOf({ timeoutMs }: CommandContext): string {
  return String(Math.min(60_000, Math.max(1, Math.floor(timeoutMs))))
}

/** How long to wait for an answer: a moment longer than the agent itself waits for members. */
export function answerMs({ flags, timeoutMs }: CommandContext): number {
  const isWaiting = textFlag(flags, 'acks') !== undefined || textFlag(flags, 'sync') !== undefined
  return isWaiting ? timeoutMs + 2000 : timeoutMs
}

export interface Acknowledged {
  readonly acked: number
  readonly needed: number
}

/** `, held by 2 members`, where that was waited for. */
export function ackText({ acked, needed }: Acknowledged): string {
  return needed > 1 && acked >= needed ? `, held by ${acked} members` : ''
}

/** Throws exit 5 if fewer hold the write than was asked for. */
export function exitOfAcks({ acked, needed }: Acknowledged): Exit {
  if (acked >= needed) return exits.done
  const message = `${acked} of ${needed} members are known to hold it; the write stays and spreads`
  throw new CommandError(exits.timedOut, message, 'hearsay members shows who is there')
}
