// The charts of `hearsay sim` by name, and what has to be played for each.

import type { Stage } from './play.ts'
import type { Picture } from './report-page.ts'
import type { Told } from './sim-answer.ts'
import { faultsPicture, limitsPicture, sendsPicture, spreadPicture } from './sim-charts.ts'
import { faultGrid, limitGrid, sweep } from './sweeps.ts'

type Draw = (stage: Stage, told: Told) => Promise<string>

const draw: Readonly<Record<string, Draw>> = {
  spread: async (_, told) => spreadPicture(told),
  sends: async (_, { asked, summary }) => sendsPicture(asked, summary),
  faults: async (stage, { asked }) =>
    faultsPicture(asked, await sweep(stage, 'loss and crashes', faultGrid(asked.scenario), asked)),
  limits: async (stage, { asked }) =>
    limitsPicture(asked, await sweep(stage, 'limits', limitGrid(asked.scenario), asked)),
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
