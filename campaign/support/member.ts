// One member: a real process on a host of its own, whose log is always read, and what can be
// done to that process.

import { type ChildProcess, spawn } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import type { Net } from './net.ts'
import { nameOf, type Program } from './programs.ts'
import { shell } from './shell.ts'
import type { Sights } from './sights.ts'

/** How a process may be started otherwise. */
export interface StartOptions {
  /** The log goes into a pipe that is full and that nobody reads. */
  readonly isLogUnread?: boolean
  /** Its wall clock can be moved. */
  readonly isWallMovable?: boolean
}

const MOVABLE_WALL = `--import ${new URL('./wall-clock.js', import.meta.url)}`

/** Where a member lives, what it runs, and who hears of it. */
export interface MemberParts {
  readonly net: Net
  readonly program: Program
  readonly sights: Sights
  /** A folder for its log, if that is to be kept. */
  readonly logs: string | undefined
}

export class Member {
  readonly name: string
  readonly host: number
  readonly #parts: MemberParts
  #child: ChildProcess | undefined
  #exits = 0
  #lastWords = ''
  readonly #counts = new Map<string, number>()

  constructor(host: number, parts: MemberParts) {
    this.name = nameOf(host)
    this.host = host
    this.#parts = parts
  }

  /** True while its process runs, paused or not. */
  get isRunning(): boolean {
    return this.#child !== undefined
  }

  /** Throws if it does not run. */
  get pid(): number {
    const pid = this.#child?.pid
    if (pid === undefined) throw new Error(`${this.name} does not run: ${this.#lastWords}`)
    return pid
  }

  /** How often its process ended without being told to. */
  get unwantedExits(): number {
    return this.#exits
  }

  /** How many lines of its log have held these words so far; counted from the first question on. */
  said(words: string): number {
    const count = this.#counts.get(words) ?? 0
    this.#counts.set(words, count)
    return count
  }

  start({ isLogUnread = false, isWallMovable = false }: StartOptions = {}): void {
    const { net, program, sights } = this.#parts
    sights.forget(this.name)
    const words = program.commandLine(net, this.host)
    // `exec`: the process id is the program's own, once ip and bash have made way for it.
    const line = isLogUnread ? ['bash', '-c', UNREAD, ...words] : words
    const child = spawn('ip', ['netns', 'exec', net.space(this.host), ...line], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        XDG_STATE_HOME: `/tmp/${net.space(this.host)}`,
        ...(isWallMovable && { NODE_OPTIONS: MOVABLE_WALL }),
      },
    })
    this.#child = child
    if (!isLogUnread) for (const stream of [child.stdout, child.stderr]) this.#read(stream)
    child.on('exit', () => {
      if (this.#child === child) this.#exits += 1
      if (this.#child === child) this.#child = undefined
    })
  }

  /** SIGKILL: no goodbye. */
  kill(): void {
    const child = this.#child
    this.#child = undefined
    child?.kill('SIGKILL')
  }

  /** Asks it to say goodbye and end; resolves when it has. */
  async leave(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    const ended = new Promise((resolve) => child?.on('exit', resolve))
    child?.kill('SIGINT')
    await ended
  }

  pause(): void {
    process.kill(this.pid, 'SIGSTOP')
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT')
  }

  /** Moves its wall clock: an hour ahead, a day further, back to where it was. */
  moveWall(): void {
    process.kill(this.pid, 'SIGUSR2')
  }

  /** Bounds how many files it may hold open; `undefined` lifts the bound. */
  async limitFiles(count: number | undefined): Promise<void> {
    const limit = count === undefined ? '20000' : String(count)
    await shell('prlimit', ['--pid', String(this.pid), `--nofile=${limit}:20000`])
  }

  /** Lines are taken leniently: a log may hold any bytes, and must never be left unread. */
  #read(stream: NodeJS.ReadableStream): void {
    let rest = ''
    stream.on('data', (bytes: Buffer) => {
      const lines = `${rest}${bytes.toString('latin1')}`.split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) this.#take(line)
    })
  }

  #take(line: string): void {
    this.#lastWords = line
    for (const [words, count] of this.#counts) {
      if (line.includes(words)) this.#counts.set(words, count + 1)
    }
    const { net, program, sights, logs } = this.#parts
    if (logs !== undefined) {
      appendFileSync(`${logs}/${program.name}-${net.space(this.host)}.log`, `${line}\n`)
    }
    const sight = program.sight(line, this.name)
    if (sight !== undefined) sights.add(sight)
  }
}

/** The one who could read it sleeps; the pipe is filled to its last byte before the program begins. */
const UNREAD = 'exec > >(exec sleep 9999) 2>&1; head -c 65536 /dev/zero; exec "$0" "$@"'
