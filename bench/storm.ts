// `npm run storm -- --seeds 500`: storms by seed, spread over workers. Progress goes to standard
// error, failures and figures to standard output, the figures last; the exit code is 0 only if
// everything held and, in a long sweep, nothing was missing that a sweep must contain. Ctrl-C
// keeps what is done.

import { mkdirSync, readFileSync } from 'node:fs'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { type DrawOptions, drawPlan, runPlan, type StormOutcome, type StormPlan } from 'hearsay/sim'
import { planOf } from './storm/plan-file.ts'
import {
  jsonReport,
  tellFailure,
  tellFigures,
  tellPlan,
  tellVoid,
  type Verdict,
  verdictOf,
} from './storm/report.ts'
import { resultOf } from './storm/result.ts'
import { Sweep } from './storm/sweep.ts'
import { runSeeds } from './storm/workers.ts'
import { Progress } from './support/progress.ts'

const PLANS = 'build/storms'
/** Failures told in full; of the rest only the seeds. */
const TOLD_MAX = 3
const MEMBERS_MAX = 12
/** Beyond these nobody waits for the end. */
const LIMITS = { members: 1000, seeds: 10_000_000, workers: 64 } as const

const USAGE = `Storms by seed: random faults, every invariant watched.

  npm run storm -- [--seeds N] [--from S] [--members M] [--state] [--workers W] [-o text|json]
  npm run storm -- --seed S [--members M] [--state]    one storm, told in full
  npm run storm -- --plan FILE                         a plan that a failure has left

  --seeds N     how many, 1 to ${LIMITS.seeds}; 500 by default
  --from S      the first seed; 1 by default
  --members M   members at most, 1 to ${LIMITS.members}; ${MEMBERS_MAX} by default
  --state       members write to replicated state meanwhile, and its invariants are judged too
  --workers W   threads, 1 to ${LIMITS.workers}; 2 by default`

const { values } = parsed({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    plan: { type: 'string' },
    members: { type: 'string', default: String(MEMBERS_MAX) },
    state: { type: 'boolean', default: false },
    workers: { type: 'string', default: '2' },
    output: { type: 'string', short: 'o', default: 'text' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

const ANY = [0, Number.MAX_SAFE_INTEGER] as const

if (values.help) {
  console.log(USAGE)
  process.exit(0)
}

const membersMax = wholeNumber('members', values.members, [1, LIMITS.members])
const options: DrawOptions = { membersMax, ...(values.state ? { state: true } : {}) }
const startedAt = performance.now()
const sweep = new Sweep()
/** Ctrl-C: what was begun is finished and told. */
const cancelled = new AbortController()
mkdirSync(PLANS, { recursive: true })
if (values.output !== 'text' && values.output !== 'json') refuse('-o takes text or json')
const verdict = await main()
if (values.output === 'json') {
  const cut = cancelled.signal.aborted ? { cutShort: cutShort() } : {}
  console.log(JSON.stringify({ ...jsonReport(sweep, verdict), ...cut }, undefined, 2))
} else {
  if (cancelled.signal.aborted) console.log(cutShort())
  console.log(verdict.line)
}
process.exitCode = cancelled.signal.aborted ? 130 : verdict.held ? 0 : 1

async function main(): Promise<Verdict> {
  const { plan, seed } = values
  if (plan !== undefined) tellOne(playFile(plan), `npm run storm -- --plan ${plan}`)
  else if (seed !== undefined) {
    tellOne(runPlan(drawn(wholeNumber('seed', seed, ANY))), again(Number(seed)))
  } else await runMany()
  return verdictOf(sweep, (performance.now() - startedAt) / 1000)
}

/** What a sweep that was ended early says of itself. */
function cutShort(): string {
  return `cut short by Ctrl-C after ${sweep.storms} of ${values.seeds} storms; the rest was not begun`
}

/** One storm, told in full. */
function tellOne(outcome: StormOutcome, command: string): void {
  const { plan } = outcome
  sweep.add(resultOf(outcome))
  if (values.output === 'json') return
  tellPlan(plan)
  tellVoid(outcome)
  tellFailure(outcome, command, `${PLANS}/storm-${plan.seed}.json`)
  tellFigures(sweep)
}

async function runMany(): Promise<void> {
  const count = wholeNumber('seeds', values.seeds, [1, LIMITS.seeds])
  const from = wholeNumber('from', values.from, ANY)
  const workers = wholeNumber('workers', values.workers, [1, LIMITS.workers])
  const seeds = Array.from({ length: count }, (_, index) => from + index)
  const progress = new Progress(count, 'storms')
  process.once('SIGINT', () => cancelled.abort())
  await runSeeds({
    seeds,
    signal: cancelled.signal,
    options,
    workers,
    onResult: (result) => {
      sweep.add(result)
      const { seed, failure } = result
      if (failure !== undefined) progress.say(`storm ${seed} failed: ${failure.id}`)
      progress.show(sweep.storms, sweep.failures.length)
    },
  })
  progress.end()
  if (values.output === 'json') return
  sweep.failures.sort((a, b) => a.seed - b.seed)
  for (const { seed } of sweep.failures.slice(0, TOLD_MAX)) {
    tellFailure(runPlan(drawn(seed)), again(seed), `${PLANS}/storm-${seed}.json`)
  }
  for (const { seed, failure } of sweep.failures.slice(TOLD_MAX)) {
    console.log(`storm ${seed}: ${failure?.id}; again: ${again(seed)}`)
  }
  tellFigures(sweep)
}

function drawn(seed: number): StormPlan {
  return drawPlan(seed, options)
}

function again(seed: number): string {
  const members = membersMax === MEMBERS_MAX ? '' : ` --members ${membersMax}`
  return `npm run storm -- --seed ${seed}${members}${values.state ? ' --state' : ''}`
}

/** Plays the plan of a file; one that cannot be played ends the process. */
function playFile(file: string): StormOutcome {
  try {
    return runPlan(planOf(readFileSync(file, 'utf8')))
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refuse(`--plan takes a file that a failure has left; ${file}: ${reason}`)
  }
}

/** The options of the command line; ends the process if there is one that nobody knows. */
function parsed<const T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config)
  } catch (error) {
    return refuse(error instanceof Error ? error.message : String(error))
  }
}

function wholeNumber(option: string, text: string, [low, high]: readonly [number, number]): number {
  const number = Number(text)
  const isWithin = number >= low && number <= high
  if (text.trim() !== '' && Number.isSafeInteger(number) && isWithin) return number
  return refuse(`--${option} takes a whole number from ${low} to ${high}, not "${text}"`)
}

function refuse(what: string): never {
  console.error(`${what}\nAll options: npm run storm -- --help`)
  process.exit(2)
}
