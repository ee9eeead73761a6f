// Seeds in the background: resolved at the start and whenever the core asks, for ever, so
// that a cluster which started on stale names heals. The core dials and retries; here names
// become addresses, and where none came out of them, they are asked again with a back-off.

import type { JoinFailure, Outcome } from '../core/index.ts'
import type { Logger } from './api.ts'
import type { Alarm, Clock } from './clock.ts'
import type { Commands } from './commands.ts'
import { lateText, type SeedRound } from './seed-news.ts'
import type { Resolved, ResolveSeeds, UnresolvedSeed } from './seeds.ts'

export interface JoiningParts {
  readonly seeds: readonly string[]
  readonly resolve: ResolveSeeds
  readonly commands: Commands
  readonly clock: Clock
  readonly logger: Logger
  /** A round is over; `alone` if nobody was there to be joined. */
  readonly onRound: (result: { readonly joined: boolean; readonly alone: boolean }) => void
}

const RETRY_FIRST_MS = 1_000
const RETRY_MAX_MS = 30_000

export class Joining {
  readonly #parts: JoiningParts
  readonly #retry: Alarm
  #retryMs = RETRY_FIRST_MS
  /** The round at work: aborted by the next one, and by `stop`. */
  #round = new AbortController()
  #resolving = false
  #stopped = false
  readonly #told = new Map<string, string>()
  #last: SeedRound | undefined

  constructor(parts: JoiningParts) {
    this.#parts = parts
    this.#retry = parts.clock.alarm(() => this.run())
  }

  /** Resolves all seeds and hands them to the core; does nothing while names are being resolved. */
  run(): void {
    if (this.#resolving || this.#stopped || this.#parts.seeds.length === 0) return
    this.#retry.clear()
    this.#round.abort()
    this.#round = new AbortController()
    // A round ends early only by the next one or by closing: nobody asks how it went.
    this.#hold(this.#round.signal).catch(() => {})
  }

  /** Why nobody, or not everybody, is there: for an error. */
  get lateText(): string {
    return lateText(this.#parts.seeds, this.#last)
  }

  stop(): void {
    this.#stopped = true
    this.#round.abort()
    this.#retry.clear()
  }

  async #hold(signal: AbortSignal): Promise<void> {
    const { seeds, resolve, commands } = this.#parts
    this.#resolving = true
    const resolved = await resolve(seeds)
    this.#resolving = false
    if (this.#stopped) return
    this.#tellUnresolved(resolved.failures)
    if (resolved.targets.length === 0) {
      this.#last = { reached: [], failures: [], unresolved: resolved.failures }
      this.#retryLater()
      return
    }
    this.#retryMs = RETRY_FIRST_MS
    const outcome = await commands.outcome({ kind: 'seeds', seeds: resolved.targets }, { signal })
    this.#judge(resolved, outcome)
  }

  #judge(resolved: Resolved, outcome: Outcome): void {
    const dialled = outcome.kind === 'joined' ? outcome : { reached: [], failures: [] }
    const joined = dialled.reached.length > 0
    this.#last = { ...dialled, unresolved: resolved.failures }
    const alone = resolved.failures.length === 0 && dialled.failures.every(isNobody)
    this.#parts.onRound({ joined, alone })
    if (!joined) this.#tellFailed(dialled.failures)
  }

  #retryLater(): void {
    this.#retry.set(this.#parts.clock.now() + this.#retryMs)
    this.#retryMs = Math.min(this.#retryMs * 2, RETRY_MAX_MS)
  }

  #tellUnresolved(failures: readonly UnresolvedSeed[]): void {
    this.#tell(
      failures.map(({ seed, detail }) => `${seed}: ${detail}`),
      'seeds without an address; they are asked again',
    )
  }

  #tellFailed(failures: readonly JoinFailure[]): void {
    const telling = failures.filter((failure) => !isNobody(failure) || namesPort(failure))
    this.#tell(
      telling.map(({ address, detail }) => `${address}: ${detail}`),
      'no seed could be joined; trying again for ever',
    )
  }

  /** One line each time the reasons change, not one a round. */
  #tell(reasons: readonly string[], message: string): void {
    const text = reasons.join('; ')
    if (reasons.length > 0 && text !== this.#told.get(message)) {
      this.#parts.logger.warn({ reasons: text }, message)
    }
    this.#told.set(message, text)
  }
}

/** A port that was asked for by number is missed, even where a first node may be alone. */
function namesPort({ seed, reason }: JoinFailure): boolean {
  return reason !== 'self' && /:\d+$/.test(seed)
}

/** Our own address, or a port of this machine where nobody listens: no failure at the first node. */
function isNobody({ reason, address }: JoinFailure): boolean {
  if (reason === 'self') return true
  const isLoopback = address.host === '::1' || address.host.startsWith('127.')
  return reason === 'refused' && isLoopback
}
