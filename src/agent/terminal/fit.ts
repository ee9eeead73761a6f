// Cuts painted lines to the width of a terminal. A line that wraps takes two rows, and whoever
// goes back over it by counting lines ends one row too low.

import { widthOf } from './text.ts'

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape that paint begins with.
const PAINT = /(\u001b\[[0-9;]*m)/

/** Columns that a painted line takes. */
export function paintedWidth(line: string): number {
  return widthOf(line.split(PAINT).filter(isText).join(''))
}

/** The line in at most so many columns; what is cut ends with `…`, and all paint stays. */
export function fitted(line: string, columns: number): string {
  if (paintedWidth(line) <= columns) return line
  let room = Math.max(0, columns - 1)
  let isCut = false
  const parts = line.split(PAINT).map((part, at) => {
    if (!isText(part, at)) return part
    if (isCut) return ''
    const kept = cutText(part, room)
    room -= widthOf(kept)
    isCut = kept !== part
    return isCut && columns > 0 ? `${kept}…` : kept
  })
  return parts.join('')
}

/** A split at a group gives text and paint by turns, text first. */
function isText(_part: string, at: number): boolean {
  return at % 2 === 0
}

function cutText(text: string, room: number): string {
  let kept = ''
  let width = 0
  for (const character of text) {
    width += widthOf(character)
    if (width > room) break
    kept += character
  }
  return kept
}
