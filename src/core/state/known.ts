// How far each member has said that it holds our own stream: what proves that a deleted key
// may be forgotten.

interface Note {
  readonly generation: number
  readonly base: number
}

export class Acknowledged {
  readonly #noteByName = new Map<string, Note>()

  /** Takes a member's word. */
  note(name: string, generation: number, base: number): void {
    const held = this.#noteByName.get(name)
    if (held?.generation === generation && held.base >= base) return
    this.#noteByName.set(name, { generation, base })
  }

  /** The highest version it said it holds of this generation; 0 if it said nothing. */
  of(name: string, generation: number): number {
    const note = this.#noteByName.get(name)
    return note?.generation === generation ? note.base : 0
  }

  /** It has started anew, or is gone for good: its word counts no more. */
  forget(name: string): void {
    this.#noteByName.delete(name)
  }
}
