// What `sim detect` is asked, out of its flags: the trials to play, each scenario to every
// detector.

import {
  type DetectorName,
  detectorNames,
  type Grid,
  gridScenarios,
  lifeguardGrid,
  type Scenario,
  scenarioProblem,
} from '../../sim/index.ts'
import { type Flags, listFlag } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { visible } from '../terminal/text.ts'
import { durationFlag, flagText, numberFlag, wholeFlag } from './flag-values.ts'

export interface DetectAsked {
  readonly detectors: readonly DetectorName[]
  /** They are those that are tried unless others are asked for. */
  readonly isAll: boolean
  /** What all scenarios have in common; a list of one each, unless it is the experiment. */
  readonly grid: Grid
  readonly scenarios: readonly Scenario[]
  /** Lifeguard's experiment: its promise decides the exit code. */
  readonly isExperiment: boolean
}

const DEFAULTS: Grid = {
  ...lifeguardGrid,
  stalled: [0],
  stallMs: [16_000],
  betweenMs: 1000,
  runs: 5,
}
const RUNS_MAX = 100_000
const NODES_MAX = 1000
/** More than so much of a cluster stalled at once, and nobody is left to be wronged. */
const STALLED_SHARE_MAX = 0.25

/** Reads the flags; throws exit 2 that names what is wrong. */
export function detectAskedOf(flags: Flags): DetectAsked {
  const isExperiment = flags.lifeguard === true
  const defaults = isExperiment ? lifeguardGrid : DEFAULTS
  const nodes = wholeFlag(flags, '--nodes', defaults.nodes, [2, NODES_MAX])
  const grid: Grid = {
    nodes,
    crashes: membersOf(flags, '--crash', nodes) ?? defaults.crashes,
    ...(isExperiment ? cellsOf(flags, nodes) : stallsOf(flags, nodes)),
    betweenMs: durationFlag(flags, '--between') ?? defaults.betweenMs,
    loss: numberFlag(flags, '--loss') ?? 0,
    lengthMs: durationFlag(flags, '--length') ?? defaults.lengthMs,
    runs: wholeFlag(flags, '--runs', defaults.runs, [1, RUNS_MAX]),
    seed: wholeFlag(flags, '--seed', 1, [0, Number.MAX_SAFE_INTEGER]),
  }
  const scenarios = gridScenarios(grid)
  const problem = scenarios.map(scenarioProblem).find((one) => one !== undefined)
  if (problem !== undefined) throw usage(inFlags(problem))
  const isAll = listFlag(flags, 'detector').length === 0
  return { detectors: detectorsOf(flags, isExperiment), isAll, grid, scenarios, isExperiment }
}

type Stalls = Pick<Grid, 'stalled' | 'stallMs'>

function stallsOf(flags: Flags, nodes: number): Stalls {
  const stallMs = durationFlag(flags, '--stall')
  const stalled = membersOf(flags, '--stalled', nodes)
  if (stallMs !== undefined && stalled === undefined) {
    throw usage('--stall: nobody stalls; say how many with --stalled')
  }
  return {
    stalled: stalled === undefined ? DEFAULTS.stalled : [stalled],
    stallMs: stallMs === undefined ? DEFAULTS.stallMs : [stallMs],
  }
}

/** The cells of the experiment; those that would stall too many of a small cluster are left out. */
function cellsOf(flags: Flags, nodes: number): Stalls {
  for (const flag of ['--stalled', '--stall']) {
    if (flagText(flags, flag) !== undefined) {
      throw usage(`${flag}: --lifeguard plays its own; leave one of the two out`)
    }
  }
  const stalled = lifeguardGrid.stalled.filter((count) => count <= nodes * STALLED_SHARE_MAX)
  if (stalled.length === 0) throw usage('--nodes: at least 4 are needed for --lifeguard')
  return { stalled, stallMs: lifeguardGrid.stallMs }
}

/** The experiment compares what runs the same core; heartbeats are tried when asked for. */
function detectorsOf(flags: Flags, isExperiment: boolean): readonly DetectorName[] {
  const asked = listFlag(flags, 'detector')
  const wrong = asked.find((word) => !detectorNames.some((name) => name === word))
  if (wrong !== undefined) {
    throw usage(`--detector: one of ${detectorNames.join(', ')} expected, got ${visible(wrong)}`)
  }
  const detectors = detectorNames.filter((name) =>
    asked.length > 0 ? asked.includes(name) : !(isExperiment && name === 'heartbeat'),
  )
  if (isExperiment && (!detectors.includes('swim') || detectors.length < 2)) {
    throw usage('--detector: --lifeguard compares others with swim; name it and another')
  }
  return detectors
}

/** `8`, `10%` or `0.1` of the nodes. */
function membersOf(flags: Flags, flag: string, nodes: number): number | undefined {
  const value = numberFlag(flags, flag)
  return value === undefined || value >= 1 ? value : Math.round(value * nodes)
}

const FLAG_BY_FIELD = new Map([
  ['nodes', '--nodes'],
  ['crashes', '--crash'],
  ['stalled', '--stalled'],
  ['stallMs', '--stall'],
  ['betweenMs', '--between'],
  ['loss', '--loss'],
  ['lengthMs', '--length'],
])

/** A problem of a scenario, with flags in place of its fields. */
function inFlags(problem: string): string {
  const [fields = '', ...rest] = problem.split(':')
  const flags = fields.replaceAll(/[A-Za-z]+/g, (word) => FLAG_BY_FIELD.get(word) ?? word)
  return [flags, ...rest].join(':')
}

function usage(message: string): CommandError {
  return new CommandError(exits.usage, message, 'every flag: hearsay help sim detect')
}
