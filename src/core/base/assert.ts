// The one way to say what must hold. Stays on in production: a broken assumption is
// our own mistake, and going on with it would spread it to the whole cluster.

/** Throws when `condition` is false. `mustHold` says what was expected, as a statement. */
export function assert(condition: boolean, mustHold: string): asserts condition {
  if (!condition) throw new AssertionError(mustHold)
}

/** A mistake of hearsay itself, never of its input. Please report it. */
export class AssertionError extends Error {
  constructor(mustHold: string) {
    super(`hearsay broke its own rule: ${mustHold}`)
    this.name = 'AssertionError'
  }
}
