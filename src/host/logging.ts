// The application's logger, guarded: any pino-shaped one, none at all, or one that throws.

import type { Notice } from '../core/index.ts'
import type { Logger, NodeEvent } from './api.ts'

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

/** What of a core's notice belongs into a log, beside the events. */
export function logNotice(logger: Logger, notice: Notice): void {
  if (notice.kind === 'log') logger[notice.level](notice.fields, notice.message)
  if (notice.kind === 'conflict') {
    const fields = {
      member: notice.name,
      holder: notice.holder.toString(),
      other: notice.other.toString(),
    }
    logger.warn(fields, 'two nodes use one name; give one of them another')
  }
}

/** One line for each change of a member. */
export function logEvent(logger: Logger, event: NodeEvent): void {
  if (!('member' in event)) return
  const { kind, member } = event
  const fields = { member: member.name, address: member.address }
  if (event.kind === 'member-failed' || event.kind === 'member-suspect') {
    logger.warn({ ...fields, advice: event.why.advice }, event.why.verdict)
  } else if (kind === 'member-update') logger.debug(fields, kind)
  else logger.info(fields, kind)
}
