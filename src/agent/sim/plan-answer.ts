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
import { counted } from './words.ts'

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
    command: planCommand({ asked, trials, runs }),
    question: { nodes, loss, latencyMs, rumorsPerSecond, rumorBytes, tagBytes, options },
    seed,
    runs,
    trials,
    ...outlook,
    formulas: outlookFormulas,
    advice: adviceOf(asked, outlook, trials),
  }
}

/** What to type to have it again; where no trial was done, all of them with it. */
function planCommand({ asked, trials, runs }: Omit<Planned, 'outlook'>): string {
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
    `--members ${asked.members} --trials ${trials === 0 ? asked.trials : trials} --runs ${runs} --seed ${asked.seed}`,
  ].join(' ')
}

function printPlan(planned: Planned, print: Printer): void {
  const { asked, outlook, trials, runs } = planned
  print.line(print.paint('bold', counted(asked.nodes, 'member')))
  print.line(conditionsOf(asked))
  print.line()
  print.figures(figureTable(outlook, trials))
  print.line()
  for (const line of adviceOf(asked, outlook, trials)) print.line(line)
  print.line()
  print.line(`Spread: ${plural(runs, 'run')}. The rest: ${trialsText(outlook, trials)}.`)
  for (const [name, formula] of Object.entries(outlookFormulas)) {
    print.line(print.paint('dim', `${FORMULA_LABELS.get(name) ?? name} = ${formula}`))
  }
  print.again(planCommand(planned), trials === 0 ? 'with its trials' : 'again')
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
    `${figureText(rumorsPerSecond)} ${rumorsPerSecond === 1 ? 'rumor' : 'rumors'} a second of ${counted(rumorBytes, 'byte')}`,
  ]
  if (tagBytes > 0) parts.push(`${counted(tagBytes, 'byte')} of tags`)
  return parts.join(', ')
}

/** How much stands behind the figures. */
function trialsText({ members, isScaled, memberHours }: Outlook, trials: number): string {
  if (trials === 0) return 'formulas alone, since no trial was done'
  const hours = `${figureText(memberHours)} ${memberHours === 1 ? 'member-hour' : 'member-hours'}`
  const of = `${plural(trials, 'trial')} of ${counted(members, 'member')} running the real core, ${hours} in all`
  return isScaled ? `${of}, scaled by the formulas` : of
}

function figureTable(outlook: Outlook, trials: number): Table {
  // What no trial was done for is not known; what none of them saw is.
  const none = trials === 0 ? '-' : 'never'
  return {
    columns: ['', 'FROM RUNS', '5–95 %', 'FORMULA'],
    rows: [
      row('rounds until all know', outlook.rounds, figureText, 'never'),
      row('time until 50 % know', outlook.timeMs50, measuredText, 'never'),
      row('time until 99 % know', outlook.timeMs99, measuredText, 'never'),
      row('time until all know', outlook.timeMs, measuredText, 'never'),
      row('rumors that all hear at once', outlook.reachedAll, percentText, none),
      row('bytes a second a node, at rest', outlook.idleBytes, roundText, none),
      row('bytes a second a node, for rumors', outlook.rumorsBytes, roundText, none),
      row('bytes a second a node, in all', outlook.bytes, roundText, none),
      row('crash noticed by the first', outlook.firstMs, measuredText, none),
      row('crash noticed by all', outlook.allMs, measuredText, none),
      rareRow('wrong suspicions a day', outlook.wrongSuspicionsPerDay, ''),
      rareRow('false alarms a day', outlook.falseAlarmsPerDay, '≤ '),
    ],
  }
}

function row(name: string, estimate: Estimate, show: (value: number) => string, none: string) {
  const { measured, low, high, formula } = estimate
  return [
    name,
    measured === undefined ? none : show(measured),
    low === undefined || high === undefined ? '' : `${show(low)} – ${show(high)}`,
    formula === undefined ? '' : show(formula),
  ]
}

/** None seen is not none: it is said how many there may be. */
function rareRow(name: string, { measured, high, formula = 0 }: Estimate, bound: string) {
  const isNone = measured === 0
  return [
    name,
    measured === undefined ? '-' : isNone ? 'none seen' : roundText(measured),
    isNone && high !== undefined ? `below ${roundText(high)}` : '',
    formula === 0 ? '0' : `${bound}${figureText(formula)}`,
  ]
}

function roundText(value: number): string {
  return countText(Math.round(value))
}
