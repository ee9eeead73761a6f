// A bar on standard error while a sweep runs: redrawn in place on a terminal, a line each tenth
// elsewhere, so that logs stay short.

const WIDTH = 40

export class Progress {
  readonly #total: number
  readonly #noun: string
  readonly #isTerminal = process.stderr.isTTY === true
  #tenth = 0

  /** `total` things, called `noun`, are to be done. */
  constructor(total: number, noun: string) {
    this.#total = total
    this.#noun = noun
  }

  show(done: number, failures: number): void {
    const share = done / this.#total
    const failed = failures === 0 ? '' : `, ${failures} failed`
    const tally = `${done} of ${this.#total} ${this.#noun}${failed}`
    if (this.#isTerminal) {
      const filled = Math.floor(share * WIDTH)
      const bar = '█'.repeat(filled) + '░'.repeat(WIDTH - filled)
      process.stderr.write(`\r${bar} ${tally}`)
    } else if (Math.floor(share * 10) > this.#tenth) {
      this.#tenth = Math.floor(share * 10)
      process.stderr.write(`${tally}\n`)
    }
  }

  /** A line of its own; the bar is drawn again below it. */
  say(line: string): void {
    const clear = this.#isTerminal ? '\r\x1b[K' : ''
    process.stderr.write(`${clear}${line}\n`)
  }

  end(): void {
    if (this.#isTerminal) process.stderr.write('\n')
  }
}
