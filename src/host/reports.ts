// What members answered about their views and about an event, as reports for people. Hops
// are not counted by anybody: they follow from each member's record of who told it first.

import type { Receipt, Status, ViewAnswer } from '../core/index.ts'
import type { CoverageReport, ViewReport } from './api.ts'
import type { OutcomeOf } from './commands.ts'
import { statusText } from './snapshots.ts'

export interface OwnView {
  readonly name: string
  readonly checksum: number
  readonly alive: number
  /** Members that are alive and do not speak hearsay. */
  readonly cannotSay: readonly string[]
}

/** Groups of members that believe the same, the largest first. */
export function viewReport(own: OwnView, outcome: OutcomeOf<'views'>): ViewReport {
  const groups = new Map<number, { members: string[]; alive: number }>()
  groups.set(own.checksum, { members: [own.name], alive: own.alive })
  for (const answer of outcome.answers) {
    if (answer.name === own.name) continue
    const group = groups.get(answer.checksum)
    if (group === undefined)
      groups.set(answer.checksum, { members: [answer.name], alive: answer.alive })
    else group.members.push(answer.name)
  }
  return {
    self: { name: own.name, checksum: checksumText(own.checksum) },
    groups: [...groups]
      .map(([checksum, group]) => ({ checksum: checksumText(checksum), ...group }))
      .sort((a, b) => b.members.length - a.members.length),
    disagreements: outcome.answers.flatMap(disagreementsOf),
    silent: outcome.silent,
    cannotSay: own.cannotSay,
  }
}

function disagreementsOf({ name: at, differs }: ViewAnswer): ViewReport['disagreements'] {
  return differs.map(({ name: about, ours, theirs }) => ({
    at,
    about,
    ours: beliefText(ours),
    theirs: beliefText(theirs),
  }))
}

const beliefText = (belief: Status | 'unknown') =>
  belief === 'unknown' ? belief : statusText(belief)

const checksumText = (checksum: number) => checksum.toString(16).padStart(8, '0')

/** Who heard an event when, in the order of time. */
export function coverageReport(
  id: string,
  cannotSay: readonly string[],
  { answers, missing, silent }: OutcomeOf<'coverage'>,
): CoverageReport {
  const hopsOf = hopCounter(answers)
  const heard = answers
    .map(({ name, from, wallMs }) => ({ name, from, atMs: wallMs, hops: hopsOf(name) }))
    .sort((a, b) => a.atMs - b.atMs)
  return { id, heard, missing, silent, cannotSay }
}

/** Steps back along the records to the origin; undefined where a record lacks or they run in a circle. */
function hopCounter(answers: readonly Receipt[]): (name: string) => number | undefined {
  const fromByName = new Map(answers.map(({ name, from }) => [name, from]))
  return (name) => {
    let at = name
    for (let hops = 0; hops <= answers.length; hops++) {
      const from = fromByName.get(at)
      if (from === undefined) return undefined
      if (from === '') return hops
      at = from
    }
    return undefined
  }
}
