// The merge of an application as the core takes it: over bytes, tried on what it meets (unless in
// production), and a mistake in it told instead of thrown into the middle of a packet.

import type { CustomRules } from '../core/index.ts'
import { checkFunction, show, wrong } from './arguments.ts'
import { codecOf } from './codecs.ts'
import { brokenLaw } from './merge-laws.ts'
import type { Codec, CustomOptions } from './shared-api.ts'

export interface MergeRulesParts {
  readonly map: string
  /** Whether to try the laws. */
  readonly isChecking: boolean
  /** Told once: a merge broke a law, or threw, on what another node wrote. */
  readonly onBroken: (problem: string) => void
}

/** Values kept to try the next ones with. */
const KEPT = 2

/** Rules, whatever the type of their values. */
export interface LawTrial {
  /** Tries the laws on values; throws `HEARSAY_CONFIG` if one is broken. */
  readonly tryOn: (values: readonly Uint8Array[]) => void
  /** Throws `HEARSAY_CONFIG` for a value that nobody could read. */
  readonly checkValue: (bytes: Uint8Array) => void
  /** Throws `HEARSAY_CONFIG` unless these are the same rules again. */
  readonly checkSame: (options: Ruling, codec: Coding) => void
}

type Ruling = { readonly [Part in 'merge' | 'validate']?: unknown }
type Coding = { readonly [Part in 'encode' | 'decode']: unknown }

export class MergeRules<T> implements CustomRules, LawTrial {
  readonly #parts: MergeRulesParts
  readonly #options: CustomOptions<T>
  readonly #codec: Codec<T>
  readonly #met: Uint8Array[] = []
  #isTold = false

  /** Throws `HEARSAY_CONFIG` for options that are none, or samples that break a law. */
  constructor(parts: MergeRulesParts, options: CustomOptions<T>, codec: Codec<T>) {
    checkFunction('merge', options.merge)
    if (options.validate !== undefined) checkFunction('validate', options.validate)
    this.#parts = parts
    this.#options = options
    this.#codec = codec
    this.tryOn((options.samples ?? []).map((one) => codec.encode(one)))
  }

  readonly merge = (one: Uint8Array, other: Uint8Array): Uint8Array => {
    try {
      this.#meet(one, other)
      return this.#merged(one, other)
    } catch (error) {
      this.#tell(`it threw: ${show(error)}`)
      throw error
    }
  }

  readonly validate = (bytes: Uint8Array): boolean => {
    try {
      const value = this.#codec.decode(bytes)
      return this.#options.validate?.(value) ?? true
    } catch {
      return false
    }
  }

  readonly checkValue = (bytes: Uint8Array): void => {
    if (this.validate(bytes)) return
    const text = `value: custom(${show(this.#parts.map)}) calls it none`
    throw wrong(`${text}: its codec cannot read it again, or its validate says no`)
  }

  readonly checkSame = ({ merge, validate }: Ruling, { encode, decode }: Coding): void => {
    const [mine, codec] = [this.#options, codecOf(this.#options.codec)]
    const isSame = merge === mine.merge && validate === mine.validate
    if (isSame && encode === codec.encode && decode === codec.decode) return
    const part = merge !== mine.merge ? 'merge' : validate !== mine.validate ? 'validate' : 'codec'
    const text = `custom(${show(this.#parts.map)}) has another ${part} already`
    throw wrong(`${text}; keep what the first call gave, or give the same functions again`)
  }

  readonly tryOn = (values: readonly Uint8Array[]): void => {
    if (!this.#parts.isChecking) return
    const problem = brokenLaw(this.#merged, values)
    if (problem === undefined) return
    throw wrong(`the merge of ${show(this.#parts.map)} cannot be used: ${problem}`)
  }

  readonly #merged = (one: Uint8Array, other: Uint8Array): Uint8Array =>
    this.#codec.encode(this.#options.merge(this.#codec.decode(one), this.#codec.decode(other)))

  /** Tries the laws on what others wrote: nobody can be refused here, so it is only told. */
  #meet(one: Uint8Array, other: Uint8Array): void {
    if (!this.#parts.isChecking || this.#isTold) return
    const problem = brokenLaw(this.#merged, [one, other, ...this.#met])
    this.#met.push(other)
    if (this.#met.length > KEPT) this.#met.shift()
    if (problem !== undefined) this.#tell(problem)
  }

  #tell(problem: string): void {
    if (this.#isTold) return
    this.#isTold = true
    this.#parts.onBroken(problem)
  }
}
