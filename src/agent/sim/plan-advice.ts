// What to make of an outlook: what is worth changing, in sentences with a flag or option to
// turn. Thresholds are where an operator would begin to notice.

import { countText, figureText, type Outlook, percentText } from '../../sim/index.ts'
import { durationText } from '../terminal/time.ts'
import type { PlanAsked } from './plan-flags.ts'

const LOSS_HIGH = 0.1
const BYTES_HIGH = 50_000
const DETECTION_SLOW_MS = 30_000
const ALARMS_HIGH = 1

/** At least one sentence. */
export function adviceOf(asked: PlanAsked, outlook: Outlook, trials: number): readonly string[] {
  const advice = [
    missed(outlook),
    loud(asked, outlook),
    slow(asked, outlook),
    wronged(asked, outlook),
    few(asked),
  ].filter((one) => one !== undefined)
  if (trials === 0)
    return [...advice, 'Of bytes, crashes and alarms nothing is known yet: no trial was done.']
  return advice.length > 0 ? advice : ['Nothing here calls for other options.']
}

function missed({ reachedAll, pushPullMs }: Outlook): string | undefined {
  const share = reachedAll.measured ?? 1
  if (share === 1) return undefined
  return `In ${percentText(1 - share)} of rumors somebody is missed at first, and hears at its next full exchange, every ${durationText(pushPullMs)}.`
}

function loud({ rumorsPerSecond }: PlanAsked, { bytes, rumorsBytes }: Outlook): string | undefined {
  if ((bytes.measured ?? 0) < BYTES_HIGH) return undefined
  const each = figureText((rumorsBytes.measured ?? 0) / Math.max(rumorsPerSecond, 1e-9))
  return `Each rumor costs every node ${each} bytes: put several into one, or send what few need to those few.`
}

function slow({ config }: PlanAsked, { firstMs }: Outlook): string | undefined {
  if ((firstMs.measured ?? 0) < DETECTION_SLOW_MS) return undefined
  const half = durationText(Math.round(config.probeIntervalMs / 2))
  return `A crash is noticed late; --probe-interval ${half} halves that, for twice the probes.`
}

function wronged({ loss }: PlanAsked, { falseAlarmsPerDay }: Outlook): string | undefined {
  const { measured = 0 } = falseAlarmsPerDay
  if (measured < ALARMS_HIGH && loss < LOSS_HIGH) return undefined
  if (measured < ALARMS_HIGH) {
    return `With ${percentText(loss)} lost many are suspected and clear themselves in time; find out why packets are lost.`
  }
  return `About ${countText(measured)} members a day would be called failed although they are well: mend the network, or raise the suspicion multiplier.`
}

function few({ nodes }: PlanAsked): string | undefined {
  return nodes < 3 ? 'With two members there is nobody to ask for a second opinion.' : undefined
}
