// The spread of a rumor as lines for a terminal: one bar a round, as wide as the share of
// the living that knows, with the range of the runs in figures. Used live and for the answer.

import { percentText, type Summary } from '../../sim/index.ts'
import type { Paint } from '../terminal/style.ts'

/** What stands beside a bar: round, share and range, at their widest. */
const BESIDE = 43
/** Without the range. */
const BESIDE_NARROW = 18
const BAR_MAX = 44
const BAR_MIN = 10
/** Narrower than that, bars say nothing. */
export const columnsMin = BESIDE_NARROW + BAR_MIN
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** Where lines are shown. */
export interface LinesPlace {
  /** Width of the terminal, `columnsMin` or more; on a narrow one the range is left out. */
  readonly columns: number
  /** Bars at most, 2 or more, the first and the last round among them. */
  readonly rows: number
  readonly paint: Paint
}

/** A header, then bars up to the last round with news. */
export function spreadLines(summary: Summary, place: LinesPlace): readonly string[] {
  const { plan } = summary
  const { columns, paint } = place
  const isNarrow = columns < BESIDE + BAR_MIN
  const room = Math.max(BAR_MIN, Math.min(BAR_MAX, columns - (isNarrow ? BESIDE_NARROW : BESIDE)))
  const rounds = roundsWithNews(summary)
  const bars = shownRounds(rounds.length, place.rows).flatMap((at) => {
    const row = rounds[at]
    if (row === undefined) return []
    const { mean, p5, p95 } = row.informed
    const bar = barOf(mean / plan.alive, room)
    const cells = [String(row.round).padStart(5), percentText(mean / plan.alive).padStart(9)]
    const start = `${cells.join(' ')}  ${paint('cyan', bar)}`
    if (isNarrow) return [start]
    const range = `${percentText(p5 / plan.alive)} – ${percentText(p95 / plan.alive)}`
    return [`${start}${' '.repeat(room - bar.length)}  ${paint('dim', range)}`]
  })
  const header = isNarrow ? '' : `${' '.repeat(room + 2)}5–95 % of runs`
  return [paint('bold', `round     knows  ${header}`.trimEnd()), ...bars]
}

/** The rounds up to the last in which somebody heard; a run may go on for long after it. */
export function roundsWithNews({ byRound, lastNews }: Summary): Summary['byRound'] {
  return byRound.slice(0, lastNews.max + 1)
}

/** All rounds, or as many as fit, the first and the last among them. */
function shownRounds(rounds: number, rows: number): readonly number[] {
  if (rounds <= rows) return Array.from({ length: rounds }, (_, at) => at)
  const last = rounds - 1
  const spread = Array.from({ length: rows }, (_, at) => Math.round((at * last) / (rows - 1)))
  return [...new Set(spread)]
}

/** A bar in eighths of a cell; anything above nothing shows at least one. */
function barOf(share: number, room: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(share * room * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}
