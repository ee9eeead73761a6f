// What the handles of state ask of the core: writes, which may wait for other members and for the
// disk, and catching up with others before a read.

import { type Command, HearsayError } from '../core/index.ts'
import { checkCount, checkWaiting } from './arguments.ts'
import type { Commands } from './commands.ts'
import { checkNames } from './option-names.ts'
import type { Synced, SyncOptions, WriteOptions, Written } from './shared-api.ts'

/** A command that writes. */
export type StateWrite = Extract<Command, { kind: 'state-set' | 'state-delete' | 'state-put' }>

/** What the handles of state need of the core. */
export interface StateAsker {
  /** Rejects with what went wrong; waits as the options say. */
  readonly write: (command: StateWrite, options: WriteOptions) => Promise<Written>
  readonly sync: (options?: SyncOptions) => Promise<Synced>
  /** A command whose outcome nobody waits for. */
  readonly tell: (command: Command) => void
}

export interface StateCommandsParts {
  readonly commands: Commands
  /** Resolves once what was written is as safe on disk as this node promises. */
  readonly settled: () => Promise<void>
  /** Other members that are there and hold state, now. */
  readonly peers: () => number
}

/** How long members are waited for unless told otherwise. */
const WAIT_MS = 5000

export class StateCommands implements StateAsker {
  readonly #parts: StateCommandsParts

  constructor(parts: StateCommandsParts) {
    this.#parts = parts
  }

  readonly write = async (command: StateWrite, options: WriteOptions): Promise<Written> => {
    const written = await this.#written(command, options)
    await this.#parts.settled()
    return written
  }

  readonly sync = async (options: SyncOptions = {}): Promise<Synced> => {
    checkWaiting(options)
    checkNames('sync', options)
    const { peers = 'majority', timeoutMs = WAIT_MS, signal } = options
    checkCount('peers', peers)
    const command = { kind: 'state-sync', peers, timeoutMs } as const
    const { synced, needed } = await this.#parts.commands.ask(command, 'synced', { signal })
    if (synced >= needed) return { synced, needed }
    const text = `sync: caught up with ${synced} of ${needed} members in ${timeoutMs} ms`
    throw new HearsayError('HEARSAY_TIMEOUT', `${text}; ${this.#whyFewer(needed)}`)
  }

  #whyFewer(needed: number): string {
    const peers = this.#parts.peers()
    if (peers >= needed) return 'are the others reachable?'
    if (peers === 0) return 'no other member that holds state is there'
    const others = peers === 1 ? '1 other' : `${peers} others`
    return `only ${others} that can be asked, this node not counted`
  }

  readonly tell = (command: Command): void => this.#parts.commands.tell(command)

  async #written(
    command: StateWrite,
    { acks, timeoutMs = WAIT_MS }: WriteOptions,
  ): Promise<Written> {
    const { commands } = this.#parts
    if (acks === undefined) {
      await commands.ask(command, 'ok')
      return { acked: 1, needed: 1 }
    }
    const asking = { ...command, acks: { needed: acks, timeoutMs } }
    const { acked, needed } = await commands.ask(asking, 'acknowledged')
    return { acked, needed }
  }
}
