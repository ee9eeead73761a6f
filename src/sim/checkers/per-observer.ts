// Notes a checker keeps for each observer, dropped when that life ends: a checker holds no
// more than the members that run.

import type { Observation } from '../observation.ts'

export class PerObserver<Notes> {
  #make: () => Notes
  #notesByObserver = new Map<string, Notes>()

  constructor(make: () => Notes) {
    this.#make = make
  }

  /** The observer's notes, fresh at first; forgotten once it has stopped. */
  of({ observer, kind }: Observation): Notes {
    const notes = this.#notesByObserver.get(observer) ?? this.#make()
    if (kind === 'stopped') this.#notesByObserver.delete(observer)
    else this.#notesByObserver.set(observer, notes)
    return notes
  }
}
