// Fits lines to the width of a terminal: painted ones are cut, sentences are broken between
// words, commands between flags. A line that wraps takes two rows, and whoever goes back over it
// by counting lines ends one row too low.

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

/** Plain text in lines of at most so many columns, broken between words; a longer word stays whole. */
export function wrapped(text: string, columns: number): readonly string[] {
  return joined(text.split(' '), columns)
}

/** A command line as lines that can be pasted as they are: broken before flags. */
export function foldedCommand(command: string, columns: number): readonly string[] {
  const lines = joined(command.split(/ (?=--)/), columns - FOLD.length)
  return lines.map((line, at) => (at < lines.length - 1 ? line + FOLD : line))
}

/** Tells a shell that the command goes on in the next line. */
const FOLD = ' \\'

function joined(pieces: readonly string[], columns: number): readonly string[] {
  const lines: string[] = []
  for (const piece of pieces) {
    const longer = `${lines.at(-1) ?? ''} ${piece}`
    if (lines.length > 0 && widthOf(longer) <= columns) lines[lines.length - 1] = longer
    else lines.push(piece)
  }
  return lines
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
