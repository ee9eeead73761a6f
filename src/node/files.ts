// Notices that this process cannot open one more file or socket, and says so with the next step.
// Nobody else would: the system hangs up on callers for whom there is no descriptor, without a word
// to us. So some time after somebody called, it is tried whether one can still be had.

import { closeSync, openSync } from 'node:fs'
import { devNull } from 'node:os'
import type { Logger } from '../host/index.ts'

/** Sooner than silent callers are hung up on, and at most one look in that time. */
const LOOK_AFTER_MS = 1_000
/** One line in so long; the next says how often it was noticed in between. */
const SAY_EVERY_MS = 60_000

const STEP_BY_CODE: Readonly<Record<string, string>> = {
  EMFILE:
    'this process may open no more files: connections fail, packets go on; raise its limit (ulimit -n, LimitNOFILE= of systemd) or see who holds so many open',
  ENFILE:
    'this machine can open no more files: connections fail, packets go on; raise fs.file-max or see which process holds so many open',
}

export interface FileWatchParts {
  readonly logger: Logger
  /** Milliseconds of a steady clock. */
  readonly now: () => number
  /** Opens something and closes it again; throws what the system says. */
  readonly tryOne?: () => void
}

export class FileWatch {
  readonly #parts: FileWatchParts
  #timer: NodeJS.Timeout | undefined
  #saidAtMs = Number.NEGATIVE_INFINITY
  #heldBack = 0

  constructor(parts: FileWatchParts) {
    this.#parts = parts
  }

  /** Somebody called: looks in a second whether there is a descriptor left. */
  lookSoon(): void {
    this.#timer ??= setTimeout(() => this.#look(), LOOK_AFTER_MS).unref()
  }

  /** Takes any error of a socket; says something if files have run out. */
  failed(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? String(error.code) : ''
    const step = STEP_BY_CODE[code]
    if (step !== undefined) this.#say(code, step)
  }

  close(): void {
    clearTimeout(this.#timer)
  }

  #look(): void {
    this.#timer = undefined
    try {
      const { tryOne = tryDevNull } = this.#parts
      tryOne()
    } catch (error) {
      this.failed(error)
    }
  }

  #say(reason: string, step: string): void {
    const now = this.#parts.now()
    if (now - this.#saidAtMs < SAY_EVERY_MS) {
      this.#heldBack++
      return
    }
    const more = this.#heldBack > 0 ? { heldBack: this.#heldBack } : {}
    this.#saidAtMs = now
    this.#heldBack = 0
    this.#parts.logger.error({ reason, ...more }, step)
  }
}

function tryDevNull(): void {
  closeSync(openSync(devNull, 'r'))
}
