// What a defect of the core is: changes of text, applied to a copy of the sources that is
// compiled apart, so that production carries no switches. Text that is not found exactly once
// is an error: a row that no longer changes anything would prove nothing.

export interface Patch {
  /** Path below `src/core`. */
  readonly file: string
  readonly find: string
  readonly replace: string
}

export interface Mutant {
  readonly name: string
  /** What it does wrong, in a few words. */
  readonly defect: string
  /** The invariant it is made to break, or `model`, the second opinion; others may be sooner. */
  readonly aim: string
  readonly patches: readonly Patch[]
  /** A seed that is known to notice; tried first. */
  readonly seed: number
  /** Who is to notice, if not those who notice the others of its table. */
  readonly by?: Hunters
}

/** What is to notice a mutant: storms, those with replicated state, or `npm run prove:state`. */
export type Hunters = 'storms' | 'storms of state' | 'proofs'
