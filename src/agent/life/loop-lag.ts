// How late this process's timers are: the event-loop lag, over the last minute or two.

import { monitorEventLoopDelay } from 'node:perf_hooks'

const RESOLUTION_MS = 100
const WINDOW_MS = 60_000

export interface LoopLag {
  readonly read: () => { readonly p99Ms: number; readonly maxMs: number }
  readonly close: () => void
}

/** Starts measuring; ten samples a second. */
export function measureLoopLag(): LoopLag {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  histogram.enable()
  const timer = setInterval(() => histogram.reset(), WINDOW_MS)
  timer.unref()
  // The histogram holds whole intervals; what is over the resolution is lag.
  const lagMs = (nanoseconds: number) => {
    const ms = nanoseconds / 1e6 - RESOLUTION_MS
    return Number.isFinite(ms) && histogram.count > 0 ? Math.max(0, ms) : 0
  }
  return {
    read: () => ({ p99Ms: lagMs(histogram.percentile(99)), maxMs: lagMs(histogram.max) }),
    close: () => {
      clearInterval(timer)
      histogram.disable()
    },
  }
}
