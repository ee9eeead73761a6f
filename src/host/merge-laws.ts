// Whether a merge of an application keeps the laws that make all nodes read the same: it must not
// matter in which order, in which groups, or how often values are merged.

/** A merge of values as bytes; values are equal if their bytes are. */
export type Merge = (one: Uint8Array, other: Uint8Array) => Uint8Array

/** The first law that a merge breaks on some values, as a sentence; undefined if it keeps all. */
export function brokenLaw(merge: Merge, values: readonly Uint8Array[]): string | undefined {
  for (const one of values) {
    for (const other of values) {
      const problem = brokenByTwo(merge, one, other)
      if (problem !== undefined) return problem
      const together = merge(one, other)
      for (const third of values) {
        if (!equal(merge(together, third), merge(one, merge(other, third)))) {
          return 'it is not associative: how three values are grouped makes a difference'
        }
      }
    }
  }
  return undefined
}

function brokenByTwo(merge: Merge, one: Uint8Array, other: Uint8Array): string | undefined {
  const together = merge(one, other)
  if (!equal(merge(one, one), one)) return 'it is not idempotent: a value with itself must stay'
  if (!equal(together, merge(other, one))) {
    return 'it is not commutative: the order of two values makes a difference'
  }
  if (equal(merge(together, one), together) && equal(merge(together, other), together)) {
    return undefined
  }
  return 'it is not idempotent: merging a value in once more must change nothing'
}

function equal(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((byte, at) => byte === other[at])
}
