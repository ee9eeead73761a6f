// `npm run oracles`: every cell of the reference values against the rounds engine, its exact
// laws and its formulas. Progress goes to standard error, failures and a table to standard
// output, the figures last; the exit code is 0 only if every cell held, 2 if the file or the
// command line is not as it must be.
//
//   npm run oracles -- [--file F] [--section TEXT] [--effort 1] [--seed 1] [--workers N]

import { availableParallelism } from 'node:os'
import { type Check, ERRORS_MAX } from './oracles/checks.ts'
import { OWN_FILE, readCells } from './oracles/file.ts'
import { judgeAll } from './oracles/pool.ts'
import { holds, type Verdict } from './oracles/verdict.ts'
import { word } from './support/lines.ts'
import { Progress } from './support/progress.ts'
import { expectWords } from './support/words.ts'

/** Failures told in full. */
const TOLD_MAX = 20

expectWords(
  'npm run oracles -- [--file F] [--section TEXT] [--effort 1] [--seed 1] [--workers N]',
  {
    file: { type: 'string' },
    section: { type: 'string' },
    effort: { type: 'string' },
    seed: { type: 'string' },
    workers: { type: 'string' },
  },
)
const file = word('file', OWN_FILE)
const wantedPlace = word('section', '')
const factor = numberOf('effort', 1)
const seed = numberOf('seed', 1)
const workers = Math.max(1, Math.round(numberOf('workers', availableParallelism())))
const startedAt = performance.now()
const verdicts = await judgeFile()
tellFailures()
tellSections()
process.exitCode = tellFigures() ? 0 : 1

async function judgeFile(): Promise<readonly Verdict[]> {
  const indices = wantedCells()
  const progress = new Progress(indices.length, 'cells')
  const judged: Verdict[] = []
  let failed = 0
  const onVerdict = (verdict: Verdict): void => {
    judged.push(verdict)
    if (!holds(verdict)) failed += 1
    progress.show(judged.length, failed)
  }
  await judgeAll({ file, indices, effort: { factor, seed }, workers, onVerdict })
  progress.end()
  return judged
}

function wantedCells(): readonly number[] {
  try {
    const wanted = readCells(file).flatMap(({ place }, index) =>
      place.includes(wantedPlace) ? [index] : [],
    )
    return wanted.length > 0 ? wanted : refuse(`no cell has a place with '${wantedPlace}'`)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    return refuse(`${file} cannot be checked: ${reason}`)
  }
}

function tellFailures(): void {
  const failures = verdicts.filter((verdict) => !holds(verdict))
  for (const { place, label, checks, problem } of failures.slice(0, TOLD_MAX)) {
    console.log(`${place}: ${label}`)
    if (problem !== undefined) console.log(`  ${problem}`)
    for (const check of checks) if (!check.holds) console.log(`  ${failureText(check)}`)
  }
  if (failures.length > TOLD_MAX) console.log(`and ${failures.length - TOLD_MAX} more cells`)
}

function failureText({ what, expected, actual, errors }: Check): string {
  const off = errors === undefined ? '' : `, ${errors.toFixed(1)} standard errors off`
  return `${what}: ${expected} expected, ${Number(actual.toPrecision(9))} found${off}`
}

/** A line for each section: cells, failures, how far its samples were off at most. */
function tellSections(): void {
  const sections = new Set(verdicts.map(({ place }) => sectionOf(place)))
  for (const section of [...sections].sort()) {
    const cells = verdicts.filter(({ place }) => sectionOf(place) === section)
    const failed = cells.filter((cell) => !holds(cell)).length
    const parts = [
      section.padEnd(40),
      `${String(cells.length).padStart(5)} cells`,
      `${String(failed).padStart(4)} failed`,
      `worst ${worstOf(cells).toFixed(2)} standard errors`,
    ]
    console.log(parts.join('  '))
  }
}

/** `file.swim.round_robin[2]` is of `swim.round_robin`. */
function sectionOf(place: string): string {
  return place.replace(/^file\./, '').replace(/\[\d+\]$/, '')
}

function worstOf(cells: readonly Verdict[]): number {
  return cells
    .flatMap(({ checks }) => checks.map(({ errors }) => errors ?? 0))
    .reduce((worst, errors) => Math.max(worst, errors), 0)
}

function tellFigures(): boolean {
  const checks = verdicts.flatMap((verdict) => verdict.checks)
  const exact = checks.filter(({ what }) => what.startsWith('exact')).length
  const failed = verdicts.filter((verdict) => !holds(verdict)).length
  const rechecked = verdicts.filter((verdict) => verdict.rechecked).length
  const seconds = (performance.now() - startedAt) / 1000
  console.log(
    [
      `${verdicts.length} cells checked`,
      `${checks.length} figures, ${exact} of them by exact laws`,
      `worst deviation ${worstOf(verdicts).toFixed(2)} of ${ERRORS_MAX} standard errors`,
      `${rechecked} sampled twice`,
      `${failed} failed`,
      `${seconds.toFixed(0)} s`,
    ].join(', '),
  )
  return failed === 0
}

function numberOf(name: string, otherwise: number): number {
  const text = word(name, String(otherwise))
  const number = Number(text)
  if (text.trim() !== '' && Number.isFinite(number) && number > 0) return number
  return refuse(`--${name} takes a number above 0, not '${text}'`)
}

function refuse(what: string): never {
  console.error(what)
  process.exit(2)
}
