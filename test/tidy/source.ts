// Reads TypeScript source well enough to judge its house style, without a parser: blanks
// out comments and the insides of strings, finds the imports, and measures functions.
// It knows the language only as far as this repository uses it.

/** One `import` or `export … from`, static or dynamic. */
export interface Import {
  readonly from: string
  /** Erased by the compiler: `import type`, or braces with nothing but `type` names in them. */
  readonly typeOnly: boolean
  /** The text between `import` and `from`; empty for a bare or dynamic import. */
  readonly names: string
  readonly line: number
}

export interface SourceFunction {
  readonly line: number
  readonly lines: number
  /** The last line of code before its parameter list, to tell callbacks of `describe` apart. */
  readonly head: string
}

export interface Source {
  /** As long as the text, with comments and the insides of strings turned to spaces. */
  readonly code: string
  readonly comments: readonly { readonly text: string; readonly line: number }[]
  readonly imports: readonly Import[]
}

/** Reads one file's text. */
export function readSource(text: string): Source {
  const { code, comments } = blank(text)
  return { code, comments, imports: findImports(text, code) }
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let i = text.indexOf('\n'); i >= 0 && i < offset; i = text.indexOf('\n', i + 1)) line += 1
  return line
}

// ---- comments and strings -----------------------------------------------------------

interface Blanked {
  readonly code: string
  readonly comments: readonly { readonly text: string; readonly line: number }[]
}

// A slash starts a regular expression where a value may start, which the character or word
// before it tells.
const REGEX_MAY_FOLLOW = /(?:^|[(,=:[!&|?{};+*%<>~^-]|\breturn|\bcase|\btypeof|\bin|\bof)\s*$/

function blank(text: string): Blanked {
  const out = text.split('')
  const comments: { text: string; line: number }[] = []
  const templateDepths: number[] = []
  let depth = 0
  const wipe = (from: number, to: number): void => {
    for (let i = from; i < to; i += 1) if (out[i] !== '\n') out[i] = ' '
  }
  for (let at = 0; at < text.length; at += 1) {
    const two = text.slice(at, at + 2)
    const one = text[at]
    if (two === '//' || two === '/*') {
      const end = endOfComment(text, at, two)
      comments.push({ text: text.slice(at, end), line: lineAt(text, at) })
      wipe(at, end)
      at = end - 1
    } else if (one === "'" || one === '"') {
      const end = endOfQuoted(text, at, one)
      wipe(at + 1, end)
      at = end
    } else if (one === '/' && REGEX_MAY_FOLLOW.test(out.slice(Math.max(0, at - 40), at).join(''))) {
      const end = endOfRegex(text, at)
      wipe(at + 1, end)
      at = end
    } else if (one === '`' || (one === '}' && templateDepths.at(-1) === depth)) {
      if (one === '}') templateDepths.pop()
      const end = endOfTemplatePart(text, at + 1)
      wipe(at, end)
      if (text[end] === '$') {
        templateDepths.push(depth)
        wipe(end, end + 2)
        at = end + 1
      } else {
        at = end
      }
    } else if (one === '{') depth += 1
    else if (one === '}') depth -= 1
  }
  return { code: out.join(''), comments }
}

function endOfComment(text: string, at: number, opener: string): number {
  const end = opener === '//' ? text.indexOf('\n', at) : text.indexOf('*/', at + 2) + 2
  return end < at + 2 ? text.length : end
}

function endOfQuoted(text: string, at: number, quote: string): number {
  let i = at + 1
  while (i < text.length && text[i] !== quote) i += text[i] === '\\' ? 2 : 1
  return i
}

function endOfRegex(text: string, at: number): number {
  let inClass = false
  for (let i = at + 1; i < text.length; i += 1) {
    const char = text[i]
    if (char === '\\') i += 1
    else if (char === '[') inClass = true
    else if (char === ']') inClass = false
    else if ((char === '/' && !inClass) || char === '\n') return i
  }
  return text.length
}

/** Where a template's text ends: at its closing backtick, or at the `$` of `${`. */
function endOfTemplatePart(text: string, at: number): number {
  let i = at
  while (i < text.length && text[i] !== '`' && text.slice(i, i + 2) !== '${') {
    i += text[i] === '\\' ? 2 : 1
  }
  return i
}

// ---- imports ------------------------------------------------------------------------

const IMPORT = /\b(import|export)\b\s*(?:\(\s*|([\w\s{},*]*?)\bfrom\s*)?['"]/g

function findImports(text: string, code: string): readonly Import[] {
  const found: Import[] = []
  for (const match of code.matchAll(IMPORT)) {
    const start = match.index + match[0].length
    const quote = code[start - 1] ?? "'"
    const names = (match[2] ?? '').trim()
    if (match[1] === 'export' && names === '') continue
    found.push({
      from: text.slice(start, text.indexOf(quote, start)),
      typeOnly: isTypeOnly(names),
      names,
      line: lineAt(text, match.index),
    })
  }
  return found
}

function isTypeOnly(names: string): boolean {
  if (/^type\b/.test(names)) return true
  const inner = /^\{([\s\S]*)\}$/.exec(names)?.[1]
  if (inner === undefined) return false
  const parts = inner.split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '').every((part) => /^type\s/.test(part))
}

// ---- functions ----------------------------------------------------------------------

interface Opening {
  readonly offset: number
  readonly header: number | undefined
}

/** Every function with a block body, with its length in lines from its parameter list on. */
export function findFunctions(code: string): readonly SourceFunction[] {
  const found: SourceFunction[] = []
  const openings: Opening[] = []
  let lastClosed: (Opening & { readonly end: number }) | undefined
  for (let at = 0; at < code.length; at += 1) {
    if (code[at] === '{') {
      openings.push({ offset: at, header: headerOf(code, at, lastClosed) })
    } else if (code[at] === '}') {
      const opening = openings.pop()
      if (opening === undefined) continue
      lastClosed = { ...opening, end: at }
      if (opening.header === undefined) continue
      const line = lineAt(code, opening.header)
      found.push({
        line,
        lines: lineAt(code, at) - line + 1,
        head: code.slice(code.lastIndexOf('\n', opening.header) + 1, opening.header),
      })
    }
  }
  return found
}

const NOT_A_FUNCTION = /\b(?:if|for|while|switch|catch|with|await)\s*$/

/** Where the parameter list of the function starts whose body opens at `at`, if one does. */
function headerOf(
  code: string,
  at: number,
  lastClosed: (Opening & { readonly end: number }) | undefined,
): number | undefined {
  const before = code.slice(0, at)
  // A return type in braces looks like a body; the real body follows it at once.
  if (
    lastClosed?.header !== undefined &&
    /^[\s>|&a-z[\]]*$/.test(code.slice(lastClosed.end + 1, at))
  ) {
    if (/\)\s*:[^;={}]*$/.test(code.slice(0, lastClosed.offset))) return lastClosed.header
  }
  const tail = /(\))\s*(?::[^;={}()]*)?(?:=>)?\s*$|(\b\w+)\s*=>\s*$/.exec(before.slice(-400))
  if (tail === null) return undefined
  const end = before.length - tail[0].length
  if (tail[2] !== undefined) return end
  const open = matchingParen(code, end)
  return NOT_A_FUNCTION.test(code.slice(Math.max(0, open - 20), open)) ? undefined : open
}

function matchingParen(code: string, close: number): number {
  let depth = 0
  for (let i = close; i >= 0; i -= 1) {
    if (code[i] === ')') depth += 1
    else if (code[i] === '(') {
      depth -= 1
      if (depth === 0) return i
    }
  }
  return 0
}
