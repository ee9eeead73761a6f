// The charts of `hearsay sim`, from summaries: which words stand on them and which figures go
// where. How they are drawn is for the charts of the simulator.

import {
  countText,
  faultMap,
  figureText,
  limitChart,
  percentText,
  type SendsSeries,
  type SpreadScenario,
  type Summary,
  sendsChart,
  spreadChart,
  thumbCurve,
  thumbFormula,
} from '../../sim/index.ts'
import type { Told } from './sim-answer.ts'
import { roundsWithNews } from './spread-lines.ts'
import {
  conditionsFor,
  crashes,
  limitedSibling,
  limitsFor,
  losses,
  runsFor,
  shareRunsMin,
  usualLimit,
} from './sweeps.ts'
import { conditionsOf, counted, runsText, titleOf } from './words.ts'

/** What a chart is of. */
export interface Subject {
  readonly scenario: SpreadScenario
  readonly seed: number
  readonly runs: number
}

/** The S-curve of a sample. */
export function spreadPicture({ asked: { seed }, summary, exact }: Told): string {
  const { plan, runs, toAll, reachedAll } = summary
  const byRound = roundsWithNews(summary)
  const last = byRound.length - 1
  const formula = thumbFormula(plan)
  const shares = thumbCurve(plan, last)
  const median = toAll.p50
  return spreadChart({
    caption: {
      id: 'spread',
      title: `How the rumor spreads: ${titleOf(plan)}`,
      subtitle: `${conditionsOf(plan)}; ${runsText(runs, seed)}`,
      description: spreadWords(summary),
    },
    runs,
    rows: byRound.map(({ round, informed }) => ({
      round,
      mean: informed.mean / plan.alive,
      low: informed.p5 / plan.alive,
      high: informed.p95 / plan.alive,
    })),
    ...(exact === undefined ? {} : { exact: exact.byRound.map(({ mean }) => mean / plan.alive) }),
    ...(formula === undefined || shares === undefined
      ? {}
      : { formula: { label: 'rule of thumb', shares } }),
    ...(Number.isNaN(median) ? {} : { toAll: { medianRounds: median, share: reachedAll } }),
  })
}

function spreadWords({ byRound, plan, reachedAll, toAll, coverage }: Summary): string {
  const half = byRound.find(({ informed }) => informed.mean >= plan.alive / 2)
  const start = `The share of ${counted(plan.alive, 'living node')} that know, round by round`
  const middle = half === undefined ? '' : `; half of them by round ${half.round}`
  const end =
    reachedAll > 0
      ? `; all of them after ${toAll.p50} ${toAll.p50 === 1 ? 'round' : 'rounds'} in the median, in ${percentText(reachedAll)} of the runs.`
      : `; ${percentText(coverage)} in the end.`
  return start + middle + end
}

/** Who sends how much, with a direct broadcast beside it. */
export function sendsPicture({ seed }: Subject, summary: Summary): string {
  const { plan, runs, busiest } = summary
  const own = { label: plan.protocol, colour: 0, nodesBySends: nodesBySends(summary) }
  const series: SendsSeries[] = [own]
  if (plan.protocol !== 'direct') series.push(directSeries(plan.nodes, plan.alive))
  return sendsChart({
    caption: {
      id: 'sends',
      title: `Who does the work: ${titleOf(plan)}`,
      subtitle: `${conditionsOf(plan)}; messages of each node, mean of ${runsText(runs, seed)}`,
      description: `With ${plan.protocol} the busiest node sends ${figureText(busiest.mean)} ${busiest.mean === 1 ? 'message' : 'messages'}; the source of a direct broadcast sends ${countText(plan.nodes - 1)}.`,
    },
    series,
  })
}

/** How many nodes sent how many messages, in the mean of the runs. */
export function nodesBySends({ plan, sendsHistogram }: Summary): ReadonlyMap<number, number> {
  return new Map(sendsHistogram.map(([sent, share]) => [sent, share * plan.alive]))
}

function directSeries(nodes: number, alive: number): SendsSeries {
  return {
    label: 'direct broadcast',
    colour: 1,
    nodesBySends: new Map([
      [0, alive - 1],
      [nodes - 1, 1],
    ]),
    remark: `source of a direct broadcast: ${countText(nodes - 1)}`,
  }
}

/** Loss against crashes: coverage, or rounds where the protocol never gives up. */
export function faultsPicture(subject: Subject, grid: readonly Summary[]): string {
  const { scenario, seed, runs } = subject
  const isEndless = grid.every(({ reachedAll }) => reachedAll === 1)
  const plan = grid[0]?.plan
  const values = crashes.map((_, row) =>
    losses.map((_loss, column) => {
      const cell = grid[row * losses.length + column]
      return isEndless ? cell?.toAll.mean : cell?.coverage
    }),
  )
  const what = isEndless ? 'rounds until all the living know' : 'living nodes that hear'
  return faultMap({
    caption: {
      id: 'faults',
      title: `Loss and crashes: ${what}`,
      subtitle: `${plan === undefined ? scenario.protocol : titleOf(plan)}; mean of ${runsText(runsFor(scenario, runs), seed)} each${isEndless ? '' : '; colour by misses, tenfold by tenfold'}`,
      description: `${what}, by share of messages lost and share of nodes crashed${worst(grid, isEndless)}.`,
    },
    figure: isEndless ? 'rounds' : 'coverage',
    losses,
    crashes,
    values,
  })
}

function worst(grid: readonly Summary[], isEndless: boolean): string {
  const last = grid.at(-1)
  if (last === undefined) return ''
  const figure = isEndless ? figureText(last.toAll.mean) : percentText(last.coverage)
  return `; with ${percentText(last.plan.loss)} lost and ${percentText(last.plan.crash)} crashed: ${figure}`
}

/** Coverage against the limit on transmissions, under each condition. */
export function limitsPicture(subject: Subject, grid: readonly Summary[]): string {
  const { scenario, seed, runs } = subject
  const sibling = limitedSibling(scenario)
  const limits = limitsFor(scenario)
  const usual = usualLimit(scenario)
  const played = runsFor(scenario, runs)
  const tellsShare = played >= shareRunsMin
  const own = limits.includes(scenario.limit ?? usual) ? scenario.limit : undefined
  return limitChart({
    caption: {
      id: 'limits',
      title: `How often to tell it: ${sibling.protocol}, ${counted(sibling.nodes, 'node')}`,
      subtitle: `mean of ${runsText(played, seed)} each; ${tellsShare ? 'dashed: runs in which everybody alive heard' : 'too few to tell in how many everybody heard'}`,
      description: `The share of living nodes that hear, against the times each node tells a rumor. memberlist's limit here is ${usual}.`,
    },
    usual,
    ...(own === undefined || own === usual ? {} : { own }),
    curves: conditionsFor(scenario).map(({ label }, row) => ({
      label,
      colour: row,
      points: limits.flatMap((limit, column) => {
        const cell = grid[row * limits.length + column]
        return cell === undefined
          ? []
          : [{ limit, coverage: cell.coverage, complete: tellsShare ? cell.reachedAll : undefined }]
      }),
    })),
  })
}
