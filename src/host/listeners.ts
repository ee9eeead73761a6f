// Callbacks of the application. They run a turn after the packet that caused them, in the
// order of what happened; one that throws, or whose promise is rejected, is counted
// and logged and hurts nobody else.

import type { Clock } from './clock.ts'

export interface ListenersParts {
  readonly clock: Clock
  readonly onError: (error: unknown) => void
  /** Keeps the async context a callback was registered in; by default none is kept. */
  readonly bindContext?: BindContext | undefined
}

export type BindContext = <T>(listener: (value: T) => void) => (value: T) => void

/** A queue of calls to make in the next turn, made one after another. */
export class Listeners {
  readonly #parts: ListenersParts
  readonly #flush: () => void
  #calls: (() => void)[] = []

  constructor(parts: ListenersParts) {
    this.#parts = parts
    this.#flush = () => this.#run()
  }

  /** Ties a callback to the context in which it is registered now. */
  bind<T>(listener: (value: T) => void): (value: T) => void {
    const { bindContext, onError } = this.#parts
    const guarded = (value: T) => {
      // A rejection that nobody takes would end the whole process.
      const result: unknown = listener(value)
      if (isThenable(result)) Promise.resolve(result).catch(onError)
    }
    return bindContext?.(guarded) ?? guarded
  }

  /** Makes a call in the next turn. */
  later(call: () => void): void {
    this.#calls.push(call)
    if (this.#calls.length === 1) this.#parts.clock.soon(this.#flush)
  }

  #run(): void {
    const calls = this.#calls
    this.#calls = []
    for (const call of calls) {
      try {
        call()
      } catch (error) {
        this.#parts.onError(error)
      }
    }
  }
}

function isThenable(value: unknown): value is object {
  return typeof value === 'object' && value !== null && 'then' in value
}
