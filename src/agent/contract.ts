// The output contract of the command line: exit codes, the error that carries one, and
// the Io a command may touch. Everything a command does to the world outside the agent
// goes through Io, so that tests run commands in-process and read what they wrote.

import type { InputLimits } from './terminal/input.ts'

/** What each exit code promises to scripts. */
export const exits = {
  done: 0,
  failed: 1,
  usage: 2,
  noAgent: 3,
  /** Some members did not answer or refused; they are listed. */
  partly: 4,
  timedOut: 5,
  unknown: 6,
  /** Token, cluster label or encryption key. */
  refused: 7,
  uncaught: 70,
  interrupted: 130,
} as const

export type Exit = (typeof exits)[keyof typeof exits]

/** An error to print in one line, with the next command to type, and the exit it leads to. */
export class CommandError extends Error {
  readonly exit: Exit
  /** A sentence or command that helps; printed on a line of its own. */
  readonly hint: string | undefined

  constructor(exit: Exit, message: string, hint?: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'CommandError'
    this.exit = exit
    this.hint = hint
  }
}

/** The message of whatever was thrown. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** The code of whatever was thrown, such as ECONNREFUSED; empty where it has none. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/** Where text goes. */
export interface Sink {
  readonly write: (text: string) => void
  /** Bytes as they are, for pipes and files. */
  readonly writeBytes: (bytes: Uint8Array) => void
  /** Resolves once a reader who is slow has caught up; rejects if the signal aborts first. */
  readonly caughtUp: (signal: AbortSignal) => Promise<void>
  readonly isTerminal: boolean
  /** Width in columns, now; 80 where unknown. */
  readonly columns: number
  /** Height in rows, now; 24 where unknown. */
  readonly rows: number
}

export interface LogSink {
  readonly write: (line: string) => void
  /** Writes out what waits, before the end. */
  /** Resolves when all is written, or cannot be. */
  readonly flush: () => Promise<void>
}

export type Environment = Readonly<Record<string, string | undefined>>
export type Signal = 'SIGINT' | 'SIGTERM' | 'SIGHUP'

/** The world a command may touch. */
export interface Io {
  readonly out: Sink
  readonly err: Sink
  /** Takes whole log lines; never blocks, drops and counts when nobody reads. */
  readonly openLog: () => Promise<LogSink>
  readonly env: Environment
  readonly platform: NodeJS.Platform
  /** Unix time in milliseconds. */
  readonly nowMs: () => number
  /** All of standard input, empty if there is none; undefined if it is longer than asked for. */
  readonly readInput: (limits: InputLimits) => Promise<Uint8Array | undefined>
  /** Asks on the terminal; undefined where there is nobody to ask. */
  readonly ask: ((question: string, signal: AbortSignal) => Promise<string>) | undefined
  /** Calls back at each signal; returns a function that ends it. */
  readonly onSignal: (signal: Signal, listener: () => void) => () => void
}

/** The version of the shapes in JSON; fields are only ever added. */
export const apiVersion = 'hearsay/v1'
