// The application's logger, guarded: any pino-shaped one, none at all, or one that throws.

import type { Logger } from './api.ts'

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error'] as const
type Level = (typeof LEVELS)[number]
type Log = (fields: object, message: string) => void

/** A logger that never throws; silent if none is given. */
export function guardedLogger(logger: Logger | undefined): Logger {
  const guard =
    (level: Level): Log =>
    (fields, message) => {
      try {
        logger?.[level](fields, message)
      } catch {
        // A log that fails has nowhere to say so, and gossip goes on without it.
      }
    }
  return {
    trace: guard('trace'),
    debug: guard('debug'),
    info: guard('info'),
    warn: guard('warn'),
    error: guard('error'),
  }
}
