// One lane: a cluster (two where Serf goes through the same) and the rows that it is put
// through, one after the other. A row that did not hold while the machine itself stood still is
// run once more, and both are told.

import { type Figures, holds, type Pace, type Row } from './row.ts'
import { WHOLE_MS } from './rows/during.ts'
import { Cluster } from './support/cluster.ts'
import { figureText, median } from './support/figures.ts'
import { Net } from './support/net.ts'
import { hearsay, type Program, serf } from './support/programs.ts'
import { now, type StallWatch } from './support/time.ts'
import type { Words } from './words.ts'

export const CLUSTER_SIZE = 9
/** Timers of this process that come so late say that the machine stood still. */
const STALL_MS = 500
/** Networks of Serf's clusters stand beside those of the lanes. */
const SERF_LANE = 100

export interface Result {
  readonly row: Row
  readonly program: Program['name']
  /** Medians of the rounds; empty if the row could not be run. */
  readonly figures: Figures
  /** What Serf came to in the same row. */
  readonly serf?: Figures
  readonly ok: boolean
  /** What else is to be said: a first try, an error. */
  readonly note: string
}

export interface LaneParts {
  readonly index: number
  readonly rows: readonly Row[]
  readonly pace: Pace
  readonly words: Words
  readonly stalls: StallWatch
}

export class Lane {
  readonly #parts: LaneParts

  constructor(parts: LaneParts) {
    this.#parts = parts
  }

  async run(): Promise<readonly Result[]> {
    const { rows, words } = this.#parts
    const programs = words.isBeside ? [hearsay, serf] : [hearsay]
    const results: Result[] = []
    const clusters: Cluster[] = []
    try {
      for (const program of programs) clusters.push(await this.#form(program))
    } catch (error) {
      return rows.map((row) => failed(row, 'hearsay', textOf(error)))
    }
    for (const row of rows) results.push(...(await this.#runRow(row, clusters)))
    return results
  }

  async #form(program: Program): Promise<Cluster> {
    const { index, words } = this.#parts
    const lane = program === serf ? SERF_LANE + index : index
    const net = await Net.build(lane, CLUSTER_SIZE)
    const cluster = new Cluster({ net, program, size: CLUSTER_SIZE, logs: words.logs })
    const startMs = now()
    await cluster.form()
    const seconds = ((now() - startMs) / 1000).toFixed(1)
    console.error(
      `lane ${index}: ${CLUSTER_SIZE} ${program.name} agents are one after ${seconds} s`,
    )
    return cluster
  }

  /** All rounds of a row, the programs in turns. */
  async #runRow(row: Row, clusters: readonly Cluster[]): Promise<readonly Result[]> {
    const wanted = clusters.filter(({ program }) => program !== serf || row.alsoSerf)
    const triesByCluster = new Map<Cluster, Result[]>(wanted.map((one) => [one, []]))
    for (let round = 0; round < this.#parts.words.rounds; round += 1) {
      for (const [cluster, tries] of triesByCluster) tries.push(await this.#try(row, cluster))
    }
    const results = [...triesByCluster.values()].map((tries) => together(row, tries))
    return beside(results)
  }

  async #try(row: Row, cluster: Cluster): Promise<Result> {
    const { stalls, index } = this.#parts
    stalls.take()
    const first = await this.#once(row, cluster)
    const stallMs = stalls.take()
    const isExcused = !first.ok && stallMs > STALL_MS
    const result = isExcused ? again(first, stallMs, await this.#once(row, cluster)) : first
    const mark = result.ok ? 'held' : 'DID NOT HOLD'
    console.error(`lane ${index}: ${row.id} ${cluster.program.name}: ${mark} ${result.note}`)
    return result
  }

  async #once(row: Row, cluster: Cluster): Promise<Result> {
    const { name } = cluster.program
    try {
      await settle(cluster)
      const figures = await row.run(cluster, this.#parts.pace)
      return {
        row,
        program: name,
        figures,
        ok: holds(row, figures),
        note: '',
      }
    } catch (error) {
      // The next row shall find a network without faults.
      await cluster.net.heal().catch(() => {})
      return failed(row, name, textOf(error))
    }
  }
}

/** Starts whoever is missing and waits until all are one. Throws if they do not become one. */
async function settle(cluster: Cluster): Promise<void> {
  for (const member of cluster.members) if (!member.isRunning) member.start()
  const wholeS = await cluster.wholeAfter(now(), WHOLE_MS)
  if (!Number.isFinite(wholeS)) throw new Error('the cluster was not whole before the row began')
  if (!(await cluster.confirmsWhole())) throw new Error('a member itself says somebody is missing')
}

function again(first: Result, stallMs: number, second: Result): Result {
  const wrong = Object.entries(first.figures)
    .map(([name, value]) => `${name} ${figureText(value)}`)
    .join(', ')
  const stood = `the machine stood still for ${Math.round(stallMs)} ms`
  return { ...second, note: `second try; at the first ${stood}: ${first.note}${wrong}` }
}

/** The middle of each figure over the rounds. */
function together(row: Row, tries: readonly Result[]): Result {
  const [first = failed(row, 'hearsay', 'not run')] = tries
  const measured = tries.filter(({ figures }) => Object.keys(figures).length > 0)
  const names = Object.keys(measured[0]?.figures ?? {})
  const middle = (name: string) =>
    median(measured.map(({ figures }) => figures[name] ?? Number.NaN))
  const figures = Object.fromEntries(names.map((name) => [name, middle(name)]))
  const note = tries.map((one) => one.note).filter((one) => one !== '')
  const ok = measured.length === tries.length && holds(row, figures)
  return { ...first, figures, ok, note: note.join('; ') }
}

/** Judges ours by what Serf came to, where it went through the same. */
function beside(results: readonly Result[]): readonly Result[] {
  const serfs = results.find(({ program }) => program === 'serf')?.figures
  return results.map((one) => {
    if (one.program === 'serf' || serfs === undefined) return one
    return { ...one, serf: serfs, ok: one.ok && holds(one.row, one.figures, serfs) }
  })
}

function failed(row: Row, program: Program['name'], note: string): Result {
  return { row, program, figures: {}, ok: false, note }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
