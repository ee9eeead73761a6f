// What all kinds of shared values have in common: a slot is a state of a join semilattice in
// canonical bytes (one state, one form). Merging is commutative, associative and idempotent, so
// members that hold the same slots read the same, in whatever order those came
// (Shapiro et al. 2011, state-based replicated data types).

import type { Stamp } from '../clock.ts'

/** What an application may set; the same as for keys of its own. */
export const VALUE_BYTES_MAX = 65_536
/**
 * What a slot may take in all, in messages and on disk as well. Beside the largest value there is
 * room for a stamp, an end and a writer of any name, and for the names of some writers more.
 */
export const SLOT_BYTES_MAX = VALUE_BYTES_MAX + 512
/** Writers that one slot may name: a restarted member is a new one. */
export const ACTORS_MAX = 4096
/** The name of a member. */
export const ACTOR_NAME_BYTES_MAX = 255

export const LATTICE_KINDS = [
  'register',
  'counter',
  'element',
  'flag',
  'max',
  'min',
  'multi',
  'custom',
] as const

export type LatticeKind = (typeof LATTICE_KINDS)[number]

/** One life of one member, as a writer. */
export interface Actor {
  readonly name: string
  readonly generation: number
}

/** What a key looks like to its readers. */
export type SlotValue =
  | {
      readonly kind: 'register'
      readonly value: Uint8Array
      readonly stamp: Stamp
      readonly writer: Actor
      /** Unix time at which it ends by itself, if it does. */
      readonly endsMs: number | undefined
      /** It is bound to the life of its writer. */
      readonly lease: boolean
    }
  | { readonly kind: 'counter'; readonly value: number }
  /** The key is an element of the set. */
  | { readonly kind: 'element' }
  | { readonly kind: 'flag' }
  | { readonly kind: 'max' | 'min'; readonly value: number }
  /** All values that nobody has overwritten, sorted by their bytes; one unless written at once. */
  | { readonly kind: 'multi'; readonly values: readonly Uint8Array[] }
  | { readonly kind: 'custom'; readonly value: Uint8Array }

/** One kind of shared value. None of these throws, whatever the bytes. */
export interface Lattice {
  readonly kind: LatticeKind
  /** True for a canonical state within all limits: what is taken from a stranger must be one. */
  isSlot(bytes: Uint8Array): boolean
  /**
   * The least state that covers both, canonical. It may go beyond the limits of a slot where it
   * joins many; what does not decode counts as nothing.
   */
  merge(one: Uint8Array, other: Uint8Array): Uint8Array
  /** True if `one` says all that `other` says: merging them gives `one`. */
  covers(one: Uint8Array, other: Uint8Array): boolean
  /** True if nothing is to be read here, and nothing would be lost with it but the deletion. */
  isTombstone(bytes: Uint8Array, wallMs: number): boolean
  /** What readers see at this wall time; undefined if there is nothing, or nothing any more. */
  read(bytes: Uint8Array, wallMs: number): SlotValue | undefined
  /** When it was written, where that decides which of two is later; undefined for other kinds. */
  stampOf(bytes: Uint8Array): Stamp | undefined
  /** Unix time at which it reads differently by itself; Infinity if never. */
  endsAt(bytes: Uint8Array): number
}

/** What is done to one key. */
export type SlotOp =
  | {
      readonly lattice: 'register'
      readonly kind: 'set'
      readonly value: Uint8Array
      /** Unix time at which it ends by itself. */
      readonly endsMs?: number | undefined
      /** It is read only while the writer lives. */
      readonly lease?: boolean | undefined
    }
  | { readonly lattice: 'register'; readonly kind: 'delete' }
  /** A whole number, negative to count down. */
  | { readonly lattice: 'counter'; readonly kind: 'add'; readonly by: number }
  | { readonly lattice: 'element'; readonly kind: 'add' | 'remove' }
  | { readonly lattice: 'flag'; readonly kind: 'raise' }
  /** A finite number. */
  | { readonly lattice: 'max' | 'min'; readonly kind: 'offer'; readonly value: number }
  | { readonly lattice: 'multi'; readonly kind: 'set'; readonly value: Uint8Array }
  | { readonly lattice: 'multi'; readonly kind: 'delete' }
  | { readonly lattice: 'custom'; readonly kind: 'merge'; readonly value: Uint8Array }

/** What an operation starts from. */
export interface SlotContext {
  /** The join of all slots of the key, our own among them; undefined if there are none. */
  readonly joined: Uint8Array | undefined
  /** Our own slot. */
  readonly own: Uint8Array | undefined
  readonly actor: Actor
  /** A number this actor has never used for this key, and above those it has: the next version. */
  readonly dot: number
  /** Above every stamp taken in; used by registers alone. */
  readonly stamp: Stamp
  readonly wallMs: number
}

/** What becomes of our own slot. */
export type Applied =
  /** Nothing changes. */
  | { readonly kind: 'same' }
  | { readonly kind: 'slot'; readonly bytes: Uint8Array }
  | {
      readonly kind: 'too-large'
      readonly what: 'value'
      readonly sizeBytes: number
      readonly maxBytes: number
    }
  /** More writers than a slot may hold, or a sum beyond 2⁵³−1. */
  | { readonly kind: 'too-many' }
