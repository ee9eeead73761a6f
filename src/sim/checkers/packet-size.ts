// S12, first half: no datagram is larger than `packetBytesMax`, label and seal included.
// How often a rumor is passed on is judged in `transmit-limit.ts`.

import type { Config } from '../../core/index.ts'
import type { Observation } from '../observation.ts'
import type { Checker } from './checker.ts'
import { PerObserver } from './per-observer.ts'

export class PacketSize implements Checker {
  readonly id = 'S12'
  readonly statement = 'no datagram is larger than configured'
  #notes = new PerObserver<{ config: Config | undefined }>(() => ({ config: undefined }))

  observe(observation: Observation): string | undefined {
    const notes = this.#notes.of(observation)
    if (observation.kind === 'started') notes.config = observation.config
    if (observation.kind !== 'sent' || notes.config === undefined) return undefined
    const { packetBytesMax } = notes.config
    const size = observation.bytes.length
    return size > packetBytesMax ? `${size} bytes to ${observation.to}` : undefined
  }
}
