// Commands to the core as promises: each has an id, and the outcome comes back with it.
// Outcomes that mean failure become errors with a code and the next step.

import { type Command, type CommandId, HearsayError, type Outcome } from '../core/index.ts'
import type { Waiting } from './api.ts'
import type { Clock } from './clock.ts'
import { type Settle, wait } from './waiting.ts'

export type OutcomeKind = Outcome['kind']
export type OutcomeOf<K extends OutcomeKind> = Extract<Outcome, { kind: K }>

export interface CommandsParts {
  readonly clock: Clock
  readonly feed: (id: CommandId, command: Command) => void
}

export class Commands {
  readonly #parts: CommandsParts
  readonly #settleById = new Map<CommandId, Settle<Outcome>>()
  #lastId = 0
  #closed: HearsayError | undefined

  constructor(parts: CommandsParts) {
    this.#parts = parts
  }

  /** Gives a command to the core; resolves with an outcome of the wanted kind, else rejects. */
  async ask<K extends OutcomeKind>(
    command: Command,
    wanted: K,
    waiting?: Waiting,
  ): Promise<OutcomeOf<K>> {
    const outcome = await this.outcome(command, waiting)
    if (isOutcome(outcome, wanted)) return outcome
    throw errorFor(outcome, command)
  }

  /** Gives a command to the core; resolves with whatever comes of it. */
  outcome(command: Command, waiting?: Waiting): Promise<Outcome> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed)
    return wait({
      clock: this.#parts.clock,
      waiting,
      what: command.kind,
      begin: (settle) => {
        const id = ++this.#lastId
        this.#settleById.set(id, settle)
        this.#parts.feed(id, command)
        return () => this.#settleById.delete(id)
      },
    })
  }

  /** A command whose outcome nobody waits for. */
  readonly tell = (command: Command): void => {
    if (this.#closed === undefined) this.#parts.feed(++this.#lastId, command)
  }

  /** The core's outcome for an id; one that was given up is let go. */
  done(id: CommandId, outcome: Outcome): void {
    this.#settleById.get(id)?.resolve(outcome)
  }

  /** Rejects all that wait, and all that will be asked. */
  close(error: HearsayError): void {
    this.#closed ??= error
    for (const settle of [...this.#settleById.values()]) settle.reject(error)
  }
}

function isOutcome<K extends OutcomeKind>(outcome: Outcome, kind: K): outcome is OutcomeOf<K> {
  return outcome.kind === kind
}

/** What people call it that the core has another word for. */
const WORD_BY_KIND: ReadonlyMap<Command['kind'], string> = new Map([
  ['state-set', 'set'],
  ['state-delete', 'delete'],
  ['state-put', 'write'],
  ['state-sync', 'sync'],
])

/** An outcome that was not hoped for, as an error. */
function errorFor(outcome: Outcome, command: Command): HearsayError {
  const what = `${WORD_BY_KIND.get(command.kind) ?? command.kind}${'name' in command ? ` ${command.name}` : ''}`
  switch (outcome.kind) {
    case 'too-large':
      return new HearsayError('HEARSAY_TOO_LARGE', tooLargeText(outcome, command))
    case 'full':
      return new HearsayError(
        'HEARSAY_QUEUE_FULL',
        `${what}: too many messages wait to be sent; try again in a second`,
      )
    case 'no-room':
      return new HearsayError('HEARSAY_NO_ROOM', `${what}: ${ROOM_TEXT[outcome.what]}`)
    case 'too-many-deleted':
      return new HearsayError('HEARSAY_TOO_MANY_DELETED', `${what}: ${deletedText(outcome)}`)
    case 'too-many':
      return new HearsayError('HEARSAY_NO_ROOM', `${what}: ${tooManyText(command)}`)
    case 'clock-ahead':
      return new HearsayError('HEARSAY_CLOCK_AHEAD', `${what}: ${clockText(outcome)}`)
    case 'unheard':
      return new HearsayError('HEARSAY_CLOCK_AHEAD', `${what}: ${unheardText(outcome)}`)
    case 'unannounced':
      return new HearsayError(
        'HEARSAY_NOT_SHARING',
        `${what}: a node with raw meta announces no hearsay, so nobody would take it; use tags`,
      )
    case 'alive':
      return new HearsayError(
        'HEARSAY_MEMBER_ALIVE',
        `${what}: the member is alive; stop it first, or let it leave`,
      )
    case 'unknown':
      return new HearsayError(
        'HEARSAY_NO_SUCH_MEMBER',
        `${what}: no member has this name; members() lists those there are`,
      )
    case 'timeout':
      return new HearsayError('HEARSAY_TIMEOUT', `${what}: no answer in time`)
    case 'leaving':
      return new HearsayError('HEARSAY_LEFT', `${what}: this node is leaving the cluster`)
    default:
      return new HearsayError('HEARSAY_CLOSED', `${what}: ended with ${outcome.kind}`)
  }
}

const ROOM_TEXT: Readonly<Record<OutcomeOf<'no-room'>['what'], string>> = {
  'stream-keys': 'this node shares 10 000 keys, deleted ones included; delete some and wait',
  'stream-bytes': 'this node shares 8 MiB already; share references to what is large',
  streams: 'the state of 20 000 members is held already',
  keys: 'the cluster shares 100 000 keys already, which is all that each node holds',
  bytes: 'the cluster shares 64 MiB already, which is all that each node holds',
}

function tooManyText(command: Command): string {
  const isCounter = command.kind === 'state-put' && command.op.lattice === 'counter'
  if (!isCounter) return 'one key has room for at most 4 096 writers; take another key'
  const most = Number.MAX_SAFE_INTEGER
  return (
    `all that this life of the node adds to a counter may come to at most ${most}, what it takes as well, ` +
    'and a counter has room for at most 4 096 writers; take another counter'
  )
}

function deletedText({ deleted, waitingFor }: OutcomeOf<'too-many-deleted'>): string {
  const head = `${deleted} deleted keys have to be remembered until all know of them`
  if (waitingFor.length === 0) return `${head}; try again in a minute`
  return `${head}; see whether ${waitingFor.join(', ')} can be reached, and try again in a minute`
}

function clockText({ aheadMs }: OutcomeOf<'clock-ahead'>): string {
  const seconds = Math.round(aheadMs / 1000)
  return `the clock that orders writes is ${seconds} s ahead of this machine's; set the clocks right, or wait`
}

function unheardText({ members, aheadMs }: OutcomeOf<'unheard'>): string {
  const isLife = aheadMs > DAY_MS
  const much = isLife ? `${Math.round(aheadMs / DAY_MS)} d` : `${Math.round(aheadMs / 1000)} s`
  const who = members === 1 ? 'the other member does' : `${members} other members do`
  const anew = ', and start this node anew, with another data folder if it has one'
  return (
    `${who} not take what this node writes, since its clock is ${much} ahead of theirs; ` +
    `set it right${isLife ? anew : ''}`
  )
}

/** A life that began so far ahead of others' clocks is over for them before it begins. */
const DAY_MS = 24 * 3_600_000

const SMALLER_TEXT = {
  key: 'take a shorter one',
  element: 'take a shorter one',
  value: 'keep the data elsewhere and its address here',
} as const

function tooLargeText(
  { what, sizeBytes, maxBytes }: OutcomeOf<'too-large'>,
  command: Command,
): string {
  if (what !== undefined) {
    const size = `${sizeBytes} bytes are too many for ${what === 'element' ? 'an' : 'a'} ${what}`
    return `${size}, which may have ${maxBytes} here; ${SMALLER_TEXT[what]}`
  }
  const size = `${command.kind}: ${sizeBytes} bytes, but at most ${maxBytes} fit`
  if (command.kind !== 'set-tags') return `${size}; send a reference to it instead`
  const largest = [...command.tags]
    .map(([key, value]) => ({ key, size: key.length + value.length }))
    .sort((a, b) => b.size - a.size)
    .slice(0, 3)
    .map(({ key, size }) => `${key} (${size})`)
  return `${size}; the largest tags are ${largest.join(', ')}`
}
