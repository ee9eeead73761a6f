// All shared values of a node: makes their handles, hands them what the core tells, and gives
// their writes to it.

import type { Millis, Notice, StateReads } from '../core/index.ts'
import type { Logger } from './api.ts'
import { checkFunction, checkMapName, checkStateOptions, isObject } from './arguments.ts'
import { checkedCodec, codecOf } from './codecs.ts'
import { checkNames } from './option-names.ts'
import type { Codec, CustomOptions, MapOptions, SharedValues, Written } from './shared-api.ts'
import { type CodedParts, sharedCustom, sharedMap, sharedMulti } from './shared-maps.ts'
import { type LawTrial, MergeRules } from './shared-rules.ts'
import type { SharedParts, SharedWrite } from './shared-space.ts'
import { sharedCounter, sharedExtreme, sharedFlag, sharedSet } from './shared-values.ts'
import { SharedWatchers } from './shared-watchers.ts'
import type { StateAsker } from './state-commands.ts'

export interface SharedStateParts extends Pick<StateAsker, 'write' | 'tell'> {
  readonly reads: StateReads
  readonly unixMs: () => Millis
  readonly logger: Logger
  /** Tries the laws of merges on the values they meet. */
  readonly isDevelopment: boolean
}

export class SharedState implements SharedValues {
  readonly #parts: SharedStateParts
  readonly #watchers = new SharedWatchers()
  readonly #shared: SharedParts
  readonly #rulesByMap = new Map<string, LawTrial>()
  #unreadable = 0

  constructor(parts: SharedStateParts) {
    this.#parts = parts
    this.#shared = { reads: parts.reads, watchers: this.#watchers, write: this.#write }
  }

  readonly map = <T>(name: string, options: MapOptions<T> = {}) => {
    checkMapName(name)
    const { ttlMs } = checkStateOptions(options)
    checkNames('map', options)
    return sharedMap<T>({ ...this.#coded(options.codec), ttlMs, unixMs: this.#parts.unixMs }, name)
  }

  readonly multi = <T>(name: string, options: Pick<MapOptions<T>, 'codec'> = {}) => {
    checkMapName(name)
    checkNames('multi', options)
    return sharedMulti<T>(this.#coded(options.codec), name)
  }

  readonly custom = <T>(name: string, options: CustomOptions<T>) => {
    checkMapName(name)
    checkFunction('merge', isObject(options) ? options.merge : options)
    checkNames('custom', options)
    const coded = this.#coded(options.codec)
    const rules = this.#rulesOf(name, options, coded.codec)
    const check = (bytes: Uint8Array, present: Uint8Array | undefined) => {
      rules.checkValue(bytes)
      rules.tryOn(present === undefined ? [bytes] : [bytes, present])
    }
    return sharedCustom<T>({ ...coded, check }, name)
  }

  /** The rules of a map are made once: values that two merges have met belong to neither. */
  #rulesOf<T>(map: string, options: CustomOptions<T>, codec: Codec<T>): LawTrial {
    const before = this.#rulesByMap.get(map)
    if (before !== undefined) {
      before.checkSame(options, codecOf(options.codec))
      before.tryOn((options.samples ?? []).map((one) => codec.encode(one)))
      return before
    }
    const { isDevelopment, logger, tell } = this.#parts
    const onBroken = (problem: string) =>
      logger.error({ map, problem }, 'the merge of a shared map breaks a law; nodes may differ')
    const rules = new MergeRules({ map, isChecking: isDevelopment, onBroken }, options, codec)
    this.#rulesByMap.set(map, rules)
    tell({ kind: 'state-define', map, rules })
    return rules
  }

  readonly set = (name: string) => {
    checkMapName(name)
    return sharedSet(this.#shared, name)
  }

  readonly counter = (name: string) => {
    checkMapName(name)
    return sharedCounter(this.#shared, name)
  }

  readonly flag = (name: string) => {
    checkMapName(name)
    return sharedFlag(this.#shared, name)
  }

  readonly max = (name: string) => {
    checkMapName(name)
    return sharedExtreme(this.#shared, 'max', name)
  }

  readonly min = (name: string) => {
    checkMapName(name)
    return sharedExtreme(this.#shared, 'min', name)
  }

  /** Hands on what the core tells. */
  hear(notice: Extract<Notice, { kind: 'shared' }>): void {
    this.#watchers.hear(notice)
  }

  /** Ends all watches. */
  close(): void {
    this.#watchers.close()
  }

  counters(): {
    readonly dropped: number
    readonly gaps: number
    readonly unreadable: number
  } {
    const { dropped, gaps } = this.#watchers
    return { dropped, gaps, unreadable: this.#unreadable }
  }

  readonly #write = ({ options, ...put }: SharedWrite): Promise<Written> =>
    this.#parts.write({ kind: 'state-put', ...put }, options)

  #coded<T>(codec: Codec<T> | undefined): CodedParts<T> {
    const onUnreadable = () => {
      this.#unreadable++
    }
    return { ...this.#shared, codec: checkedCodec(codecOf(codec)), onUnreadable }
  }
}
