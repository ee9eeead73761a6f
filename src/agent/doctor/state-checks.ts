// The checks of doctor that concern replicated state: the disk, clocks, and room.

import type { Member } from '../../host/api.ts'
import { metricOf } from '../http/agent-side.ts'
import type { Finding } from '../http/shapes.ts'
import { listed, pasted, plural, visible } from '../terminal/text.ts'
import { measuredText } from '../terminal/time.ts'
import { broken, note, warning } from './findings.ts'

export interface StateFacts {
  readonly metrics: Readonly<Record<string, number>>
  /** All rows, the departed included. */
  readonly members: readonly Pick<Member, 'name' | 'status'>[]
  /** Who is gone, and waited for. */
  readonly waitingFor: readonly string[]
}

/** From so much on, shared writes are ahead of this clock because some clock is wrong. */
const AHEAD_MS_WORRYING = 5000
/** What all state together may have, and the part of it that is worth a word. */
const BYTES_MAX = 64 * 1_048_576
const KEYS_MAX = 100_000
const FULL = 0.8

/** Nothing where all is well: most clusters hold no state. */
export function checkState(facts: StateFacts): readonly Finding[] {
  const { metrics } = facts
  return [
    ...disk(metrics),
    ...clocks(metrics),
    ...room(metrics),
    ...refusals(metrics),
    ...orphans(metrics),
    ...waiting(facts),
  ]
}

/** Writes that wait for the disk are refused meanwhile; all others would be lost by a restart. */
function disk(metrics: StateFacts['metrics']): readonly Finding[] {
  if (metricOf(metrics, 'disk_failing') === 0) return []
  const message = 'this agent cannot write its state to disk: a restart forgets what was set since'
  const fix =
    'free the disk or mend it, the log says what is wrong; the agent tries again by itself'
  return [broken('disk', message, fix)]
}

function clocks(metrics: StateFacts['metrics']): readonly Finding[] {
  const stalls = metricOf(metrics, 'state_stalls_total')
  const aheadMs = metricOf(metrics, 'state_clock_ahead_ms')
  const fix =
    'set all clocks by NTP; hearsay monitor --types clock-skew names members that are ahead'
  const unheardBy = metricOf(metrics, 'state_unheard_by')
  if (unheardBy > 0) {
    const message = `${plural(unheardBy, 'member')} refused what this agent writes: its clock is ahead of theirs`
    const next =
      'compare date here and there; set the clock by NTP; the error of hearsay kv set says what else'
    return [broken('clock', message, next)]
  }
  if (stalls > 0) {
    const message = `${plural(stalls, 'time')} shared writes were stamped over a minute in the future, and had to wait`
    return [warning('clock', message, fix)]
  }
  if (aheadMs < AHEAD_MS_WORRYING) return []
  const message = `the clock of shared writes is ${measuredText(aheadMs)} ahead of this machine's`
  return [warning('clock', message, fix)]
}

function room(metrics: StateFacts['metrics']): readonly Finding[] {
  const refused = metricOf(metrics, 'rx_drop_state_full_total')
  const fix = 'keep references instead of data in keys, give them a --ttl; see hearsay kv stats'
  if (refused > 0) {
    const message = `state of members was refused ${plural(refused, 'time')} for want of room`
    return [warning('room', message, fix)]
  }
  const bytes = metricOf(metrics, 'state_bytes') / BYTES_MAX
  const keys = metricOf(metrics, 'state_keys') / KEYS_MAX
  const part = Math.max(bytes, keys)
  if (part < FULL) return []
  const what = bytes > keys ? 'bytes' : 'keys'
  return [note('room', `state has ${Math.round(part * 100)} % of the ${what} it may have`, fix)]
}

/** Each had its error, but whoever asks doctor may not have seen it. */
function refusals(metrics: StateFacts['metrics']): readonly Finding[] {
  const count = metricOf(metrics, 'state_writes_refused_total')
  if (count === 0) return []
  const message = `this agent has refused ${plural(count, 'write')} of state`
  return [
    note('writes', message, 'its error said why; hearsay kv stats; docs/state.md has the limits'),
  ]
}

/** What they added stays readable, and keeps deleted keys of all others from being forgotten. */
function orphans(metrics: StateFacts['metrics']): readonly Finding[] {
  const stuck = metricOf(metrics, 'state_adoptions_stuck')
  if (stuck === 0) return []
  const message = `${plural(stuck, 'stream')} of gone members cannot be taken over for want of room`
  const fix = 'the log says what there is no room for; it is tried again every few seconds'
  return [warning('adoption', message, fix)]
}

/** Nobody is evicted where as many are gone as are there; and invented names never return. */
function waiting({ metrics, members, waitingFor }: StateFacts): readonly Finding[] {
  const [first] = waitingFor
  if (first === undefined) return []
  const there = members.filter(({ status }) => status === 'alive' || status === 'suspect').length
  const isMost = metricOf(metrics, 'state_gone') >= there
  const names = new Set(members.map(({ name }) => name))
  const unknown = waitingFor.filter((name) => !names.has(name))
  if (!isMost && unknown.length === 0) return []
  const fix = `of those that do not return: hearsay remove ${pasted(unknown[0] ?? first)}; hearsay kv stats -o name lists them`
  const shown = (some: readonly string[]) => listed(some.map((name) => visible(name)))
  if (isMost) {
    const message = `deleted keys are kept, as no fewer are gone than are there: ${shown(waitingFor)}`
    return [warning('waiting', message, fix)]
  }
  const message = `deleted keys are kept for names of which only what they wrote is known: ${shown(unknown)}`
  return [note('waiting', message, fix)]
}
