// The spread of a rumor as lines for a terminal: one bar a round, as wide as the share of
// the living that knows, with the range of the runs in figures. Used live and for the answer.

import { percentText, type Summary } from '../../sim/index.ts'
import type { Paint } from '../terminal/style.ts'

const ROWS_MAX = 20
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'] as const

/** Header and bars up to the last round with news, at most 21 lines of `columns` cells. */
export function spreadLines(summary: Summary, columns: number, paint: Paint): readonly string[] {
  const { byRound, plan, lastNews } = summary
  const room = Math.max(10, Math.min(44, columns - 36))
  const bars = shownRounds(Math.min(byRound.length, lastNews.max + 1)).flatMap((at) => {
    const row = byRound[at]
    if (row === undefined) return []
    const { mean, p5, p95 } = row.informed
    const range = `${percentText(p5 / plan.alive)} – ${percentText(p95 / plan.alive)}`
    const bar = barOf(mean / plan.alive, room)
    const cells = [String(row.round).padStart(5), percentText(mean / plan.alive).padStart(9)]
    return [
      `${cells.join(' ')}  ${paint('cyan', bar)}${' '.repeat(room - bar.length)}  ${paint('dim', range)}`,
    ]
  })
  const header = `round     knows  ${' '.repeat(room)}  5–95 % of runs`
  return [paint('bold', header), ...bars]
}

/** All rounds, or as many as fit, the first and the last among them. */
function shownRounds(rounds: number): readonly number[] {
  if (rounds <= ROWS_MAX) return Array.from({ length: rounds }, (_, at) => at)
  const last = rounds - 1
  const spread = Array.from({ length: ROWS_MAX }, (_, at) =>
    Math.round((at * last) / (ROWS_MAX - 1)),
  )
  return [...new Set(spread)]
}

/** A bar in eighths of a cell; anything above nothing shows at least one. */
function barOf(share: number, room: number): string {
  const eighths = Math.max(share > 0 ? 1 : 0, Math.round(share * room * 8))
  return '█'.repeat(Math.floor(eighths / 8)) + (EIGHTHS[eighths % 8] ?? '')
}
