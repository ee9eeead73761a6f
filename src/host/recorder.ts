// Keeps the last inputs of a core with their times, to be replayed: same config, same seed,
// same inputs, the same effects. Bounded by number and by bytes, the oldest go first. A line
// of JSON an input; what JSON cannot say is wrapped: `{"$bytes":"0aff"}`, `{"$big":"1"}`,
// `{"$map":[…]}`, `{"$address":["7f000001",7946]}`.

import { Address, type Input, type Millis } from '../core/index.ts'

export interface Recorded {
  readonly now: Millis
  readonly input: Input
}

export interface RecorderOptions {
  /** Inputs kept. Default 100 000. */
  readonly inputsMax?: number | undefined
  /** Bytes of packets and streams kept. Default 64 MiB. */
  readonly bytesMax?: number | undefined
}

export class Recorder {
  readonly #inputsMax: number
  readonly #bytesMax: number
  #kept: Recorded[] = []
  #from = 0
  #bytes = 0
  #dropped = 0

  constructor({ inputsMax = 100_000, bytesMax = 64 * 1024 * 1024 }: RecorderOptions = {}) {
    this.#inputsMax = inputsMax
    this.#bytesMax = bytesMax
  }

  /** Inputs that were dropped; a replay is exact only from 0. */
  get dropped(): number {
    return this.#dropped
  }

  /** May be called detached: it is a driver's `record`. */
  readonly record = (now: Millis, input: Input): void => {
    this.#kept.push({ now, input })
    this.#bytes += sizeOf(input)
    while (this.#count() > this.#inputsMax || this.#bytes > this.#bytesMax) this.#dropOldest()
    if (this.#from > this.#inputsMax) this.#compact()
  }

  /** What is kept, oldest first. */
  recorded(): readonly Recorded[] {
    return this.#kept.slice(this.#from)
  }

  /** The same as lines of JSON, without line ends. */
  *lines(): Generator<string> {
    for (const one of this.recorded()) yield recordedLine(one)
  }

  #count(): number {
    return this.#kept.length - this.#from
  }

  #dropOldest(): void {
    const oldest = this.#kept[this.#from++]
    if (oldest !== undefined) this.#bytes -= sizeOf(oldest.input)
    this.#dropped++
  }

  #compact(): void {
    this.#kept = this.#kept.slice(this.#from)
    this.#from = 0
  }
}

const sizeOf = (input: Input) => ('bytes' in input ? input.bytes.length : 0)

/** One input as a line of JSON. */
export function recordedLine({ now, input }: Recorded): string {
  return jsonOf({ now, input })
}

/** The input a line holds; throws if it is none. Only for recordings of our own. */
export function parseRecorded(line: string): Recorded {
  return JSON.parse(line, (_key, value) => unwrap(value))
}

/** A value of the core's contract as one line of JSON. */
export function jsonOf(value: unknown): string {
  return JSON.stringify(wrap(value))
}

/** The value a line of `jsonOf` holds; throws if it is no JSON. */
export function parseJson(line: string): unknown {
  return JSON.parse(line, (_key, value) => unwrap(value))
}

function wrap(value: unknown): unknown {
  if (value instanceof Uint8Array) return { $bytes: hexOf(value) }
  if (value instanceof Address) return { $address: [hexOf(value.ip), value.port] }
  if (value instanceof Map) return { $map: [...value].map(wrap) }
  if (typeof value === 'bigint') return { $big: value.toString() }
  if (Array.isArray(value)) return value.map(wrap)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, wrap(one)]))
}

function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if ('$bytes' in value) return bytesOf(String(value.$bytes))
  if ('$big' in value) return BigInt(String(value.$big))
  if ('$map' in value && Array.isArray(value.$map)) return new Map(value.$map)
  if ('$address' in value && Array.isArray(value.$address)) {
    return new Address(bytesOf(String(value.$address[0])), Number(value.$address[1]))
  }
  return value
}

function hexOf(bytes: Uint8Array): string {
  let text = ''
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0')
  return text
}

function bytesOf(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2)
  for (let at = 0; at < bytes.length; at++) {
    bytes[at] = Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16)
  }
  return bytes
}
