// From the library's shapes of state to JSON. Nothing is judged here.

import type { StateChange, StateKey } from '../../host/state-api.ts'
import { apiVersion } from '../contract.ts'
import { timestamp } from '../terminal/time.ts'
import { textOf } from './bodies.ts'
import type { StreamItem } from './shapes.ts'
import type { ListedKey, StateKeyJson } from './state-shapes.ts'

const PREVIEW_LENGTH = 80
/** Enough for a preview of the widest characters. */
const PREVIEW_BYTES = 4 * PREVIEW_LENGTH

/** A key with what it holds. */
export function stateKeyJson(item: StateKey): StateKeyJson {
  return { apiVersion, kind: 'StateKey', ...fieldsOf(item) }
}

/** A key of a list. */
export function listedKeyJson({ node, key, version, value, expiresMs }: StateKey): ListedKey {
  const expires = expiresText(expiresMs)
  return { node, key, version, sizeBytes: value.length, preview: previewOf(value), expires }
}

/** A change as an item of the watch. */
export function stateChangeJson(
  change: StateChange,
  seen: { readonly at: string; readonly seenBy: string },
): StreamItem {
  if (change.kind === 'gap') return { apiVersion, kind: 'gap', ...seen, missed: change.missed }
  const base = { apiVersion, kind: `state-${change.kind}`, ...seen } as const
  if (change.kind === 'set') return { ...base, ...fieldsOf(change) }
  return { ...base, node: change.node, key: change.key }
}

/** When a key ends, as text; null if it does not. */
export function expiresText(expiresMs: number | undefined): string | null {
  return expiresMs === undefined ? null : timestamp(expiresMs)
}

function fieldsOf({ node, key, version, value, expiresMs }: StateKey) {
  return {
    node,
    key,
    version,
    ...valueJson(value),
    expires: expiresText(expiresMs),
  }
}

/** A value, as text if it is UTF-8, and as base64. */
export function valueJson(value: Uint8Array) {
  const valueBase64 = Buffer.from(value).toString('base64')
  return { sizeBytes: value.length, text: textOf(value) ?? null, valueBase64 }
}

/** The first characters of a value; null if it is no UTF-8. */
export function previewOf(value: Uint8Array): string | null {
  if (value.length <= PREVIEW_BYTES) return cut(textOf(value))
  // Where the bytes are cut, a character may be: it goes with the rest.
  for (let end = PREVIEW_BYTES; end > PREVIEW_BYTES - 4; end--) {
    const text = textOf(value.subarray(0, end))
    if (text !== undefined) return cut(text)
  }
  return null
}

function cut(text: string | undefined): string | null {
  if (text === undefined) return null
  const characters = [...text]
  if (characters.length <= PREVIEW_LENGTH) return text
  return `${characters.slice(0, PREVIEW_LENGTH - 1).join('')}…`
}
