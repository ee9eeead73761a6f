// One server-sent event stream: frames made on demand, when the reader has room, from its
// place in the event log; a comment now and then, so that both ends notice a dead line.

import type { EventLog, LoggedItem } from './event-log.ts'

const FIRST_ITEMS = 100
const FIRST_BYTES = 262_144

export interface StreamOptions {
  readonly log: EventLog
  readonly lastId: string | undefined
  /** Which items go out, beside every `gap`; all if undefined. */
  readonly isWanted?: ((item: LoggedItem) => boolean) | undefined
  /** Go out before the rest; made as they are read, since they may be many. */
  readonly first?: Iterator<LoggedItem, undefined> | undefined
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
  const { log, isWanted = () => true, onEnd } = options
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
  const next = () => {
    try {
      const first = someOf(options.first)
      if (first.length > 0) return first
      return cursor.take().filter((item) => item.kind === 'gap' || isWanted(item))
    } catch (error) {
      // A stream that breaks is not cancelled, and gives its place back all the same.
      end()
      throw error
    }
  }

  return new ReadableStream<Uint8Array>(
    {
      start: (controller) => controller.enqueue(encoder.encode('retry: 2000\n\n')),
      pull: async (controller) => {
        clearTimeout(unread)
        for (;;) {
          const frames = next().map(frame).join('')
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

/** The next few, for one frame's worth of text. */
function someOf(items: Iterator<LoggedItem, undefined> | undefined): readonly LoggedItem[] {
  const some: LoggedItem[] = []
  let sizeBytes = 0
  while (items !== undefined && some.length < FIRST_ITEMS && sizeBytes < FIRST_BYTES) {
    const { value } = items.next()
    if (value === undefined) break
    some.push(value)
    sizeBytes += value.json.length
  }
  return some
}

function frame({ id, kind, json }: LoggedItem): string {
  const place = id === undefined ? '' : `id: ${id}\n`
  return `${place}event: ${kind}\ndata: ${json}\n\n`
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
