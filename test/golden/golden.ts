// Reads the golden data: bytes and traces of the real programs (see data/README.md).

import { readFileSync } from 'node:fs'

/** One vector; every file adds fields of its own. */
export interface Vector {
  readonly name: string
  readonly what: string
  readonly hex: string
  readonly hexNew?: string
  readonly decodeOnly?: boolean
  readonly mapOrderRandom?: boolean
}

/** The vectors of `test/golden/data/<file>.json`. The caller knows their shape. */
export function vectors<T>(file: string): readonly T[] {
  const url = new URL(`./data/${file}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

/** A file that holds one object: a capture. */
export function capture<T>(file: string): T {
  const url = new URL(`./data/${file}.json`, import.meta.url)
  return JSON.parse(readFileSync(url, 'utf8'))
}

export function bytesOf(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'))
}

export function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
