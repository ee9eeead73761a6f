// The names of the options that calls take: one that there is not is a slip of the pen, which
// would otherwise be ignored without a word. What the options hold is checked in arguments.ts.

import { isObject, wrong } from './arguments.ts'

const WRITE = ['acks', 'timeoutMs'] as const
const WATCH = ['prefix', 'initial', 'signal'] as const

/** By what is called. */
const NAMES = {
  /** Every write of state, unless it takes more. */
  write: WRITE,
  ownSet: ['ttlMs', ...WRITE],
  mapSet: ['ttlMs', 'lease', ...WRITE],
  watch: WATCH,
  ownWatch: ['node', ...WATCH],
  sync: ['peers', 'timeoutMs', 'signal'],
  ready: ['keys', 'timeoutMs', 'signal'],
  map: ['codec', 'ttlMs'],
  multi: ['codec'],
  custom: ['merge', 'validate', 'codec', 'samples'],
} as const satisfies Readonly<Record<string, readonly string[]>>

/** Throws `HEARSAY_CONFIG` naming every option that such a call does not take; others may be wrong otherwise. */
export function checkNames(call: keyof typeof NAMES, options: unknown): void {
  if (!isObject(options)) return
  const known: readonly string[] = NAMES[call]
  const unknown = Object.keys(options).filter((key) => !known.includes(key))
  if (unknown.length === 0) return
  const problems = unknown.map((key) => unknownOption(key, known))
  throw wrong(`${problems.join('; ')} (there are ${known.join(', ')})`, problems)
}

/** What is to be said of an option that there is not, with the one that may be meant. */
export function unknownOption(key: string, known: readonly string[]): string {
  const wanted = key.toLowerCase()
  const near = known.find((one) => {
    const name = one.toLowerCase()
    return [wanted, `${wanted}ms`, `${wanted}s`, wanted.replace(/s$/, '')].includes(name)
  })
  return near === undefined ? `${key}: no such option` : `${key}: no such option; ${near}?`
}
