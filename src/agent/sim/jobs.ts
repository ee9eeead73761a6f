// What a crew can be asked to do. Inputs and outputs are plain data, since they travel between
// threads; the code of a job is loaded where it is first done.

import type {
  DetectorName,
  PlanTrial,
  PlanTrialOptions,
  Sample,
  Scenario,
  SpreadScenario,
  Trial,
} from '../../sim/index.ts'

/** A job by its name, which is the same in every thread. */
export interface Job<Input, Output> {
  readonly name: string
  readonly run: (input: Input) => Promise<Output>
}

/** Runs `first` … `first + runs − 1` of one scenario under this seed. */
export interface SampleInput {
  readonly scenario: SpreadScenario
  readonly seed: number
  readonly first: number
  readonly runs: number
}

export const sampleJob: Job<SampleInput, Sample> = {
  name: 'sample',
  run: async ({ scenario, ...options }) => {
    const { sampleMany } = await import('../../sim/index.ts')
    return sampleMany(scenario, options)
  },
}

/** A scenario for a failure detector. */
export interface TrialInput {
  readonly detector: DetectorName
  readonly scenario: Scenario
}

export const trialsJob: Job<readonly TrialInput[], readonly Trial[]> = {
  name: 'trials',
  run: async (inputs) => {
    const { runTrial } = await import('../../sim/index.ts')
    return inputs.map(({ detector, scenario }) => runTrial(detector, scenario))
  },
}

export const planJob: Job<readonly PlanTrialOptions[], readonly PlanTrial[]> = {
  name: 'plan',
  run: async (inputs) => {
    const { planTrial } = await import('../../sim/index.ts')
    return inputs.map(planTrial)
  },
}

/** All jobs that threads know. */
export const jobs: readonly Job<never, unknown>[] = [sampleJob, trialsJob, planJob]
