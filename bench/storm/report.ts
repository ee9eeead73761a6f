// What a person reads of a sweep: each failure with all that is needed to see it again, then
// the figures, and everything in one line at the end.

import { writeFileSync } from 'node:fs'
import { runPlan, type StormOutcome, type StormPlan, shrinkPlan } from 'hearsay/sim'
import type { Sweep } from './sweep.ts'

/** How a sweep came out, in the words of its last line. */
export interface Verdict {
  readonly held: boolean
  readonly line: string
}

/** From so many storms on, a sweep must contain every fault and every turn. */
const FULL_SWEEP = 300
/** And from so many on all that belongs to state, where there is any. */
const FULL_STATE_SWEEP = 40

/** What a sweep of this size must contain and this one does not. */
function missed(sweep: Sweep): readonly string[] {
  const { storms, hasState } = sweep
  return [
    ...(hasState && storms >= FULL_STATE_SWEEP ? sweep.missing('state') : []),
    ...(storms >= FULL_SWEEP ? [...sweep.missing('faults'), ...sweep.missing('turns')] : []),
  ]
}

export function verdictOf(sweep: Sweep, seconds: number): Verdict {
  const part = (kind: 'faults' | 'turns' | 'state'): string => {
    const all = sweep.required(kind).length
    return `${all - sweep.missing(kind).length} of ${all}`
  }
  const line = [
    plural(sweep.storms, 'storm'),
    plural(sweep.failures.length, 'failure'),
    `${part('faults')} faults fired`,
    `${part('turns')} transitions covered`,
    ...(sweep.hasState ? [`${part('state')} of state covered`] : []),
    `${seconds.toFixed(1)} s`,
  ].join(', ')
  return { held: sweep.failures.length === 0 && missed(sweep).length === 0, line }
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** Everything that befalls whom and when. */
export function tellPlan({ seed, members, traits, chaosMs, strikes, revive, trials }: StormPlan) {
  console.log(`storm ${seed}: ${JSON.stringify(traits)}`)
  console.log(`  ${plural(members.length, 'member')}: ${members.join(' ')}`)
  console.log(`  ${plural(strikes.length, 'strike')} in ${(chaosMs / 1000).toFixed(1)} s:`)
  tellActs({ strikes, trials })
  console.log(`  who is down ${revive ? 'is started again' : 'stays down'} when the calm begins`)
  console.log()
}

function tellActs({ strikes, trials }: Pick<StormPlan, 'strikes' | 'trials'>): void {
  for (const { atMs, kind, params } of strikes) {
    console.log(`    ${String(atMs).padStart(7)} ms  ${kind} ${JSON.stringify(params)}`)
  }
  for (const { kind, params } of trials) {
    console.log(`    in the calm ${kind} ${JSON.stringify(params)}`)
  }
}

/** How many strikes found nobody to befall: who was down already, or has never come. */
export function tellVoid({ plan, counts, failure }: StormOutcome): void {
  // A storm that failed may have ended before the last of them.
  if (failure !== undefined) return
  const struck = Object.entries(counts).filter(([what]) => what.startsWith('fault '))
  const times = struck.reduce((sum, [, one]) => sum + one, 0)
  const none = plan.strikes.length - times
  if (none > 0) console.log(`  ${plural(none, 'strike')} found nobody to befall\n`)
}

/** The failure of one storm: what broke, how to see it again, and the shortest way there. */
export function tellFailure(outcome: StormOutcome, again: string, planFile: string): void {
  const { plan, failure, tail } = outcome
  if (failure === undefined) return
  console.log(`storm ${plan.seed}: ${failure.id} at ${(failure.atMs / 1000).toFixed(3)} s`)
  console.log(`  ${failure.what}`)
  console.log(`  again:      ${again}`)
  // Only two invariants need the second run.
  const twice = failure.id === 'S18' || failure.id === 'S21'
  const short = shrinkPlan(plan, (one) => runPlan(one, { twice }).failure?.id === failure.id)
  writeFileSync(planFile, `${JSON.stringify(short, undefined, 2)}\n`)
  console.log(`  shortened:  npm run storm -- --plan ${planFile}`)
  const kept = `${short.strikes.length} of ${plan.strikes.length}`
  console.log(`  it needs ${kept} strikes in ${plan.members.length} members:`)
  tellActs(short)
  console.log(`  the last ${tail.length} transitions:`)
  for (const line of tail) console.log(`    ${line}`)
}

/** The figures of a sweep, as text. */
export function tellFigures(sweep: Sweep): void {
  for (const [what, times] of sweep.counts) console.log(`${what.padEnd(44)}${times}`)
  console.log(`\n${'bound'.padEnd(8)}${'cases'.padStart(7)}  slowest, of its bound`)
  for (const [id, { cases, worst, worstMs, worstSeed }] of sweep.margins) {
    const share = `${(worst * 100).toFixed(0)} %`
    const slowest = `${share.padStart(5)}  ${(worstMs / 1000).toFixed(1)} s in storm ${worstSeed}`
    console.log(`${id.padEnd(8)}${String(cases).padStart(7)}  ${slowest}`)
  }
  console.log(`\n${(sweep.virtualMs / 3_600_000).toFixed(1)} hours of virtual time`)
  for (const what of missed(sweep)) console.log(`never seen: ${what}`)
}

/** The same as one value for `-o json`. */
export function jsonReport(sweep: Sweep, { held, line }: Verdict): object {
  return {
    storms: sweep.storms,
    held,
    failures: sweep.failures.map(({ seed, failure }) => ({ seed, ...failure })),
    missing: [...sweep.missing('faults'), ...sweep.missing('turns')],
    ...(sweep.hasState ? { missingOfState: sweep.missing('state') } : {}),
    counts: Object.fromEntries(sweep.counts),
    bounds: Object.fromEntries(sweep.margins),
    virtualMs: sweep.virtualMs,
    summary: line,
  }
}
