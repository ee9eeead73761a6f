// Scenarios in words and as a command line: what stands over tables and charts, and what to
// type to have the same again.

import {
  countText,
  type Plan,
  percentText,
  type SpreadOptionName,
  type SpreadScenario,
  spreadOptions,
} from '../../sim/index.ts'
import { pasted } from '../terminal/text.ts'
import { durationText } from '../terminal/time.ts'
import { flagByOption } from './flags.ts'
import type { Asked } from './scenario-flags.ts'

/** `1 node`, `1,000 nodes`. */
export function counted(count: number, noun: string): string {
  return `${countText(count)} ${noun}${count === 1 ? '' : 's'}`
}

/** Whether an option means anything to a protocol. */
export function takesOption(
  protocol: SpreadScenario['protocol'],
  option: SpreadOptionName,
): boolean {
  return spreadOptions[option].only?.includes(protocol) ?? true
}

/** `push, 1,000 nodes, fan-out 2`. */
export function titleOf(plan: Plan): string {
  const fanout = takesOption(plan.protocol, 'fanout') ? [`fan-out ${plan.fanout}`] : []
  return [plan.protocol, counted(plan.nodes, 'node'), ...fanout].join(', ')
}

/** `10 % of messages lost, 300 nodes crashed, each tells it at most 16 times`. */
export function conditionsOf(plan: Plan): string {
  const crashed = plan.nodes - plan.alive
  const parts = [
    plan.loss === 0 ? 'nothing lost' : `${percentText(plan.loss)} of messages lost`,
    crashed === 0 ? 'nobody crashed' : `${counted(crashed, 'node')} crashed`,
  ]
  if (takesOption(plan.protocol, 'limit')) parts.push(`limit ${plan.limit} ${plan.limitUnit}`)
  if (plan.protocol === 'rumor-mongering') {
    parts.push(`${plan.direction}, ${plan.feedback}, ${plan.memory}, k = ${plan.interest}`)
  }
  if (plan.repairEvery > 0)
    parts.push(
      `notes compared every ${plan.repairEvery === 1 ? 'round' : `${plan.repairEvery} rounds`}`,
    )
  return parts.join(', ')
}

/** `500 runs of seed 1`. */
export function runsText(runs: number, seed: number): string {
  return `${counted(runs, 'run')} of seed ${seed}`
}

/** The command that gives these figures again. */
export function commandOf(name: string, { scenario, seed }: Asked, runs: number): string {
  const told = Object.entries(scenario).flatMap(([option, value]) => {
    const flag = flagByOption[option]
    if (flag === undefined || value === undefined) return []
    const text = option.endsWith('Ms') ? durationText(Number(value)) : pasted(String(value))
    return [`${flag} ${text}`]
  })
  return ['hearsay', name, ...told, `--runs ${runs}`, `--seed ${seed}`].join(' ')
}
