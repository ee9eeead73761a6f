// One line a measurement of replicated state, with the bar it has to hold where there is one.

import { emit, type Fields, progress } from '../support/lines.ts'

let missed = 0

/** Whether every bar held so far. */
export function allHeld(): boolean {
  return missed === 0
}

/** Prints what was measured; `isHeld` is left out where nothing is wanted. */
export function report(name: string, fields: Fields, isHeld?: boolean): void {
  if (isHeld === false) missed += 1
  const held = isHeld === undefined ? {} : { held: isHeld ? 'yes' : 'NO' }
  emit({ peer: 'hearsay', measure: 'state', name, ...fields, ...held })
}

/** Says that something cannot be measured here. */
export function skip(name: string, why: string): void {
  progress(`SKIPPED ${name}: ${why}`)
  emit({ peer: 'hearsay', measure: 'state', name, held: 'skipped' })
}
