// Colour, where the contract allows it: only on a terminal, not with NO_COLOR, or as
// `--color` says. Colour never carries meaning alone; the word is always there too.

import type { Environment, Sink } from '../contract.ts'

export type ColorChoice = 'auto' | 'always' | 'never'
export type Shade = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Paints text, or leaves it alone. */
export type Paint = (shade: Shade, text: string) => string

const CODES: Readonly<Record<Shade, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
}

/** Whether this sink gets colour. */
export function hasColor(sink: Sink, choice: ColorChoice, env: Environment): boolean {
  if (choice !== 'auto') return choice === 'always'
  const refused = env.NO_COLOR !== undefined && env.NO_COLOR !== ''
  return sink.isTerminal && !refused && env.TERM !== 'dumb'
}

/** The paint for a sink. */
export function paintFor(sink: Sink, choice: ColorChoice, env: Environment): Paint {
  if (!hasColor(sink, choice, env)) return (_, text) => text
  return (shade, text) => {
    const [on, off] = CODES[shade]
    return text === '' ? text : `\u001b[${on}m${text}\u001b[${off}m`
  }
}

/** The shade a member's status is shown in. */
export function shadeOf(status: string): Shade {
  if (status === 'alive') return 'green'
  if (status === 'suspect') return 'yellow'
  if (status === 'failed') return 'red'
  return 'dim'
}
