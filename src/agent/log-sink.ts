// Where log lines go without waiting. pino's own last flush tries for ever where writing fails
// for good (a terminal that was closed), so a stream that has failed is given up, and the last
// flush waits for the events of the stream, not for the system.

import type { LogSink } from './contract.ts'

/** What of a pino destination is needed here. */
export interface AsyncStream {
  readonly write: (line: string) => unknown
  readonly destroy: () => void
  readonly on: (event: 'error' | 'drain', listener: () => void) => unknown
}

const FLUSH_MS = 500

/** A sink over a stream that writes by itself; once a write has failed, lines are dropped. */
export function asyncSink(stream: AsyncStream, flushMs = FLUSH_MS): LogSink {
  let isGone = false
  let isPending = false
  let wake: () => void = () => undefined
  const giveUp = () => {
    if (isGone) return
    isGone = true
    stream.destroy()
  }
  const settle = () => {
    isPending = false
    wake()
  }
  stream.on('drain', settle)
  stream.on('error', () => {
    giveUp()
    settle()
  })
  return {
    write: (line) => {
      if (isGone) return
      isPending = true
      stream.write(line)
    },
    flush: async () => {
      if (!isPending) return
      const written = new Promise<void>((resolve) => {
        wake = resolve
      })
      const timer = setTimeout(wake, flushMs)
      await written
      clearTimeout(timer)
      // What is stuck now would be tried for ever at the exit.
      if (isPending) giveUp()
    },
  }
}
