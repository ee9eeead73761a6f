// What a long sweep must contain: every fault, every shape of loss on the wire, every turn a
// row can take, and every word a host can be told. The names are those of the census.

import { faultNames } from './faults.ts'

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

/** Names that must be counted at least once each in a sweep of some hundred storms. */
export const mustOccur: Readonly<Record<'faults' | 'turns', readonly string[]>> = {
  faults: [
    ...faultNames.map((name) => `fault ${name}`),
    ...NETWORK.map((what) => `network ${what}`),
  ],
  turns: [...TURNS.map((turn) => `row ${turn}`), ...TOLD.map((what) => `told ${what}`)],
}
