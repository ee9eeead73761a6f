// The answer of `hearsay plan`: each figure from runs beside its formula, and a sentence or
// two of advice.

import {
  countText,
  type Estimate,
  figureText,
  type Outlook,
  outlookFormulas,
  percentText,
} from '../../sim/index.ts'
import type { Answer, Printer } from '../terminal/printer.ts'
import type { Table } from '../terminal/table.ts'
import { plural } from '../terminal/text.ts'
import { durationText, measuredText } from '../terminal/time.ts'
import { packageVersion } from '../version.ts'
import { adviceOf } from './plan-advice.ts'
import type { PlanAsked } from './plan-flags.ts'

/** What was asked and what came of it; `trials` are those that were done. */
export interface Planned {
  readonly asked: PlanAsked
  readonly outlook: Outlook
  readonly trials: number
  readonly runs: number
}

/** The plan in every form. */
export function planAnswer(planned: Planned, print: Printer): Answer {
  return { kind: 'Plan', body: bodyOf(planned), text: () => printPlan(planned, print) }
}

function bodyOf({ asked, outlook, trials, runs }: Planned) {
  const { options, nodes, loss, latencyMs, rumorsPerSecond, rumorBytes, tagBytes, seed } = asked
  return {
    version: packageVersion(),
    command: planCommand(asked),
    question: { nodes, loss, latencyMs, rumorsPerSecond, rumorBytes, tagBytes, options },
    seed,
    runs,
    trials,
    ...outlook,
    formulas: outlookFormulas,
    advice: adviceOf(asked, outlook),
  }
}

/** What to type to have it again. */
function planCommand(asked: PlanAsked): string {
  const { options } = asked
  const flag = (name: string, value: string | number | undefined) =>
    value === undefined ? [] : [`--${name} ${value}`]
  const time = (name: string, ms: number | undefined) =>
    flag(name, ms === undefined ? undefined : durationText(ms))
  return [
    `hearsay plan --nodes ${asked.nodes} --loss ${asked.loss}`,
    ...time('latency', asked.latencyMs),
    ...flag('rate', asked.rumorsPerSecond),
    ...flag('size', asked.rumorBytes),
    ...flag('tags', asked.tagBytes),
    ...flag('profile', options.profile),
    ...time('interval', options.gossipIntervalMs),
    ...time('probe-interval', options.probeIntervalMs),
    ...flag('fanout', options.gossipNodes),
    ...(options.strict === true ? ['--strict'] : []),
    `--members ${asked.members} --trials ${asked.trials} --runs ${asked.runs} --seed ${asked.seed}`,
  ].join(' ')
}

function printPlan(planned: Planned, print: Printer): void {
  const { asked, outlook, trials, runs } = planned
  print.line(print.paint('bold', `${countText(asked.nodes)} members`))
  print.line(conditionsOf(asked))
  print.line()
  print.table(figureTable(outlook))
  print.line()
  for (const line of adviceOf(asked, outlook)) print.line(line)
  print.line()
  print.line(`Spread: ${countText(runs)} runs. The rest: ${trialsText(outlook, trials)}.`)
  for (const [name, formula] of Object.entries(outlookFormulas)) {
    print.line(print.paint('dim', `${FORMULA_LABELS.get(name) ?? name} = ${formula}`))
  }
  print.talk(print.paintTalk('dim', `again: ${planCommand(asked)}`))
}

const FORMULA_LABELS = new Map([
  ['rounds', 'rounds'],
  ['timeMs', 'time'],
  ['rumorsBytes', 'rumors'],
  ['firstMs', 'crash noticed'],
  ['wrongSuspicionsPerDay', 'wrong suspicions'],
  ['falseAlarmsPerDay', 'false alarms'],
])

function conditionsOf({
  loss,
  latencyMs,
  rumorsPerSecond,
  rumorBytes,
  tagBytes,
}: PlanAsked): string {
  const parts = [
    loss === 0 ? 'nothing lost' : `${percentText(loss)} of packets lost`,
    `${measuredText(latencyMs)} one way`,
    `${figureText(rumorsPerSecond)} ${rumorsPerSecond === 1 ? 'rumor' : 'rumors'} a second of ${rumorBytes} bytes`,
  ]
  if (tagBytes > 0) parts.push(`${tagBytes} bytes of tags`)
  return parts.join(', ')
}

/** How much stands behind the figures. */
function trialsText({ members, isScaled, memberHours }: Outlook, trials: number): string {
  const hours = `${figureText(memberHours)} member-hours`
  const of = `${plural(trials, 'trial')} of ${members} members running the real core, ${hours} in all`
  return isScaled ? `${of}, scaled by the formulas` : of
}

function figureTable(outlook: Outlook): Table {
  return {
    columns: ['', 'FROM RUNS', '5–95 %', 'FORMULA'],
    rows: [
      row('rounds until all know', outlook.rounds, figureText),
      row('time until 50 % know', outlook.timeMs50, measuredText),
      row('time until 99 % know', outlook.timeMs99, measuredText),
      row('time until all know', outlook.timeMs, measuredText),
      row('rumors that all hear at once', outlook.reachedAll, percentText),
      row('bytes a second a node, at rest', outlook.idleBytes, roundText),
      row('bytes a second a node, for rumors', outlook.rumorsBytes, roundText),
      row('bytes a second a node, in all', outlook.bytes, roundText),
      row('crash noticed by the first', outlook.firstMs, measuredText),
      row('crash noticed by all', outlook.allMs, measuredText),
      rareRow('wrong suspicions a day', outlook.wrongSuspicionsPerDay, ''),
      rareRow('false alarms a day', outlook.falseAlarmsPerDay, '≤ '),
    ],
  }
}

function row(name: string, estimate: Estimate, show: (value: number) => string) {
  const { measured, low, high, formula } = estimate
  return [
    name,
    measured === undefined ? 'never' : show(measured),
    low === undefined || high === undefined ? '' : `${show(low)} – ${show(high)}`,
    formula === undefined ? '' : show(formula),
  ]
}

/** None seen is not none: it is said how many there may be. */
function rareRow(name: string, { measured, high, formula = 0 }: Estimate, bound: string) {
  const isNone = measured === 0 || measured === undefined
  return [
    name,
    isNone ? 'none seen' : roundText(measured),
    isNone && high !== undefined ? `below ${roundText(high)}` : '',
    formula === 0 ? '0' : `${bound}${figureText(formula)}`,
  ]
}

function roundText(value: number): string {
  return countText(Math.round(value))
}
