// Values of the flags of commands that simulate: numbers, shares and durations, as typed. A
// flag is named as it is typed, `--limit-unit`, here and in what is said of it.

import { type Flags, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { visible } from '../terminal/text.ts'
import { durationMs } from '../terminal/time.ts'

/** The text given to a flag. */
export function flagText(flags: Flags, flag: string): string | undefined {
  return textFlag(flags, attributeOf(flag))
}

/** commander's name for a flag: `--limit-unit` is `limitUnit`. */
function attributeOf(flag: string): string {
  return flag.slice(2).replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The number given to a flag; throws exit 2 for what is none. */
export function numberFlag(flags: Flags, flag: string): number | undefined {
  const text = flagText(flags, flag)
  return text === undefined ? undefined : numberOf(flag, text)
}

/** The milliseconds given to a flag; throws exit 2 for what is no duration. */
export function durationFlag(flags: Flags, flag: string): number | undefined {
  const text = flagText(flags, flag)
  return text === undefined ? undefined : durationOf(flag, text)
}

/** The whole number given to a flag, or `initial`; throws exit 2 for one out of bounds. */
export function wholeFlag(
  flags: Flags,
  flag: string,
  initial: number,
  bounds: readonly [number, number],
): number {
  return wholeNumber(flag, numberFlag(flags, flag) ?? initial, bounds)
}

/** A duration as milliseconds; throws exit 2 for anything else. */
export function durationOf(flag: string, text: string): number {
  const ms = durationMs(text)
  if (ms !== undefined) return ms
  const message = `${flag}: a duration such as 200ms or 1s expected, got ${visible(text)}`
  throw new CommandError(exits.usage, message)
}

/** `1000`, `1e6`, `-0.1`, `.1` or `10%`; throws exit 2 for anything else. */
export function numberOf(flag: string, text: string): number {
  const match = /^(-?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?)(%?)$/i.exec(text.replaceAll('_', ''))
  if (match !== null) return Number(match[1]) / (match[2] === '%' ? 100 : 1)
  throw new CommandError(exits.usage, `${flag}: a number expected, got ${visible(text)}`)
}

/** A whole number within bounds; throws exit 2 for anything else. */
export function wholeNumber(
  flag: string,
  value: unknown,
  [low, high]: readonly [number, number],
): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high) {
    return value
  }
  const got =
    typeof value === 'object' ? 'got a list or an object' : `got ${visible(String(value))}`
  const message = `${flag}: a whole number from ${low} to ${high} expected, ${got}`
  throw new CommandError(exits.usage, message)
}
