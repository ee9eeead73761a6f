// How long a crash takes to be noticed, from the options: said at the start, so that nobody
// has to trust a stopwatch, and held against what `hearsay up` measures. Follows SWIM §4 for
// the wait until a probe and Lifeguard §4.2 for the suspicion.

export interface DetectionOptions {
  /** Members before the crash, the crashed one included. */
  readonly members: number
  readonly probeIntervalMs: number
  readonly suspicionMult: number
  readonly suspicionMaxTimeoutMult: number
}

export interface DetectionTimes {
  readonly usualMs: number
  /** While no packet is lost and no survivor is overloaded. */
  readonly worstMs: number
}

/** Room for the news to reach everybody. */
const SPREAD_MS = 1000

/** The usual and the longest time until all know; Infinity with probing off or nobody left. */
export function detectionTimes(options: DetectionOptions): DetectionTimes {
  const { members, probeIntervalMs, suspicionMult } = options
  const survivors = members - 1
  if (probeIntervalMs <= 0 || survivors < 1) {
    return { usualMs: Number.POSITIVE_INFINITY, worstMs: Number.POSITIVE_INFINITY }
  }
  const shortestMs = suspicionMult * Math.max(1, Math.log10(members)) * probeIntervalMs
  const firstProbeMs = probeIntervalMs / (1 - Math.exp(-1))
  // A survivor's round visits all others in random order, so twice the round, less the two
  // visits at its ends, is the longest between two visits; with every survivor that slow, the
  // confirmations have come by then and the shortest suspicion is what remains.
  const lastProbeMs = Math.max(1, 2 * survivors - 1) * probeIntervalMs
  return {
    usualMs: firstProbeMs + probeIntervalMs + shortestMs,
    worstMs: lastProbeMs + 2 * probeIntervalMs + shortestMs + SPREAD_MS,
  }
}

/** Detection times from a node's effective options. */
export function detectionOf(
  config: Readonly<Record<string, unknown>>,
  members: number,
): DetectionTimes {
  const number = (name: string) => {
    const value = config[name]
    return typeof value === 'number' ? value : 0
  }
  return detectionTimes({
    members,
    probeIntervalMs: number('probeIntervalMs'),
    suspicionMult: number('suspicionMult'),
    suspicionMaxTimeoutMult: number('suspicionMaxTimeoutMult'),
  })
}
