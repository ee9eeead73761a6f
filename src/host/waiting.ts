// Promises that can be given up: by an AbortSignal (rejects with its reason) or after a time
// (rejects with `HEARSAY_TIMEOUT`). Whatever ends the wait, nothing of it stays behind.

import { HearsayError } from '../core/index.ts'
import type { Waiting } from './api.ts'
import type { Clock } from './clock.ts'

export interface Settle<T> {
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

export interface WaitParts<T> {
  readonly clock: Clock
  readonly waiting: Waiting | undefined
  /** What is waited for, for the error: `ready`. */
  readonly what: string
  /** What the error of a wait in vain adds: how far it came, and why no further. */
  readonly late?: () => string
  /** Starts the wait; what it returns is called once, at the end, and undoes it. */
  readonly begin: (settle: Settle<T>) => () => void
}

export function wait<T>({ clock, waiting = {}, what, late, begin }: WaitParts<T>): Promise<T> {
  const { signal, timeoutMs } = waiting
  if (signal?.aborted) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    const undo: (() => void)[] = []
    let settled = false
    const end = (then: () => void) => {
      settled = true
      for (const one of undo.splice(0)) one()
      then()
    }
    const fail = (error: unknown) => end(() => reject(error))
    undo.push(begin({ resolve: (value) => end(() => resolve(value)), reject: fail }))
    if (settled) return end(() => {})
    if (signal !== undefined) undo.push(onAbort(signal, fail))
    if (timeoutMs === undefined) return
    const alarm = clock.alarm(() => {
      const more = late === undefined ? '' : `: ${late()}`
      fail(new HearsayError('HEARSAY_TIMEOUT', `${what}: not within ${timeoutMs} ms${more}`))
    })
    alarm.set(clock.now() + timeoutMs)
    undo.push(() => alarm.clear())
  })
}

function onAbort(signal: AbortSignal, fail: (reason: unknown) => void): () => void {
  const abort = () => fail(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  return () => signal.removeEventListener('abort', abort)
}
