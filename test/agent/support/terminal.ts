// A terminal that is not there: collects what a command writes, and lets a test send signals
// and answers.

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Parts } from '../../../src/agent/command.ts'
import type { Environment, Exit, Io, Signal } from '../../../src/agent/contract.ts'
import { run } from '../../../src/agent/run.ts'
import { readAtMost } from '../../../src/agent/terminal/input.ts'
import type { FakeWorld } from './fake-world.ts'

export interface TerminalOptions {
  readonly isTerminal?: boolean
  /** Columns and rows; 120 and 24 unless told. */
  readonly size?: readonly [number, number]
  readonly env?: Environment
  readonly answer?: string
  /** False: what is written stays unread. */
  readonly isRead?: boolean
  readonly input?: string | Uint8Array
}

export class Terminal {
  out = ''
  /** What was written as bytes, beside the text. */
  bytes: Uint8Array = new Uint8Array()
  err = ''
  log = ''
  readonly #listeners = new Map<Signal, Set<() => void>>()
  readonly #waiting = new Set<() => void>()
  readonly io: Io

  constructor(world: FakeWorld, options: TerminalOptions = {}) {
    const { isTerminal = false, size = [120, 24], env = {}, answer, input = '' } = options
    const sink = (add: (text: string) => void) => ({
      isTerminal,
      columns: size[0],
      rows: size[1],
      write: (text: string) => {
        add(text)
        for (const wake of [...this.#waiting]) wake()
      },
      writeBytes: (bytes: Uint8Array) => {
        this.bytes = Buffer.concat([this.bytes, bytes])
      },
      caughtUp: async (signal: AbortSignal) => {
        if (options.isRead === false) await new Promise((_, reject) => aborts(signal, reject))
      },
    })
    this.io = {
      out: sink((text) => {
        this.out += text
      }),
      err: sink((text) => {
        this.err += text
      }),
      openLog: async () => ({
        write: (line) => {
          this.log += line
          for (const wake of [...this.#waiting]) wake()
        },
        flush: async () => undefined,
      }),
      env,
      platform: process.platform,
      nowMs: () => world.clock(),
      readInput: (limits) => readAtMost(Readable.from([Buffer.from(input)]), limits),
      ask: answer === undefined ? undefined : async () => answer,
      onSignal: (signal, listener) => {
        const listeners = this.#listeners.get(signal) ?? new Set()
        this.#listeners.set(signal, listeners.add(listener))
        return () => listeners.delete(listener)
      },
    }
  }

  signal(signal: Signal): void {
    for (const listener of [...(this.#listeners.get(signal) ?? [])]) listener()
  }

  /** Resolves once something has been written that makes `isSo` true. */
  async until(isSo: (terminal: Terminal) => boolean): Promise<void> {
    while (!isSo(this)) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
      })
    }
  }
}

function aborts(signal: AbortSignal, listener: (reason: unknown) => void): void {
  if (signal.aborted) listener(signal.reason)
  else signal.addEventListener('abort', () => listener(signal.reason))
}

/** A command line and what came of it. */
export interface Outcome {
  readonly exit: Exit
  readonly out: string
  readonly err: string
  /** What was written as bytes, beside the text. */
  readonly bytes: Uint8Array
}

/** Parts for a world: no process is ever started. */
export function partsOf(world: FakeWorld): Parts {
  return {
    createNode: world.createNode,
    spawnMember: () => {
      throw new Error('no process is started in this test')
    },
    parent: undefined,
  }
}

/** Runs words, separated by blanks, to their end. */
export async function runWords(
  words: string | readonly string[],
  world: FakeWorld,
  options: TerminalOptions = {},
): Promise<Outcome> {
  const terminal = new Terminal(world, options)
  const argv = typeof words === 'string' ? words.split(' ') : words
  const exit = await run(argv, terminal.io, partsOf(world))
  return { exit, out: terminal.out, err: terminal.err, bytes: terminal.bytes }
}

/** Runs words until standard error says so, and is then interrupted; colour is off. */
export async function runInterrupted(
  words: string,
  world: FakeWorld,
  says: RegExp,
): Promise<Outcome> {
  const terminal = new Terminal(world, { isTerminal: true, env: { NO_COLOR: '1' } })
  const running = run(words.split(' '), terminal.io, partsOf(world))
  await terminal.until(({ err }) => says.test(err))
  terminal.signal('SIGINT')
  const exit = await running
  return { exit, out: terminal.out, err: terminal.err, bytes: terminal.bytes }
}

/** A folder that is gone after `use`. */
export async function inFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'hearsay-test-'))
  try {
    return await use(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
