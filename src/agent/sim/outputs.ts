// Where the charts of a simulation go: which are wanted, and writing them where flags say.

import { resolve } from 'node:path'
import { type CommandContext, textFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { visible } from '../terminal/text.ts'
import { checkWritable, writeText } from './files.ts'
import { type Picture, type Report, reportPage } from './report-page.ts'

const UNDRAWN = 'not written, since it was ended before what the chart shows was played'

/** What `--svg`, `--chart` and `--report` ask for. */
export interface Outputs {
  /** Charts to draw: one for `--svg`, all there are for `--report`. */
  readonly charts: readonly string[]
  /** Writes what was asked for. */
  readonly write: (pictures: readonly Picture[], report: () => Omit<Report, 'pictures'>) => void
}

/** Reads the flags and tries the paths; `known` are the command's charts, the usual one first. */
export function outputsOf({ flags, print }: CommandContext, known: readonly string[]): Outputs {
  const svg = textFlag(flags, 'svg')
  const report = textFlag(flags, 'report')
  const chart = textFlag(flags, 'chart')
  if (chart !== undefined && svg === undefined) {
    throw new CommandError(exits.usage, '--chart says what --svg FILE shows', `--svg ${chart}.svg`)
  }
  if (svg !== undefined && report !== undefined && resolve(svg) === resolve(report)) {
    const message = '--svg and --report name the same file'
    throw new CommandError(exits.usage, message, '--report shows every chart; leave --svg out')
  }
  const shown = chart ?? known[0] ?? ''
  if (svg !== undefined) checkWritable('--svg', svg)
  if (report !== undefined) checkWritable('--report', report)
  return {
    charts: report !== undefined ? known : svg === undefined ? [] : [shown],
    write: (pictures, page) => {
      const picture = pictures.find(({ name }) => name === shown)
      if (svg !== undefined && picture !== undefined) writeText(svg, picture.svg)
      if (svg !== undefined && picture === undefined) print.talk(`${visible(svg)}: ${UNDRAWN}`)
      if (report !== undefined) writeText(report, reportPage({ ...page(), pictures }))
    },
  }
}
