// Who watches the watchmen: breaks the core on purpose, one defect at a time, and asks whether
// the storms notice. Prints a table of defects, the invariant that caught each first, and the
// seed at which the invariant it is aimed at did. Fails if one is not caught at all, or if the
// sound core fails one of the seeds that count.
//
//   npm run mutants -- [--state] [--seeds 200] [--only NAME] [--quick] [--jobs 2]
//
// With --state the defects are those of replicated state. Schedules of `npm run prove:state` must
// notice, up to 6 000 of them; or storms of state, where a defect is aimed at what only they check.
// The seeds are 1, 2, 3 … as in `npm run storm`. With --quick the seed that is known to catch a
// mutant comes first and any invariant will do: that tells in a minute whether all still bite.

import { availableParallelism } from 'node:os'
import { buildMutants, SOUND } from './mutants/build.ts'
import { type Caught, hunt } from './mutants/hunt.ts'
import type { Hunters, Mutant } from './mutants/mutant.ts'
import { stateMutants } from './mutants/state-table.ts'
import { mutants } from './mutants/table.ts'
import { progress, wholeWord, word } from './support/lines.ts'
import { expectWords } from './support/words.ts'

expectWords(
  'npm run mutants -- [--state] [--seeds N] [--only NAME] [--quick] [--jobs 2]',
  {
    state: { type: 'boolean' },
    seeds: { type: 'string' },
    only: { type: 'string' },
    quick: { type: 'boolean' },
    jobs: { type: 'string' },
  },
  'Breaks the core on purpose, one defect at a time, and asks whether the storms notice.',
)
const isState = process.argv.includes('--state')
const usual: Hunters = isState ? 'proofs' : 'storms'
const seedsMax = wholeWord('seeds', isState ? 6000 : 200)
/** Storms of state take as long as dozens of schedules. */
const STORMS_MAX = 200
const jobs = wholeWord('jobs', Math.min(2, availableParallelism()))
const only = word('only', '')
const isQuick = process.argv.includes('--quick')
const wanted = (isState ? stateMutants : mutants).filter(({ name }) => only === '' || name === only)
if (wanted.length === 0) {
  const names = (isState ? stateMutants : mutants).map(({ name }) => name)
  console.error(`no mutant is called '${only}'; there are: ${names.join(', ')}`)
  process.exit(2)
}

const startMs = performance.now()
progress(`compiling ${wanted.length} mutants …`)
buildMutants([SOUND, ...wanted])
const hunts = await inTurns(wanted, huntOne)
const sound: Caught[] = []
for (const by of new Set(wanted.map(huntersOf))) {
  sound.push(await hunt(SOUND, { by, seeds: seedsThatCount(by), aim: undefined }))
}
report()

function huntersOf(mutant: Mutant): Hunters {
  return mutant.by ?? usual
}

function huntOne(mutant: Mutant): Promise<Caught> {
  const by = huntersOf(mutant)
  const count = by === 'proofs' ? seedsMax : Math.min(STORMS_MAX, seedsMax)
  const all = Array.from({ length: count }, (_, index) => index + 1)
  if (!isQuick) return hunt(mutant, { by, seeds: all, aim: mutant.aim })
  const seeds = [mutant.seed, ...all.filter((seed) => seed !== mutant.seed)]
  return hunt(mutant, { by, seeds, aim: undefined })
}

/** In a search every seed from 1 to the first that caught something, else those alone. */
function seedsThatCount(by: Hunters): readonly number[] {
  const used = hunts
    .filter(({ mutant }) => huntersOf(mutant) === by)
    .flatMap(({ first, aimed }) => [first?.seed ?? [], aimed?.seed ?? []].flat())
  if (isQuick) return [...new Set(used)]
  return Array.from({ length: Math.max(0, ...used) }, (_, index) => index + 1)
}

/** Does `work` for each of `items`, a few at a time; answers in their order. */
async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  let [next, done] = [0, 0]
  const turn = async (): Promise<void> => {
    for (let index = next++; index < items.length; index = next++) {
      const item = items[index]
      if (item !== undefined) results[index] = await work(item)
      progress(`${++done} of ${items.length}`)
    }
  }
  await Promise.all(Array.from({ length: jobs }, turn))
  return results
}

function report(): void {
  printTable([
    ['mutant', 'what it does', 'caught by', 'seed', 'aimed at', 'seed', 'tried', 's'],
    ...hunts.map(rowOf),
  ])
  const missed = hunts.filter(({ first }) => first === undefined)
  for (const { mutant } of missed) console.log(`not caught: ${mutant.name} ${mutant.defect}`)
  const flaw = sound.find(({ first }) => first !== undefined)?.first
  if (flaw !== undefined) {
    console.log(`the sound core fails seed ${flaw.seed} as well: ${flaw.id}, ${flaw.what}`)
  }
  const verdict = flaw === undefined ? 'passed' : 'FAILED'
  const seconds = Math.round((performance.now() - startMs) / 1000)
  const tried = sound.reduce((sum, { storms }) => sum + storms, 0)
  console.log(
    `${hunts.length - missed.length} of ${hunts.length} mutants caught; ${tried} seeds of the sound core ${verdict}; ${seconds} s`,
  )
  process.exitCode = missed.length === 0 && flaw === undefined ? 0 : 1
}

function rowOf({ mutant, first, aimed, storms, tookMs }: Caught): readonly string[] {
  const { name, defect, aim } = mutant
  const [by, at] = [first?.id ?? 'nobody', String(first?.seed ?? '–')]
  const seconds = (tookMs / 1000).toFixed(1)
  const own = isQuick ? '' : String(aimed?.seed ?? '–')
  return [name, defect, by, at, aim, own, String(storms), seconds]
}

function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, at) =>
    Math.max(...rows.map((row) => row[at]?.length ?? 0)),
  )
  for (const row of rows) {
    const cells = row.map((cell, at) => cell.padEnd(widths[at] ?? 0))
    console.log(cells.join('  ').trimEnd())
  }
}
