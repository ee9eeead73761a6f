// What a long sweep must contain: every fault, every shape of loss on the wire, every turn a
// row can take, and every word a host can be told. The names are those of the census.

import { faultNames, stateFaultNames } from './faults.ts'

const NETWORK = [
  'lost',
  'lostInBursts',
  'duplicated',
  'reordered',
  'bitsFlipped',
  'truncated',
  'spliced',
  'cut',
  'oversize',
  'clogged',
  'throttled',
  'throttledAway',
  'replayed',
  'sendsFailed',
  'dialsFailed',
  'namesFailed',
  'toldUnreachable',
  'synsRepeated',
  'refused',
  'dialsTimedOut',
  'resets',
  'cutMidStream',
  'stalled',
  'halfOpen',
] as const

const TURNS = [
  'alive -> suspect by own',
  'alive -> suspect by packet',
  'alive -> suspect by push-pull',
  'alive -> dead by packet',
  'alive -> left by own',
  'alive -> left by packet',
  'alive -> left by push-pull',
  'alive -> alive by own',
  'alive -> alive by packet',
  'alive -> alive by push-pull',
  'alive -> alive by refute',
  'suspect -> alive by packet',
  'suspect -> alive by push-pull',
  'suspect -> dead by own',
  'suspect -> dead by packet',
  'suspect -> left by packet',
  'dead -> alive by own',
  'dead -> alive by packet',
  'dead -> alive by push-pull',
  'dead -> reclaimed',
  'left -> reclaimed',
  'dead -> forgotten by forgotten',
  'left -> alive by packet',
  'left -> alive by push-pull',
  'left -> forgotten by forgotten',
  'unknown -> alive by packet',
  'unknown -> alive by push-pull',
] as const

const TOLD = ['join', 'rejoin', 'update', 'suspect', 'failed', 'leave', 'conflict'] as const

/** What replicated state must have gone through, as its counters and notices say. */
const STATE = [
  'told set',
  'told delete',
  'told expire',
  'state_segments_taken_total',
  'state_pulls_total',
  'state_pulls_failed_total',
  'state_chunks_sent_total',
  'state_generations_total',
  'state_adoptions_total',
  'state_withdrawals_total',
  'state_stalls_total',
  'rx_drop_state_owner_total',
  'rx_drop_state_outdated_total',
] as const

/**
 * Names that must be counted at least once each in a sweep of some hundred storms; `state` in
 * one of some dozen storms that have it.
 */
export const mustOccur: Readonly<Record<'faults' | 'turns' | 'state', readonly string[]>> = {
  faults: [
    ...faultNames.map((name) => `fault ${name}`),
    ...NETWORK.map((what) => `network ${what}`),
    'refused table_full',
  ],
  state: [
    ...stateFaultNames.map((name) => `fault ${name}`),
    ...STATE.map((what) => `state ${what}`),
  ],
  turns: [...TURNS.map((turn) => `row ${turn}`), ...TOLD.map((what) => `told ${what}`)],
}

/** What storms of state leave out: clocks hours off (theirs are minutes off), and full tables. */
export const neverWithState: readonly string[] = ['fault wall', 'refused table_full']
