// The charts of `hearsay sim` by name, and what has to be played for each.

import type { Summary } from '../../sim/index.ts'
import type { Stage } from './play.ts'
import type { Picture } from './report-page.ts'
import type { Asked } from './scenario-flags.ts'
import { faultsPicture, limitsPicture, sendsPicture, spreadPicture } from './sim-charts.ts'
import { faultGrid, limitGrid, sweep } from './sweeps.ts'

type Draw = (stage: Stage, asked: Asked, summary: Summary) => Promise<string>

const draw: Readonly<Record<string, Draw>> = {
  spread: async (_, asked, summary) => spreadPicture(asked, summary),
  sends: async (_, asked, summary) => sendsPicture(asked, summary),
  faults: async (stage, asked) =>
    faultsPicture(asked, await sweep(stage, 'loss and crashes', faultGrid(asked.scenario), asked)),
  limits: async (stage, asked) =>
    limitsPicture(asked, await sweep(stage, 'limits', limitGrid(asked.scenario), asked)),
}

/** Draws charts of a scenario; those that need other scenarios have them played. */
export async function drawSim(
  stage: Stage,
  asked: Asked,
  summary: Summary,
  names: readonly string[],
): Promise<readonly Picture[]> {
  const pictures: Picture[] = []
  for (const name of names) {
    const svg = await draw[name]?.(stage, asked, summary)
    if (svg !== undefined) pictures.push({ name, svg })
  }
  return pictures
}
