// The charts of `hearsay sim compare`.

import {
  compareChart,
  conditionMap,
  figureText,
  loadChart,
  percentText,
  sendsChart,
} from '../../sim/index.ts'
import { type Contest, heatOf } from './compare-answer.ts'
import { contestants } from './contest.ts'
import type { Picture } from './report-page.ts'
import { nodesBySends } from './sim-charts.ts'
import { roundsWithNews } from './spread-lines.ts'
import { counted, runsText } from './words.ts'

const draw: Readonly<Record<string, (contest: Contest) => string>> = {
  spread: curves,
  load: loads,
  sends,
  coverage,
}

/** Draws charts by name. */
export function drawCompare(contest: Contest, names: readonly string[]): readonly Picture[] {
  return names.flatMap((name) => {
    const svg = draw[name]?.(contest)
    return svg === undefined ? [] : [{ name, svg }]
  })
}

/** Contestants with what they did without faults; colours stay with the contestant. */
function calm(contest: Contest) {
  return contestants.flatMap((contestant, colour) => {
    const summary = heatOf(contest, contestant, 0)?.summary
    return summary === undefined ? [] : [{ label: contestant.label, colour, summary }]
  })
}

function subtitleOf({ asked }: Contest): string {
  return `no faults; mean of ${runsText(asked.runs, asked.seed)} each`
}

function nodesText({ asked }: Contest): string {
  return counted(asked.plan.nodes, 'node')
}

const looks: Readonly<Record<string, 'points' | 'step'>> = {
  // Its rounds are those of push k = 3 until its copies are used up: both have to be seen.
  memberlist: 'points',
  direct: 'step',
}

function curves(contest: Contest): string {
  const rows = calm(contest)
  const told = rows.map(({ label, summary }) => `${label} ${figureText(summary.toAllMs.mean)} ms`)
  return compareChart({
    caption: {
      id: 'spread',
      title: `Who knows when: one rumor, ${nodesText(contest)}`,
      subtitle: subtitleOf(contest),
      description: `The share of nodes that know over time. Mean time until all know: ${told.join(', ')}.`,
    },
    curves: rows.map(({ label, colour, summary }) => ({
      label,
      colour,
      look: looks[label] ?? 'line',
      points: roundsWithNews(summary).map(({ ms, informed }) => ({
        timeMs: ms,
        share: informed.mean / summary.plan.alive,
      })),
    })),
  })
}

function loads(contest: Contest): string {
  const rows = calm(contest).map(({ label, summary }) => ({
    label,
    messages: summary.messages.mean,
    busiest: summary.busiest.mean,
  }))
  const told = rows.map(
    (row) => `${row.label} ${figureText(row.messages)} and ${figureText(row.busiest)}`,
  )
  return loadChart({
    caption: {
      id: 'load',
      title: `What it costs: one rumor, ${nodesText(contest)}`,
      subtitle: subtitleOf(contest),
      description: `Messages sent by all and by the busiest node: ${told.join('; ')}.`,
    },
    rows,
  })
}

function sends(contest: Contest): string {
  return sendsChart({
    caption: {
      id: 'sends',
      title: `Who does the work: one rumor, ${nodesText(contest)}`,
      subtitle: `nodes by the messages each sent; ${subtitleOf(contest)}`,
      description:
        'How many nodes sent how many messages. The source of a direct broadcast stands alone; in gossip all send about as much.',
    },
    series: calm(contest).map(({ label, colour, summary }) => ({
      label,
      colour,
      nodesBySends: nodesBySends(summary),
      ...(label === 'direct'
        ? { remark: `source of a direct broadcast: ${figureText(summary.busiest.mean)}` }
        : {}),
    })),
  })
}

function coverage(contest: Contest): string {
  const { conditions } = contest
  const values = contestants.map((contestant) =>
    conditions.map((_, at) => heatOf(contest, contestant, at)?.summary.coverage),
  )
  const worst = values.flatMap((row, at) => {
    const last = row.at(-1)
    return last === undefined ? [] : [`${contestants[at]?.label} ${percentText(last)}`]
  })
  return conditionMap({
    caption: {
      id: 'coverage',
      title: `Who hears in the end: one rumor, ${nodesText(contest)}`,
      subtitle: `living nodes that hear, mean of ${runsText(contest.asked.runs, contest.asked.seed)} each; colour by misses, tenfold by tenfold`,
      description: `The share of living nodes that hear under each condition; ${conditions.at(-1)?.label}: ${worst.join(', ')}.`,
    },
    conditions: conditions.map(({ label }) => label),
    protocols: contestants.map(({ label }) => label),
    coverage: values,
  })
}
