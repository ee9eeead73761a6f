// Small helpers of the interop tests. Waiting on wall time, which only the interop tests may: for a thing to come true, and for
// nothing to happen.

/** Resolves after `ms` milliseconds. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/**
 * Asks every 100 ms until `check` gives something true, and returns it. A throwing check counts
 * as not yet. Throws after `limitMs`, naming what was waited for and the last answer.
 */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  limitMs: number,
): Promise<T> {
  const end = Date.now() + limitMs
  let last: unknown
  for (;;) {
    try {
      const answer = await check()
      if (answer) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (Date.now() >= end) break
    await sleep(100)
  }
  throw new Error(`waited ${limitMs} ms in vain: ${what}; last: ${show(last)}`)
}

/** Asks every second for `ms` milliseconds that `check` throws nothing. */
export async function throughout(ms: number, check: () => void | Promise<void>): Promise<void> {
  const end = Date.now() + ms
  while (Date.now() < end) {
    await check()
    await sleep(1000)
  }
}

/** An item that must be there, since the cluster was started with it. */
export function at<T>(list: readonly T[], index: number): T {
  const item = list[index]
  if (item === undefined) throw new Error('the cluster did not start')
  return item
}

function show(value: unknown): string {
  return value instanceof Error ? value.message : JSON.stringify(value)
}
