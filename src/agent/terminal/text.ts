// Text for eyes: makes what strangers wrote harmless (controls, bidirectional overrides and
// the like are shown as \u{…}), measures its width, and cuts what is too long. Names, tags
// and payloads of other members must pass through here before they reach a terminal.

// Controls, formats (bidirectional marks, zero-width characters, soft hyphens), lone
// surrogates, private use, line and paragraph separators, and whatever else draws nothing.
const HOSTILE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{DI}]/gu

/** `text` with every character that could forge output shown as `\u{…}`, cut at `max`. */
export function visible(text: string, max = 256): string {
  const cut = text.length > max ? `${text.slice(0, max - 1)}…` : text
  return cut.replace(HOSTILE, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`)
}

/** JSON whose strings hold no raw control or bidirectional character; still the same data. */
export function jsonText(value: unknown, indent = 0): string {
  const text = JSON.stringify(value, undefined, indent)
  // Line breaks between the fields are ours; within strings JSON has escaped them already.
  return text.replace(HOSTILE, (character) => (character === '\n' ? '\n' : escapeUnits(character)))
}

function escapeUnits(character: string): string {
  let escaped = ''
  for (let at = 0; at < character.length; at++) {
    escaped += `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`
  }
  return escaped
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u
const MARK = /\p{M}/u

/** Columns that `text` takes on a terminal; escape sequences must not be in it. */
export function widthOf(text: string): number {
  let width = 0
  for (const character of text) {
    if (MARK.test(character)) continue
    width += WIDE.test(character) ? 2 : 1
  }
  return width
}

/** A name as it can be pasted into a command line: quoted unless it is plainly a name. */
export function pasted(name: string): string {
  if (/^[A-Za-z0-9._][A-Za-z0-9._-]*$/.test(name)) return name
  const quoted = `'${visible(name).replaceAll("'", String.raw`'\''`)}'`
  return name.startsWith('-') ? `-- ${quoted}` : quoted
}

/** Commands in a hint as they have to be typed here: where npx ran this one, by npx too. */
export function asTyped(text: string, env: Readonly<Record<string, string | undefined>>): string {
  return env.npm_command === 'exec' ? text.replace(/\bhearsay (?=[a-z-])/g, 'npx hearsay ') : text
}

/** `1 member`, `2 members`. */
export function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `a`, `a and b`, `a, b and c`; at most `max` items, then `… and 7 more`. */
export function listed(items: readonly string[], max = 8): string {
  if (items.length > max) {
    return `${items.slice(0, max).join(', ')} and ${items.length - max} more`
  }
  if (items.length < 2) return items.join('')
  return `${items.slice(0, -1).join(', ')} and ${items[items.length - 1] ?? ''}`
}
