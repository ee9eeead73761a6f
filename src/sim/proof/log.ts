// The log of one stream, and what it says about somebody who holds the stream up to a version.

import { equalBytes } from '../../core/index.ts'
import { FlawFound } from './flaw.ts'

export interface Write {
  readonly version: number
  /** Undefined if it deletes the key. */
  readonly value: Uint8Array | undefined
}

/** One key as somebody shows it, and its writes, rising. */
export interface Case {
  readonly item: { readonly version: number; readonly value: Uint8Array } | undefined
  readonly writes: readonly Write[]
  readonly base: number
  /** It may end by itself: then it need not be there. */
  readonly mayEnd: boolean
}

/** Holds what is shown of a key against the log up to the base; throws what is wrong. */
export function compareWithLog(what: string, { item, writes, base, mayEnd }: Case): void {
  const wanted = writes.findLast(({ version }) => version <= base)
  if (item === undefined) {
    const mayHide = mayEnd || writes.some((one) => isDeletionAbove(one, base))
    if (wanted?.value === undefined || mayHide) return
    throw new FlawFound('lost', `${what}: version ${wanted.version} is missing`)
  }
  const { version, value } = item
  const written = writes.find((one) => one.version === version)
  if (written?.value === undefined || !equalBytes(written.value, value)) {
    throw new FlawFound('divergence', `${what}: version ${version} holds what nobody wrote`)
  }
  if (wanted === undefined || version >= wanted.version) return
  const kind = wanted.value === undefined ? 'resurrection' : 'lost'
  throw new FlawFound(kind, `${what}: ${version} is held, not ${wanted.version}`)
}

function isDeletionAbove({ version, value }: Write, base: number): boolean {
  return value === undefined && version > base
}
