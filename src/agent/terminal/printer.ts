// What a command answers with, in the form that was asked for: a table, JSON, one JSON
// object a line, names or CSV. Data goes to standard output, talk and progress to standard
// error; progress only on a terminal.

import { apiVersion, type Io } from '../contract.ts'
import { csvText } from './csv.ts'
import { fitted, foldedCommand, paintedWidth, wrapped } from './fit.ts'
import { type ColorChoice, type Paint, paintFor, type Shade } from './style.ts'
import { alignedLines, stackedLines, type Table, tabbedLines } from './table.ts'
import { jsonText, visible, widthOf } from './text.ts'

export const formats = ['json', 'ndjson', 'wide', 'name', 'csv'] as const
export type OutputForm = (typeof formats)[number]
export type Format = 'text' | OutputForm

export interface PrinterSettings {
  readonly format: Format
  readonly color: ColorChoice
  readonly quiet: boolean
}

/** A command's result, before the form is chosen. */
export interface Answer {
  readonly kind: string
  readonly body: object
  /** For `ndjson`: one object a line instead of the whole body. */
  readonly items?: { readonly kind: string; readonly rows: readonly object[] }
  /** For `-o name`. */
  readonly names?: readonly string[]
  /** For `-o csv`; only commands that offer this form need it. */
  readonly csv?: Table
  /** For people. */
  readonly text: () => void
}

export class Printer {
  readonly format: Format
  /** Paint for standard output. */
  readonly paint: Paint
  /** Paint for standard error. */
  readonly paintTalk: Paint
  readonly #io: Io
  readonly #quiet: boolean
  /** Widths of the lines of progress that stand on the terminal. */
  #shownWidths: readonly number[] = []

  constructor(io: Io, settings: PrinterSettings) {
    this.#io = io
    this.format = settings.format
    this.#quiet = settings.quiet
    this.paint = paintFor(io.out, settings.color, io.env)
    this.paintTalk = paintFor(io.err, settings.color, io.env)
  }

  get isJson(): boolean {
    return this.format === 'json' || this.format === 'ndjson'
  }

  /** Somebody sees progress: standard error is a terminal, and `--quiet` was not given. */
  get showsProgress(): boolean {
    return !this.#quiet && this.#io.err.isTerminal
  }

  /** Standard output is a terminal, so somebody is reading along. */
  get isWatched(): boolean {
    return this.#io.out.isTerminal
  }

  /** Prints an answer in the chosen form. */
  answer(answer: Answer): void {
    if (this.format === 'json') this.#write(`${jsonText(this.#dressed(answer), 2)}\n`)
    else if (this.format === 'ndjson') this.#lines(answer)
    else if (this.format === 'name') for (const name of answer.names ?? []) this.line(visible(name))
    else if (this.format === 'csv') this.#write(csvText(answer.csv ?? { columns: [], rows: [] }))
    else answer.text()
  }

  /** One object of a stream, on one line. */
  item(kind: string, body: object): void {
    this.#write(`${jsonText({ apiVersion, kind, ...body })}\n`)
  }

  /** A line of data; must be harmless already. */
  line(text = ''): void {
    this.#write(`${text}\n`)
  }

  /** Bytes as they are; only where standard output is no terminal, which they could forge. */
  bytes(bytes: Uint8Array): void {
    this.endProgress()
    this.#io.out.writeBytes(bytes)
  }

  /** A table: aligned on a terminal, tabs in a pipe. */
  table(table: Table): void {
    const aligned = this.#io.out.isTerminal
    for (const line of aligned ? alignedLines(table, this.paint) : tabbedLines(table)) {
      this.line(line)
    }
  }

  /** A table of figures: as `table`, but stacked on a terminal that is too narrow for it. */
  figures(table: Table): void {
    const { isTerminal, columns } = this.#io.out
    const widest = Math.max(...alignedLines(table, this.paint).map(paintedWidth))
    if (!isTerminal || widest <= columns) return this.table(table)
    for (const line of stackedLines(table, columns, this.paint)) this.line(line)
  }

  /** Sentences, broken between words where a terminal is too narrow for them. */
  prose(text: string, shade?: Shade): void {
    const { isTerminal, columns } = this.#io.out
    for (const line of isTerminal ? wrapped(text, columns) : [text]) {
      this.line(shade === undefined ? line : this.paint(shade, line))
    }
  }

  /** The command that gives the same again; a terminal too narrow for it gets one to be pasted. */
  again(command: string, word = 'again'): void {
    const text = `${word}: ${command}`
    const { platform, err } = this.#io
    // Shells of Windows know no such line ends.
    const isFolded = err.isTerminal && platform !== 'win32' && widthOf(text) > err.columns
    for (const line of isFolded ? foldedCommand(text, err.columns) : [text]) {
      this.talk(this.paintTalk('dim', line))
    }
  }

  /** A remark on standard error, unless `--quiet`. */
  talk(text: string): void {
    if (this.#quiet) return
    this.endProgress()
    this.#io.err.write(`${text}\n`)
  }

  /** Replaces the last progress line; nothing where standard error is no terminal. */
  progress(text: string): void {
    this.progressLines([this.paintTalk('dim', text)])
  }

  /**
   * Replaces the progress by these lines, painted already. They are cut to the width of the
   * terminal; where there are too many for its height, the last one stands for all.
   */
  progressLines(lines: readonly string[]): void {
    if (!this.showsProgress) return
    const { columns, rows } = this.#io.err
    // The last column stays free: a few terminals wrap as soon as it is written to.
    const shown = lines.slice(lines.length > rows ? -1 : 0).map((one) => fitted(one, columns - 1))
    const back = this.#erasing()
    this.#shownWidths = shown.map(paintedWidth)
    this.#io.err.write(`${back}${shown.join('\n')}`)
  }

  /** Takes the progress away. */
  endProgress(): void {
    if (this.#shownWidths.length === 0) return
    const back = this.#erasing()
    this.#shownWidths = []
    this.#io.err.write(back)
  }

  /** Back to where the progress began, with everything from there on erased. */
  #erasing(): string {
    const { columns } = this.#io.err
    // Lines that fitted when they were written wrap where the terminal was narrowed since.
    const rows = this.#shownWidths.reduce(
      (sum, width) => sum + Math.max(1, Math.ceil(width / columns)),
      0,
    )
    return rows > 1 ? `\r\u001b[${rows - 1}A\u001b[J` : '\r\u001b[2K'
  }

  #lines(answer: Answer): void {
    if (answer.items === undefined) this.#write(`${jsonText(this.#dressed(answer))}\n`)
    else for (const row of answer.items.rows) this.item(answer.items.kind, row)
  }

  #dressed(answer: Answer): object {
    return { apiVersion, kind: answer.kind, ...answer.body }
  }

  #write(text: string): void {
    this.endProgress()
    this.#io.out.write(text)
  }
}
