// Which charts of `hearsay sim` are wanted, what has to be played for them, and where they go.

import type { Summary } from '../../sim/index.ts'
import { type CommandContext, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import type { Stage } from './play.ts'
import type { Asked } from './scenario-flags.ts'
import { faultsPicture, limitsPicture, sendsPicture, spreadPicture } from './sim-charts.ts'
import { faultGrid, limitGrid, sweep } from './sweeps.ts'

/** A chart by name. */
export interface Picture {
  readonly name: string
  readonly svg: string
}

type Draw = (stage: Stage, asked: Asked, summary: Summary) => Promise<string>

const draw: Readonly<Record<string, Draw>> = {
  spread: async (_, asked, summary) => spreadPicture(asked, summary),
  sends: async (_, asked, summary) => sendsPicture(asked, summary),
  faults: async (stage, asked) =>
    faultsPicture(asked, await sweep(stage, 'loss and crashes', faultGrid(asked.scenario), asked)),
  limits: async (stage, asked) =>
    limitsPicture(asked, await sweep(stage, 'limits', limitGrid(asked.scenario), asked)),
}

/** The charts that flags ask for: one for `--svg`, all of `known` for `--report`. */
export function wantedCharts(
  { flags }: CommandContext,
  known: readonly string[],
): readonly string[] {
  const chart = textFlag(flags, 'chart')
  const hasSvg = textFlag(flags, 'svg') !== undefined
  if (chart !== undefined && !hasSvg) {
    throw new CommandError(exits.usage, '--chart says what --svg FILE shows', `--svg ${chart}.svg`)
  }
  if (textFlag(flags, 'report') !== undefined) return known
  return hasSvg ? [chart ?? known[0] ?? ''] : []
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
