// What a proof may find: one of four ways in which replicas are wrong, or that a core threw.

export const FLAWS = ['divergence', 'resurrection', 'lost', 'regression', 'error'] as const

export type FlawKind = (typeof FLAWS)[number]

export interface Flaw {
  /**
   * `divergence`: replicas that differ from each other, or hold what nobody wrote.
   * `resurrection`: a deleted key is read again. `lost`: a write is missing that is said to be
   * held. `regression`: a reader sees something older than before. `error`: a core threw.
   */
  readonly kind: FlawKind
  readonly what: string
}

export class FlawFound extends Error {
  readonly flaw: Flaw

  constructor(kind: FlawKind, what: string) {
    super(`${kind}: ${what}`)
    this.name = 'FlawFound'
    this.flaw = { kind, what }
  }
}
