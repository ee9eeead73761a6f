// What doctor finds: worst first, each with a fix. A check answers nothing where it has
// nothing to say, and one `ok` where it looked and all is well.

import type { Finding } from '../http/shapes.ts'
import { severities } from '../http/shapes.ts'

/** Something is broken. */
export function broken(check: string, message: string, fix: string): Finding {
  return { severity: 'error', check, message, fix }
}

/** Something will hurt. */
export function warning(check: string, message: string, fix: string): Finding {
  return { severity: 'warning', check, message, fix }
}

/** Worth knowing; not wrong. */
export function note(check: string, message: string, fix: string): Finding {
  return { severity: 'note', check, message, fix }
}

/** Looked at and good. */
export function good(check: string, message: string): Finding {
  return { severity: 'ok', check, message, fix: '' }
}

/** Worst first; otherwise in the order found. */
export function worstFirst(findings: readonly Finding[]): readonly Finding[] {
  return severities.flatMap((severity) => findings.filter((one) => one.severity === severity))
}

/** True if nothing is worse than a note. */
export function isHealthy(findings: readonly Finding[]): boolean {
  return findings.every((one) => one.severity === 'note' || one.severity === 'ok')
}
