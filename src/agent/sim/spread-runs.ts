// Shares numbered runs out to a crew in pieces that grow until one takes about a tenth of a
// second, and puts what comes back together in the order of the runs. Interrupted, it keeps
// the runs from the first one up to the first that is missing: asking for so many runs plays
// just these again.

import type { Crew } from './crew.ts'

const PIECE_MS = 100

export interface SpreadRuns<Part> {
  readonly crew: Pick<Crew, 'size'>
  /** How many runs, numbered from 0. */
  readonly runs: number
  /** Plays the runs from `from` up to, not including, `to`. */
  readonly play: (from: number, to: number) => Promise<Part>
  /** Takes a part over; parts come in the order of their runs. */
  readonly take: (part: Part, done: number) => void
  /** Ends it early. */
  readonly signal: AbortSignal
  readonly nowMs: () => number
}

/** Resolves with how many runs were taken over; fewer than asked for only if interrupted. */
export async function spreadRuns<Part>(asked: SpreadRuns<Part>): Promise<number> {
  const { crew, runs, play, take, signal, nowMs } = asked
  const held = new Map<number, { readonly to: number; readonly part: Part }>()
  let next = 0
  let done = 0
  let piece = 1
  const takeInOrder = () => {
    for (let one = held.get(done); one !== undefined; one = held.get(done)) {
      held.delete(done)
      done = one.to
      take(one.part, done)
    }
  }
  const lane = async () => {
    while (next < runs && !signal.aborted) {
      const from = next
      const to = Math.min(runs, from + piece)
      next = to
      const began = nowMs()
      const part = await play(from, to)
      if (signal.aborted) return
      piece = nextPiece(to - from, nowMs() - began, (runs - next) / crew.size)
      held.set(from, { to, part })
      takeInOrder()
    }
  }
  await Promise.race([Promise.all(Array.from({ length: crew.size }, lane)), abortOf(signal)])
  return done
}

/** About a tenth of a second of work, at most doubled at once, and no more than is left for each. */
function nextPiece(runs: number, tookMs: number, left: number): number {
  const wanted = Math.floor((runs * PIECE_MS) / Math.max(tookMs, 1))
  return Math.max(1, Math.min(wanted, runs * 2, Math.ceil(left)))
}

function abortOf(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
