// The charts of `hearsay sim` by name, and what has to be played for each.

import type { SpreadScenario, Summary } from '../../sim/index.ts'
import type { Stage } from './play.ts'
import type { Picture } from './report-page.ts'
import type { Told } from './sim-answer.ts'
import { faultsPicture, limitsPicture, sendsPicture, spreadPicture } from './sim-charts.ts'
import { faultGrid, limitGrid, sweep } from './sweeps.ts'

/** Undefined if nothing of what it shows could be played. */
type Draw = (stage: Stage, told: Told) => Promise<string | undefined>

const draw: Readonly<Record<string, Draw>> = {
  spread: async (_, told) => spreadPicture(told),
  sends: async (_, { asked, summary }) => sendsPicture(asked, summary),
  faults: (stage, told) =>
    swept(stage, told, { what: 'loss and crashes', grid: faultGrid, picture: faultsPicture }),
  limits: (stage, told) =>
    swept(stage, told, { what: 'limits', grid: limitGrid, picture: limitsPicture }),
}

interface Sweep {
  readonly what: string
  readonly grid: (scenario: SpreadScenario) => readonly SpreadScenario[]
  readonly picture: (asked: Told['asked'], grid: readonly Summary[]) => string
}

async function swept(
  stage: Stage,
  { asked }: Told,
  { what, grid, picture }: Sweep,
): Promise<string | undefined> {
  const summaries = await sweep(stage, what, grid(asked.scenario), asked)
  return summaries.length === 0 ? undefined : picture(asked, summaries)
}

/** Draws charts of a scenario; those that need other scenarios have them played. */
export async function drawSim(
  stage: Stage,
  told: Told,
  names: readonly string[],
): Promise<readonly Picture[]> {
  const pictures: Picture[] = []
  for (const name of names) {
    const svg = await draw[name]?.(stage, told)
    if (svg !== undefined) pictures.push({ name, svg })
  }
  return pictures
}
