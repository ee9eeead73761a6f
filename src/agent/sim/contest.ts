// Who is compared with whom, under which conditions, and what each did there. The crossing of
// both is played calm weather first, so that an early end still leaves something to compare.

import { percentText, type SpreadScenario, type Summary, summarise } from '../../sim/index.ts'
import { playRuns, type Stage } from './play.ts'
import { type Asked, checked } from './scenario-flags.ts'

/** One way of spreading news, as it stands in the comparison. */
export interface Contestant {
  readonly name: string
  /** Short, for tables and axes. */
  readonly label: string
  readonly options: Pick<SpreadScenario, 'protocol' | 'fanout'>
}

export const contestants: readonly Contestant[] = [
  { name: 'direct', label: 'direct', options: { protocol: 'direct' } },
  { name: 'tree', label: 'tree', options: { protocol: 'tree', fanout: 2 } },
  { name: 'push-2', label: 'push k=2', options: { protocol: 'push', fanout: 2 } },
  { name: 'push-3', label: 'push k=3', options: { protocol: 'push', fanout: 3 } },
  { name: 'memberlist', label: 'memberlist', options: { protocol: 'memberlist' } },
  { name: 'hearsay', label: 'hearsay', options: { protocol: 'hearsay' } },
]

/** What goes wrong. */
export interface Condition {
  readonly label: string
  readonly loss: number
  readonly crash: number
}

/** Calm, each fault alone, and both; faults of zero are left out. */
export function conditionsFor(loss: number, crash: number): readonly Condition[] {
  const all = [
    { label: 'no faults', loss: 0, crash: 0 },
    { label: `${percentText(loss)} lost`, loss, crash: 0 },
    { label: `${percentText(crash)} crashed`, loss: 0, crash },
    { label: 'both', loss, crash },
  ]
  const seen = new Set<string>()
  return all.filter((one) => {
    const key = `${one.loss} ${one.crash}`
    return !seen.has(key) && seen.add(key)
  })
}

/** What one contestant did under one condition. */
export interface Heat {
  readonly contestant: Contestant
  readonly condition: Condition
  readonly scenario: SpreadScenario
  readonly summary: Summary
}

/** Plays all against all; after an early end, those that were reached. */
export async function playContest(
  stage: Stage,
  { scenario: base, runs, seed }: Asked,
  conditions: readonly Condition[],
): Promise<readonly Heat[]> {
  const { nodes, roundMs, latencyMs } = base
  const times = {
    ...(roundMs === undefined ? {} : { roundMs }),
    ...(latencyMs === undefined ? {} : { latencyMs }),
  }
  const pairs = conditions.flatMap((condition) =>
    contestants.map((contestant) => ({ contestant, condition })),
  )
  const heats: Heat[] = []
  for (const { contestant, condition } of pairs) {
    const { loss, crash } = condition
    const told = { ...contestant.options, nodes, loss, crash, ...times }
    const asked = { ...checked(told), runs, seed }
    const where = `${contestant.label}, ${condition.label}`
    const sample = await playRuns(stage, asked, (_, done) => [
      stage.context.print.paintTalk(
        'dim',
        `${heats.length} of ${pairs.length} played; ${where}: ${done} of ${runs} runs`,
      ),
    ])
    if (sample === undefined) break
    heats.push({
      contestant,
      condition,
      scenario: asked.scenario,
      summary: summarise(told, sample),
    })
    if (stage.until.aborted) break
  }
  return heats
}
