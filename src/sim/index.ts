// The door `hearsay/sim`: virtual clusters that run the production core, the checkers of its
// invariants, and the rounds engine, in which a rumor spreads among nodes that are numbers.

export { Agenda } from './agenda.ts'
export type { Carrier } from './barriers.ts'
export { type Belief, type Believer, disagreement } from './belief.ts'
export {
  type AlarmsChart,
  alarmsChart,
  type DetectionChart,
  type DetectionCurve,
  detectionChart,
} from './charts/detection-chart.ts'
export {
  type ConditionMap,
  conditionMap,
  type FaultMap,
  faultMap,
  type LimitChart,
  type LimitCurve,
  limitChart,
} from './charts/fault-charts.ts'
export type { Caption, Size } from './charts/frame.ts'
export {
  type LoadChart,
  loadChart,
  type SendsChart,
  type SendsSeries,
  sendsChart,
} from './charts/sends-chart.ts'
export {
  type CompareChart,
  compareChart,
  type SpreadChart,
  type SpreadRow,
  spreadChart,
  type TimedCurve,
} from './charts/spread-chart.ts'
export { countText, figureText, percentText, shortCount } from './charts/words.ts'
export { allCheckers } from './checkers/all.ts'
export { type Checker, type CheckerId, InvariantViolation, Watch } from './checkers/checker.ts'
export { type Between, Cluster, type ClusterOptions, Disbelief } from './cluster.ts'
export { type Burst, type Conditions, calm } from './conditions.ts'
export {
  type Comparison,
  compareWithSwim,
  type Grid,
  gridScenarios,
  lifeguardGrid,
  promise,
} from './detect/experiment.ts'
export { type Fault, type Plot, plotOf, type Scenario, scenarioProblem } from './detect/scenario.ts'
export { type DetectorSummary, type Spread, spreadOf, summariseDetector } from './detect/summary.ts'
export {
  type DetectorName,
  detectorNames,
  detectorOptions,
  runTrial,
  type Trial,
} from './detect/trial.ts'
export { type Detection, VerdictLog } from './detect/verdict-log.ts'
export type { DiskFate } from './disk.ts'
export { forge, type Target } from './forger.ts'
export { Gate, HELD_BYTES_MAX } from './gate.ts'
export { hostAddress } from './host-address.ts'
export { type Entry, Journal, type Wanted } from './journal.ts'
export { Network } from './network.ts'
export {
  type Happening,
  type Observation,
  type Sizes,
  type Transition,
  transitionText,
} from './observation.ts'
export {
  type Estimate,
  type Outlook,
  type OutlookParts,
  outlookFormulas,
  outlookOf,
} from './plan/outlook.ts'
export { type PlanTrial, type PlanTrialOptions, planTrial } from './plan/trial.ts'
export {
  type MakeMachine,
  type MemberOptions,
  type Pending,
  Population,
  type Seat,
  type Told,
} from './population.ts'
export { Process, type ProcessParts } from './process.ts'
export { FLAWS, type Flaw, type FlawKind } from './proof/flaw.ts'
export { type ProofOutcome, proveSchedule } from './proof/proof.ts'
export type { Recorded } from './recording.ts'
export { type Replay, type ReplayStep, replay } from './replay.ts'
export type { Counts, Distribution } from './rounds/counts.ts'
export { distributionOf } from './rounds/counts.ts'
export { Draws, seedOfRun } from './rounds/draws.ts'
export {
  type ExactReach,
  exactReach,
  hasExactReach,
} from './rounds/exact/reach.ts'
export type { RoundsLaw } from './rounds/exact/rounds-law.ts'
export {
  EXACT_FANOUT_MAX,
  EXACT_NODES_MAX,
  type ExactRound,
  type ExactSpread,
  exactSpread,
  hasExactSpread,
} from './rounds/exact/spread.ts'
export { meanHeardAt, type RunResult } from './rounds/run-log.ts'
export { Runner, runScenario } from './rounds/runner.ts'
export {
  mergeSamples,
  type RoundCounts,
  type Sample,
  type SampleOptions,
  Sampler,
  sampleMany,
} from './rounds/sample.ts'
export {
  isSpreadScenario,
  type Plan,
  type ProtocolName,
  planOf,
  protocols,
  type SpreadOption,
  type SpreadOptionName,
  type SpreadScenario,
  spreadOptions,
  spreadProblems,
} from './rounds/scenario.ts'
export { type SerfSetting, serfLogistic } from './rounds/serf-page.ts'
export { type RoundSummary, type Summary, summarise } from './rounds/summary.ts'
export {
  clusterFalseReports,
  type DetectionScenario,
  drawFirstDetection,
  drawFirstProbe,
  drawProbeFails,
  drawRoundRobin,
  falseAlarmRate,
  meanToFirstProbe,
  oneMemberDelay,
  oneMemberDelayMax,
  type ProbeOrder,
  type ProbeScenario,
  probeFailure,
  undetectedBy,
} from './rounds/swim.ts'
export {
  thumbCurve,
  thumbFormula,
  thumbRounds,
  thumbRoundsFormula,
} from './rounds/thumb.ts'
export { type TimeoutSettings, type Timeouts, timeoutsOf } from './rounds/timeouts.ts'
export { Disagreement, withSecondOpinion } from './second-opinion.ts'
export { addCounts, type Counts as StormCounts } from './storm/census.ts'
export { mustOccur, neverWithState } from './storm/coverage.ts'
export { type DrawOptions, drawPlan } from './storm/draw.ts'
export type { Traits } from './storm/fault.ts'
export { type FaultName, faultNames, type Strike, stateFaultNames } from './storm/faults.ts'
export type { LivenessId, Measured } from './storm/liveness.ts'
export type { StormPlan } from './storm/plan.ts'
export {
  runPlan,
  runStorm,
  type StormFailure,
  type StormOptions,
  type StormOutcome,
} from './storm/run.ts'
export { shrinkPlan } from './storm/shrink.ts'
export { type Trial as CalmTrial, type TrialName, trialNames } from './storm/trials.ts'
export { type Conversation, Stranger } from './stranger.ts'
export { type Links, type Receiver, Streams } from './streams.ts'
export type { Tally } from './tally.ts'
export { toyCipher } from './toy-cipher.ts'
export { inWaves } from './waves.ts'
