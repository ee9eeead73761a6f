// When something of replicated state is due.

import type { Millis } from '../io.ts'
import type { Parts } from '../parts.ts'
import type { StateTask } from './shared-state.ts'

/** Sets a task, unless it is due sooner anyway. */
export function expectTask(parts: Parts, task: StateTask, at: Millis): void {
  const key = `state:${task}`
  const dueMs = parts.timers.dueAt(key)
  if (dueMs !== undefined && dueMs <= at) return
  // What was due before we began, such as the end of a key on disk, is no sign of a late process.
  parts.timers.set(key, Math.max(at, parts.now), { kind: 'state', task })
}
