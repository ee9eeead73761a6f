// Joins of a whole cluster, in waves: a member accepts no more than 128 streams at a time.

import type { Agenda } from './agenda.ts'

const WAVE_SIZE = 100
const WAVE_EVERY_MS = 50

/** Calls `act` with each item: a hundred at once, the next hundred 50 ms later. */
export function inWaves<T>(agenda: Agenda, items: readonly T[], act: (item: T) => void): void {
  items.forEach((item, index) => {
    if (index < WAVE_SIZE) act(item)
    else agenda.at(agenda.nowMs + waveMs(index), () => act(item))
  })
}

/** How long after the first wave that of the item with this number sets out. */
export function waveMs(index: number): number {
  return Math.floor(index / WAVE_SIZE) * WAVE_EVERY_MS
}
