// What a member says of another's streams, for tests that speak in the name of one.

import { placeOf } from '../../src/core/state/place.ts'
import type { Acknowledgement } from '../../src/core/wire/acknowledgement.ts'

const NOTHING = { generation: 0, base: 0 }

/** The word to a member of one that holds nothing of it and has written nothing, but for `said`. */
export function wordTo(name: string, said: Partial<Acknowledgement> = {}): Acknowledgement {
  return {
    to: placeOf(name).high,
    ...NOTHING,
    shared: NOTHING,
    written: NOTHING,
    over: undefined,
    ahead: undefined,
    sharedAhead: undefined,
    ...said,
  }
}
