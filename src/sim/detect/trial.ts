// One trial: a detector, a scenario, and what came of it. A false alarm is a member that
// never crashed and never stalled, held as failed by somebody; as in Lifeguard's tables, it
// counts once for each who holds it, and again when it comes again.

import type { CoreOptions } from '../../core/index.ts'
import { CoreFleet } from './core-fleet.ts'
import type { Fleet, OnVerdict } from './fleet.ts'
import { HeartbeatFleet } from './heartbeat-fleet.ts'
import { type Plot, plotOf, type Scenario } from './scenario.ts'
import { type Detection, VerdictLog } from './verdict-log.ts'

export type DetectorName = 'swim' | 'lifeguard' | 'hearsay' | 'heartbeat'

export interface Trial {
  readonly detector: DetectorName
  readonly scenario: Scenario
  readonly detections: readonly Detection[]
  readonly falseAlarms: number
  /** Those of them that were held by members who never stalled. */
  readonly falseAlarmsOfTheWell: number
  /** Stalled members held as failed: not dead, but not well either. */
  readonly alarmsAboutStalled: number
  /** Payload of datagrams and streams that a member sends in a second. */
  readonly bytesPerNodeSecond: number
  readonly packetsPerNodeSecond: number
}

/** What each detector that is the production core differs in from its defaults. */
export const detectorOptions: Readonly<
  Record<Exclude<DetectorName, 'heartbeat'>, Partial<CoreOptions>>
> = {
  // memberlist with each of Lifeguard's three parts taken out: the probe interval does not
  // stretch, suspicion has one length, and the suspected hear of it by gossip alone.
  swim: { strict: true, awarenessMaxMultiplier: 1, suspicionMaxTimeoutMult: 1, buddyPings: false },
  // memberlist as it is.
  lifeguard: { strict: true },
  hearsay: {},
}

/** Every detector, in the order in which tables show them. */
export const detectorNames: readonly DetectorName[] = ['swim', 'lifeguard', 'hearsay', 'heartbeat']

/** Plays a scenario to a detector. Equal arguments give equal trials. */
export function runTrial(detector: DetectorName, scenario: Scenario): Trial {
  const plot = plotOf(scenario)
  const log = new VerdictLog(plot, scenario.nodes)
  const fleet = makeFleet(detector, scenario, (observer, subject, verdict) => {
    if (verdict === 'failed') log.failed(observer, subject, fleet.agenda.nowMs)
    else log.back(observer, subject)
  })
  fleet.form()
  const before = { ...fleet.tally }
  play(fleet, { scenario, plot, log })
  const sentBytes = fleet.tally.sentBytes - before.sentBytes
  const streamBytes = fleet.tally.streamBytes - before.streamBytes
  const nodeSeconds = (scenario.nodes * scenario.lengthMs) / 1000
  return {
    detector,
    scenario,
    detections: log.detections(),
    falseAlarms: log.falseAlarms,
    falseAlarmsOfTheWell: log.falseAlarmsOfTheWell,
    alarmsAboutStalled: log.alarmsAboutStalled,
    bytesPerNodeSecond: (sentBytes + streamBytes) / nodeSeconds,
    packetsPerNodeSecond: (fleet.tally.sent - before.sent) / nodeSeconds,
  }
}

function makeFleet(detector: DetectorName, { nodes, seed }: Scenario, onVerdict: OnVerdict): Fleet {
  if (detector === 'heartbeat') return new HeartbeatFleet({ nodes, seed, onVerdict })
  const options = detectorOptions[detector]
  const fleet: CoreFleet = new CoreFleet({
    nodes,
    seed,
    options,
    onNotice: (observer, notice) => {
      if (notice.kind !== 'member') return
      const subject = fleet.member(notice.member.name)
      if (notice.change === 'failed') onVerdict(observer, subject, 'failed')
      if (notice.change === 'join') onVerdict(observer, subject, 'back')
    },
  })
  return fleet
}

interface Play {
  readonly scenario: Scenario
  readonly plot: Plot
  readonly log: VerdictLog
}

function play(fleet: Fleet, { scenario, plot, log }: Play): void {
  const startMs = fleet.agenda.nowMs
  fleet.lose(scenario.loss)
  for (const { atMs, kind, member } of plot.faults) {
    fleet.agenda.runUntil(startMs + atMs)
    fleet[kind](member)
    if (kind === 'crash') log.crash(member, fleet.agenda.nowMs)
  }
  fleet.agenda.runUntil(startMs + scenario.lengthMs)
}
