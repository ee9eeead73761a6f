// Real programs as child processes: started, listened to, and ended without leaving one
// behind, whatever way the test run ends. Their output is kept line by line (bounded).

import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from './waiting.ts'

const LINES_MAX = 50_000

const running = new Set<ChildProcess>()
const folders: string[] = []
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A started program. */
export class Program {
  readonly name: string
  /** Standard output and standard error, in the order they came. */
  readonly lines: string[] = []
  readonly #child: ChildProcess
  #ended = false

  constructor(name: string, command: string, words: readonly string[]) {
    this.name = name
    this.#child = spawn(command, words, { stdio: ['pipe', 'pipe', 'pipe'] })
    running.add(this.#child)
    this.#child.on('error', (error) => this.#end(`did not start: ${error.message}`))
    this.#child.on('exit', (code, signal) => this.#end(`ended: ${signal ?? `exit ${code}`}`))
    // A command written to a program that is just ending is no failure of ours.
    this.#child.stdin?.on('error', () => {})
    for (const stream of [this.#child.stdout, this.#child.stderr]) this.#collect(stream)
  }

  get ended(): boolean {
    return this.#ended
  }

  /** Writes a line to its standard input. */
  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  signal(signal: NodeJS.Signals): void {
    if (!this.#ended) this.#child.kill(signal)
  }

  /** Ends it: at once by `SIGKILL`, or by a signal it may answer in its own time, at most 15 s. */
  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    this.signal(signal)
    await until(`${this.name} has ended`, () => this.#ended, 15_000)
  }

  /** Lines that match, for messages. */
  grep(pattern: RegExp): readonly string[] {
    return this.lines.filter((line) => pattern.test(line))
  }

  #collect(stream: NodeJS.ReadableStream | null): void {
    let rest = ''
    stream?.setEncoding('utf8')
    stream?.on('data', (text: string) => {
      const parts = (rest + text).split('\n')
      rest = parts.pop() ?? ''
      this.lines.push(...parts)
      if (this.lines.length > LINES_MAX) this.lines.splice(0, this.lines.length - LINES_MAX)
    })
  }

  #end(how: string): void {
    if (this.#ended) return
    this.#ended = true
    this.lines.push(`[${this.name} ${how}]`)
    running.delete(this.#child)
  }
}

/**
 * Runs a command to its end and resolves to its standard output; rejects with both outputs if it
 * failed. Never waits on it synchronously: our nodes in this process must go on answering.
 */
export function run(
  command: string,
  words: readonly string[],
  options: { readonly cwd?: string; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const settings = { cwd: options.cwd, env: { ...process.env, ...options.env }, timeout: 180_000 }
  return new Promise((resolve, reject) => {
    execFile(command, [...words], settings, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else reject(new Error(`${command} ${words.join(' ')}: ${error.message}\n${stdout}${stderr}`))
    })
  })
}

/** A folder of its own under the temporary one, removed when the test run ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hearsay-interop-'))
  folders.push(folder)
  return folder
}
