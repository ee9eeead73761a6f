// `npm run storm -- --seeds 500`: storms by seed, spread over workers. Progress goes to standard
// error, failures and figures to standard output, the figures last; the exit code is 0 only if
// everything held and, in a long sweep, nothing was missing that a sweep must contain. Ctrl-C
// keeps what is done.
//
//   npm run storm -- [--seeds N] [--from S] [--members M] [--workers W] [-o text|json]
//   npm run storm -- --seed S [--members M]      one storm again, with all there is to say
//   npm run storm -- --plan FILE                 a plan that a failure has left

import { mkdirSync, readFileSync } from 'node:fs'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { drawPlan, runPlan, type StormPlan } from 'hearsay/sim'
import { Progress } from './storm/progress.ts'
import { jsonReport, tellFailure, tellFigures, type Verdict, verdictOf } from './storm/report.ts'
import { resultOf } from './storm/result.ts'
import { Sweep } from './storm/sweep.ts'
import { runSeeds } from './storm/workers.ts'

const PLANS = 'build/storms'
/** Failures told in full; of the rest only the seeds. */
const TOLD_MAX = 3
const MEMBERS_MAX = 12

const { values } = parsed({
  options: {
    seeds: { type: 'string', default: '500' },
    from: { type: 'string', default: '1' },
    seed: { type: 'string' },
    plan: { type: 'string' },
    members: { type: 'string', default: String(MEMBERS_MAX) },
    workers: { type: 'string', default: '2' },
    output: { type: 'string', short: 'o', default: 'text' },
  },
})

const membersMax = wholeNumber('members', values.members, 1)
const startedAt = performance.now()
const sweep = new Sweep()
/** Ctrl-C: what was begun is finished and told. */
const cancelled = new AbortController()
mkdirSync(PLANS, { recursive: true })
if (values.output !== 'text' && values.output !== 'json') refuse('-o takes text or json')
const verdict = await main()
if (values.output === 'json') console.log(JSON.stringify(jsonReport(sweep, verdict), undefined, 2))
else console.log(verdict.line)
process.exitCode = cancelled.signal.aborted ? 130 : verdict.held ? 0 : 1

async function main(): Promise<Verdict> {
  const { plan, seed } = values
  if (plan !== undefined) runOne(planIn(plan), `npm run storm -- --plan ${plan}`)
  else if (seed !== undefined) runOne(drawn(wholeNumber('seed', seed, 0)), again(Number(seed)))
  else await runMany()
  return verdictOf(sweep, (performance.now() - startedAt) / 1000)
}

/** One storm, told in full. */
function runOne(plan: StormPlan, command: string): void {
  const outcome = runPlan(plan)
  sweep.add(resultOf(outcome))
  if (values.output === 'json') return
  console.log(`storm ${plan.seed}: ${JSON.stringify(plan.traits)}, ${plan.members.join(' ')}`)
  tellFailure(outcome, command, `${PLANS}/storm-${plan.seed}.json`)
  tellFigures(sweep)
}

async function runMany(): Promise<void> {
  const count = wholeNumber('seeds', values.seeds, 1)
  const from = wholeNumber('from', values.from, 0)
  const workers = wholeNumber('workers', values.workers, 1)
  const seeds = Array.from({ length: count }, (_, index) => from + index)
  const progress = new Progress(count, 'storms')
  process.once('SIGINT', () => cancelled.abort())
  await runSeeds({
    seeds,
    signal: cancelled.signal,
    membersMax,
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
  return drawPlan(seed, { membersMax })
}

function again(seed: number): string {
  const members = membersMax === MEMBERS_MAX ? '' : ` --members ${membersMax}`
  return `npm run storm -- --seed ${seed}${members}`
}

function planIn(file: string): StormPlan {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    return refuse(`--plan takes a file that a failure has left: ${error}`)
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

function wholeNumber(option: string, text: string, min: number): number {
  const number = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(number) && number >= min) return number
  return refuse(`--${option} takes a whole number of at least ${min}, not "${text}"`)
}

function refuse(what: string): never {
  console.error(what)
  process.exit(2)
}
