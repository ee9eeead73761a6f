// Waiting in the open: asks again until it is so, with the seconds counted where somebody
// looks on, and gives up after twice the bound, so that a miss still has a figure.

import { setTimeout as wait } from 'node:timers/promises'
import type { CommandContext } from '../command.ts'
import { measuredText } from '../terminal/time.ts'

export interface Wait {
  /** What we wait for, as shown. */
  readonly text: string
  readonly boundMs: number
  readonly context: CommandContext
  /** Resolves when it may have come true; else it is asked twenty times a second. */
  readonly changed?: () => Promise<void>
}

const POLL_MS = 50

/** True once `isSo`; false if it is still not so after twice the bound. */
export async function until(options: Wait, isSo: () => Promise<boolean>): Promise<boolean> {
  const { text, boundMs, context } = options
  const { io, print, signal } = context
  const startMs = io.nowMs()
  for (;;) {
    signal.throwIfAborted()
    if (await isSo()) break
    const elapsedMs = io.nowMs() - startMs
    if (elapsedMs > 2 * boundMs) return false
    print.progress(`${text}… ${measuredText(elapsedMs)} of at most ${measuredText(boundMs)}`)
    const pause = wait(POLL_MS, undefined, { signal })
    await (options.changed === undefined ? pause : Promise.race([options.changed(), pause]))
  }
  print.endProgress()
  return true
}
