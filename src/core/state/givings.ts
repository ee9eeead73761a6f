// Pulls of others that are being answered: from our answer until the asker hangs up, or its time
// is over. A few at a time, one for each member: what was written and not yet taken is held.

export const GIVINGS_MAX = 4

export class Givings {
  readonly #streamByName = new Map<string, number>()
  readonly #nameByStream = new Map<number, string>()

  /** Whether one more may be answered; a member's next takes the place of its last. */
  hasRoomFor(name: string): boolean {
    return this.#streamByName.has(name) || this.#streamByName.size < GIVINGS_MAX
  }

  /** Notes an answer; the stream of the member's last one, if it has not hung up yet. */
  begin(name: string, stream: number): number | undefined {
    const before = this.#streamByName.get(name)
    if (before !== undefined) this.end(before)
    this.#streamByName.set(name, stream)
    this.#nameByStream.set(stream, name)
    return before
  }

  has(stream: number): boolean {
    return this.#nameByStream.has(stream)
  }

  end(stream: number): void {
    const name = this.#nameByStream.get(stream)
    if (name === undefined) return
    this.#nameByStream.delete(stream)
    this.#streamByName.delete(name)
  }
}
