// How much is told a second, however much is written: comparisons bring the rest.

import { expect, test } from 'vitest'
import { encodeTags } from '../../../src/core/wire/tags.ts'
import { aliveOf, peerAddress, Rig } from '../rig.ts'

/** Bytes a second, and at once. */
const RATION = 262_144
const STEP_MS = 5
const VALUE = new Uint8Array(800)

/** A core that writes so many keys each 5 ms for two seconds, beside 19 others. */
function writing(keysAStep: number): Rig {
  const options = { probeIntervalMs: 0, stateSyncIntervalMs: 0, compression: false }
  const rig = new Rig(options)
  const meta = encodeTags(new Map([['hs', '1']]))
  for (let at = 2; at < 21; at++) {
    const more = meta === undefined ? {} : { meta }
    rig.packet(peerAddress(at), aliveOf(`m${at}`, peerAddress(at), more))
  }
  rig.run(2000)
  for (let step = 0; step < 2000 / STEP_MS; step++) {
    for (let at = 0; at < keysAStep; at++) {
      rig.command({ kind: 'state-set', key: `k${(step % 100) * 100 + at}`, value: VALUE })
    }
    rig.run(STEP_MS)
  }
  return rig
}

test('what is within the ration is told', () => {
  const rig = writing(0)
  rig.command({ kind: 'state-set', key: 'k', value: VALUE })
  rig.run(1000)
  expect(rig.count('state_bytes_sent_total')).toBeGreaterThan(0)
  expect(rig.count('state_rumors_rationed_total')).toBe(0)
})

for (const keys of [1, 10]) {
  test(`of ${keys} keys each 5 ms no more is told than 256 KiB a second and as much at once`, () => {
    const rig = writing(keys)
    const told = rig.count('state_bytes_sent_total')
    expect(told).toBeGreaterThan(1.5 * RATION)
    expect(told).toBeLessThanOrEqual(3 * RATION)
    expect(rig.count('state_rumors_rationed_total')).toBeGreaterThan(0)
  })
}
