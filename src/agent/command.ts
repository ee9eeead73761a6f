// What a command is: a row for the help, its arguments and flags, and a function that runs it
// with the world in hand and answers the exit code.

import type { Node, NodeOptions } from '../host/api.ts'
import type { AgentClient } from './client.ts'
import type { Exit, Io } from './contract.ts'
import type { OutputForm, Printer } from './terminal/printer.ts'

/** Flags as commander hands them over: texts, true, false or lists of texts. */
export type Flags = Readonly<Record<string, unknown>>

/** What differs between production and tests, beside Io. */
export interface Parts {
  /** With `record`, everything that goes into the node is written down line by line. */
  readonly createNode: (options: NodeOptions, record?: (line: string) => void) => Promise<Node>
  /** Starts `hearsay` with these words as a process of its own. */
  readonly spawnMember: SpawnMember
  /** The process that started this one with `--child`, if any. */
  readonly parent: ParentLink | undefined
  /** The module that worker threads of a simulation run; without one, this thread works alone. */
  readonly workerUrl?: URL
}

/** The line to `hearsay up`, seen from a member's process. */
export interface ParentLink {
  readonly send: (message: ReadyMessage) => void
  /** Calls back when the parent says so, or is gone. */
  readonly onStop: (listener: () => void) => void
}

/** A member's process, seen from `hearsay up`. */
export interface MemberProcess {
  readonly pid: number
  /** Resolves with its first message, or undefined if it ended before saying anything. */
  readonly ready: Promise<ReadyMessage | undefined>
  /** The last lines it wrote on standard error. */
  readonly lastWords: () => string
  readonly stop: () => void
  /** SIGKILL: no goodbye. */
  readonly kill: () => void
  readonly exited: Promise<void>
}

/** What a child tells its parent once it can be talked to. */
export interface ReadyMessage {
  readonly kind: 'ready'
  readonly name: string
  readonly address: string
  readonly url: string
  readonly token: string
}

export type SpawnMember = (words: readonly string[]) => MemberProcess

export interface CommandContext {
  /** All commands, each with the common flags it takes. */
  readonly commands: readonly CommandRow[]
  readonly io: Io
  readonly parts: Parts
  readonly print: Printer
  readonly arguments: readonly string[]
  readonly flags: Flags
  /** How long to wait for an answer. */
  readonly timeoutMs: number
  /** True if `--timeout` was given. */
  readonly hasTimeout: boolean
  /** For what would go on for ever: aborts when a `--timeout` that was given is over. */
  readonly untilTimeout: () => AbortSignal | undefined
  /** 0, 1 or 2 for none, `-v`, `-vv`. */
  readonly verbosity: number
  /** Aborts when the user interrupts. */
  readonly signal: AbortSignal
  /** The agent to talk to. Throws exit 3 if there is none. */
  readonly agent: () => AgentClient
  /** Makes a client of another agent of ours. */
  readonly clientOf: (url: string, token: string | undefined) => AgentClient
  /** Asks before something is destroyed; throws exit 2 if nobody can answer. */
  readonly confirm: (question: string) => Promise<boolean>
}

export type RunCommand = (context: CommandContext) => Promise<Exit>

/** One flag of a command, in commander's notation. */
export interface FlagRow {
  readonly flags: string
  readonly help: string
  /** May be given several times. */
  readonly repeats?: boolean
  readonly choices?: readonly string[]
  /** Words a shell may offer where the command itself checks the value. */
  readonly values?: readonly string[]
  /** Long flags of other programs for the same, only to suggest this one: `--format`. */
  readonly aka?: readonly string[]
  /** Works, but is not worth a line of help. */
  readonly hidden?: boolean
  /** Heading it stands under in the help. */
  readonly group?: string
}

export interface CommandRow {
  /** One word; two for a command that stands under another: `sim compare`. */
  readonly name: string
  /** In commander's notation: `<name>`, `[payload]`, `<addresses...>`. */
  readonly args?: string
  /** Words the argument may be, for a shell to offer. */
  readonly argumentChoices?: readonly string[]
  readonly summary: string
  /** Two to four lines to copy. */
  readonly examples: readonly string[]
  readonly flags: readonly FlagRow[]
  /** Which common flags make sense: output forms, an agent to ask, questions before acting. */
  readonly takes: readonly ('output' | 'agent' | 'confirm' | 'dry-run')[]
  /** Forms of `-o` that make sense here; json, ndjson, wide and name by default. */
  readonly forms?: readonly OutputForm[]
  /** What `--timeout` bounds here, where that is not one answer of the agent. */
  readonly timeout?: string
  /** Handles signals itself; others end with exit 130. */
  readonly ownsSignals?: boolean
  readonly load: () => Promise<RunCommand>
}

/** The command that this one stands under: `sim` for `sim compare`. */
export function groupOf(name: string): string | undefined {
  return name.includes(' ') ? name.slice(0, name.lastIndexOf(' ')) : undefined
}

/** What is typed for it after its group, if it has one: `compare` for `sim compare`. */
export function ownWordOf(name: string): string {
  return name.slice(name.lastIndexOf(' ') + 1)
}

/** A text flag, if given. */
export function textFlag(flags: Flags, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

/** A repeated flag; empty if not given. */
export function listFlag(flags: Flags, name: string): readonly string[] {
  const value = flags[name]
  if (typeof value === 'string') return [value]
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : []
}
