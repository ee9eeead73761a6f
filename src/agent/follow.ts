// What commands that follow a stream share: how many items are wanted, and what its end means.

import { type CommandContext, textFlag } from './command.ts'
import { CommandError, type Exit, exits } from './contract.ts'
import { visible } from './terminal/text.ts'

/** `--count`; Infinity if not given. Throws exit 2 for what is no count. */
export function countOf({ flags }: CommandContext): number {
  const text = textFlag(flags, 'count')
  if (text === undefined) return Number.POSITIVE_INFINITY
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
  throw new CommandError(exits.usage, `--count: a number from 1 expected, got ${visible(text)}`)
}

/**
 * Items of a stream, no faster than they are read from us: what a slow reader leaves waits at the
 * agent, which has a bound and tells the gap, and not here.
 */
export async function* paced<T>(
  { io, signal }: Pick<CommandContext, 'io' | 'signal'>,
  items: AsyncIterable<T>,
  until: AbortSignal | undefined,
): AsyncGenerator<T, void, undefined> {
  const ends = until === undefined ? signal : AbortSignal.any([signal, until])
  for await (const item of items) {
    yield item
    try {
      await io.out.caughtUp(ends)
    } catch (error) {
      if (until?.aborted !== true) throw error
      return
    }
  }
}

export interface Following {
  /** Aborts when the `--timeout` that was given is over. */
  readonly until: AbortSignal | undefined
  readonly wanted: number
  readonly came: number
}

/**
 * The stream has ended before all that was wanted came. Without `--count` nothing was waited
 * for, and the time is simply over; otherwise throws exit 5, or 3 if it was the agent that went.
 */
export function endOfStream(context: CommandContext, { until, wanted, came }: Following): Exit {
  context.signal.throwIfAborted()
  if (until?.aborted !== true) {
    throw new CommandError(exits.noAgent, 'the agent has gone', 'hearsay agent starts one')
  }
  if (!Number.isFinite(wanted)) return exits.done
  throw new CommandError(exits.timedOut, `${came} of ${wanted} came before the --timeout`)
}
