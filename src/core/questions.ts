// Questions we have put to other hearsay members, and who has not answered yet.

import type { CommandId, EventId, Receipt, ViewAnswer } from './io.ts'

export interface ViewQuestion {
  readonly kind: 'views'
  readonly id: CommandId
  readonly waiting: Set<string>
  readonly answers: ViewAnswer[]
}

export interface EventQuestion {
  readonly kind: 'event'
  readonly id: CommandId
  readonly event: EventId
  readonly waiting: Set<string>
  readonly answers: Receipt[]
  readonly missing: string[]
}

export type Question = ViewQuestion | EventQuestion

/** More open questions than this end the oldest without its missing answers. */
const OPEN_MAX = 64

export class Questions {
  readonly #questionById = new Map<number, Question>()
  #id = 0

  /** Opens a question; answers its number on the wire and one that had to make room. */
  open(question: Question): { readonly id: number; readonly crowdedOut: Question | undefined } {
    this.#id = (this.#id + 1) >>> 0
    this.#questionById.set(this.#id, question)
    const oldest = this.#questionById.entries().next()
    if (this.#questionById.size <= OPEN_MAX || oldest.done === true) {
      return { id: this.#id, crowdedOut: undefined }
    }
    this.#questionById.delete(oldest.value[0])
    return { id: this.#id, crowdedOut: oldest.value[1] }
  }

  find(id: number): Question | undefined {
    return this.#questionById.get(id)
  }

  close(id: number): Question | undefined {
    const question = this.#questionById.get(id)
    this.#questionById.delete(id)
    return question
  }
}
