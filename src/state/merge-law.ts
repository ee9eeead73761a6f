// Tries a merge of an application before it meets a cluster: the laws of a join, and a codec that
// writes what it has read in the same bytes. For tests; a node tries what it meets as well.

import { equalBytes } from '../core/index.ts'
import { brokenLaw, type CustomOptions, codecs } from '../host/index.ts'

/**
 * The first law that a merge breaks on these values, as a sentence; undefined if it keeps all. The
 * time grows with the third power of their number: a few dozen are plenty. Throws what the merge
 * or the codec throws.
 */
export function brokenMergeLaw<T>(
  { merge, codec = codecs.json() }: Pick<CustomOptions<T>, 'merge' | 'codec'>,
  values: readonly T[],
): string | undefined {
  const encoded = values.map((value) => codec.encode(value))
  const written = encoded.map((bytes) => codec.encode(codec.decode(bytes)))
  const isSame = encoded.every((bytes, at) => equalBytes(bytes, written[at] ?? bytes))
  if (!isSame) return 'its codec is not canonical: a value that was read is written in other bytes'
  return brokenLaw(
    (one, other) => codec.encode(merge(codec.decode(one), codec.decode(other))),
    encoded,
  )
}
