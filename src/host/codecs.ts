// How values become bytes and back: JSON (the default), text, bytes as they are. An application
// may bring its own. Decoding meets what other nodes wrote, so it may throw; callers say what
// then.

import { checkWhole, isObject, show, wrong } from './arguments.ts'
import { exactJson } from './json.ts'
import type { Codec } from './shared-api.ts'

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Anything JSON can say; encoding throws `HEARSAY_CONFIG` for what it cannot, or would change. */
function json<T>(): Codec<T> {
  return { encode: encodeJson, decode: decodeJson }
}

// One function for all: two codecs of the same functions are the same.
const encodeJson = (value: unknown) => encoder.encode(exactJson('value', value))
const decodeJson = (bytes: Uint8Array) => JSON.parse(decoder.decode(bytes))

/** Text as UTF-8. */
function text(): Codec<string> {
  return textCodec
}

const textCodec: Codec<string> = {
  encode(value) {
    if (typeof value !== 'string') {
      throw wrong(`value: a text expected by this codec, got ${show(value)}`)
    }
    checkWhole('value', value)
    return encoder.encode(value)
  },
  decode: (bytes) => decoder.decode(bytes),
}

/** Bytes as they are; copied both ways. */
function bytes(): Codec<Uint8Array> {
  return bytesCodec
}

const bytesCodec: Codec<Uint8Array> = {
  encode(value) {
    if (value instanceof Uint8Array) return Uint8Array.from(value)
    throw wrong(`value: bytes (a Uint8Array) expected by this codec, got ${show(value)}`)
  },
  decode: (value) => Uint8Array.from(value),
}

/** The codecs that come with hearsay. */
export const codecs = { json, text, bytes }

/** The codec among the options of a call; JSON if left out. */
export function codecOf<T>(codec: Codec<T> | undefined): Codec<T> {
  if (codec === undefined) return json()
  const isCodec = isObject(codec) && isFunction(codec.encode) && isFunction(codec.decode)
  if (isCodec) return codec
  throw wrong(`codec: { encode, decode } expected, as codecs.text() gives, got ${show(codec)}`)
}

/** The same codec, whose bytes are bytes: what else it may give would go into the core as it is. */
export function checkedCodec<T>(codec: Codec<T>): Codec<T> {
  return {
    encode(value) {
      const encoded: unknown = codec.encode(value)
      if (encoded instanceof Uint8Array) return encoded
      const hint = encoded instanceof Promise ? '; it cannot be async' : ''
      throw wrong(`codec.encode: bytes (a Uint8Array) expected, got ${show(encoded)}${hint}`)
    },
    decode: (bytes) => codec.decode(bytes),
  }
}

const isFunction = (value: unknown) => typeof value === 'function'
