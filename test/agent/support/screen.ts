// A terminal's screen: what stands on it after text was written, wrapped at its width and
// scrolled at its height, with the few escape sequences that progress uses.

export class Screen {
  readonly #columns: number
  readonly #height: number
  /** All rows since the beginning; those that scrolled away can never be written again. */
  readonly #rows: string[] = ['']
  #top = 0
  #row = 0
  #column = 0

  constructor([columns, height]: readonly [number, number]) {
    this.#columns = columns
    this.#height = height
  }

  /** What stands there, with what has scrolled away above it. */
  get text(): string {
    return this.#rows.join('\n').trimEnd()
  }

  /** Rows that have scrolled away. */
  get scrolled(): number {
    return this.#top
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with it.
    for (const [one = ''] of text.matchAll(/\u001b\[[0-9;]*[A-Za-z]|[\s\S]/gu)) this.#take(one)
  }

  #take(one: string): void {
    if (one === '\r') this.#column = 0
    else if (one === '\n') this.#feed()
    else if (one.startsWith('\u001b')) this.#obey(one)
    else this.#put(one)
  }

  #obey(sequence: string): void {
    const letter = sequence.at(-1)
    if (letter === 'm') return
    if (letter === 'A') this.#row = Math.max(this.#top, this.#row - Number(sequence.slice(2, -1)))
    else if (sequence === '\u001b[2K') this.#rows[this.#row] = ''
    else if (sequence === '\u001b[J') {
      this.#rows.length = this.#row + 1
      this.#rows[this.#row] = (this.#rows[this.#row] ?? '').slice(0, this.#column)
    } else throw new Error(`this screen does not know ${JSON.stringify(sequence)}`)
  }

  #put(character: string): void {
    if (this.#column === this.#columns) this.#feed()
    const row = (this.#rows[this.#row] ?? '').padEnd(this.#column)
    this.#rows[this.#row] = row.slice(0, this.#column) + character + row.slice(this.#column + 1)
    this.#column++
  }

  #feed(): void {
    this.#row++
    this.#column = 0
    if (this.#row === this.#rows.length) this.#rows.push('')
    this.#top = Math.max(this.#top, this.#row - this.#height + 1)
  }
}
