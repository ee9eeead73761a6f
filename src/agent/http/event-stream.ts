// One server-sent event stream: frames made on demand, when the reader has room, from its
// place in the event log; a comment now and then, so that both ends notice a dead line.

import type { EventLog, LoggedItem } from './event-log.ts'

export interface StreamOptions {
  readonly log: EventLog
  readonly lastId: string | undefined
  /** Only these kinds, and `gap`; all if undefined. */
  readonly kinds: ReadonlySet<string> | undefined
  readonly heartbeatMs: number
  /** A body that nobody has begun to read by then is given up. */
  readonly unreadMs: number
  /** Aborts when the asker has gone. */
  readonly signal: AbortSignal
  /** Called once, when the stream has ended. */
  readonly onEnd: () => void
}

/** The body of an event stream. */
export function eventStream(options: StreamOptions): ReadableStream<Uint8Array> {
  const { log, kinds, onEnd } = options
  const cursor = log.cursor(options.lastId)
  const ending = new AbortController()
  const encoder = new TextEncoder()
  let isEnded = false
  const end = () => {
    if (isEnded) return
    isEnded = true
    clearTimeout(unread)
    options.signal.removeEventListener('abort', end)
    ending.abort()
    onEnd()
  }
  // A body that is dropped without being cancelled would hold its place for ever.
  const unread = setTimeout(end, options.unreadMs)
  unread.unref()
  options.signal.addEventListener('abort', end)
  const isWanted = (item: LoggedItem) =>
    kinds === undefined || kinds.has(item.kind) || item.kind === 'gap'

  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode('retry: 2000\n\n')),
      pull: async (controller) => {
        clearTimeout(unread)
        for (;;) {
          const frames = cursor.take().filter(isWanted).map(frame).join('')
          if (frames !== '') return controller.enqueue(encoder.encode(frames))
          if (log.isClosed || ending.signal.aborted) {
            end()
            return controller.close()
          }
          const woken = await changedOrIdle(log, ending.signal, options.heartbeatMs)
          if (!woken) return controller.enqueue(encoder.encode(': still here\n\n'))
        }
      },
      cancel: end,
    },
    // Nothing is read ahead: what waits stays in the log, where it is counted once.
    { highWaterMark: 0 },
  )
}

function frame(item: LoggedItem): string {
  return `id: ${item.id}\nevent: ${item.kind}\ndata: ${item.json}\n\n`
}

async function changedOrIdle(log: EventLog, signal: AbortSignal, idleMs: number): Promise<boolean> {
  const waiting = new AbortController()
  let isIdle = false
  const timer = setTimeout(() => {
    isIdle = true
    waiting.abort()
  }, idleMs)
  timer.unref()
  await log.changed(AbortSignal.any([signal, waiting.signal]))
  clearTimeout(timer)
  return !isIdle
}
