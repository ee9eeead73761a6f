// A late event loop: what can wait stands back until it keeps up again.

import { expect, test } from 'vitest'
import { Strain } from '../../../src/core/state/strain.ts'
import { encodeSync } from '../../../src/core/wire/state-messages.ts'
import { encodeTags } from '../../../src/core/wire/tags.ts'
import { aliveOf, HEARD, peerAddress, Rig } from '../rig.ts'

const PEER = peerAddress(2)

test('strain begins with a tick over 200 ms late, and ends a second after the last of them', () => {
  const strain = new Strain()
  expect([strain.note(200, 0), strain.isOn(0)]).toEqual([false, false])
  expect([strain.note(201, 10), strain.isOn(10)]).toEqual([true, true])
  expect([strain.note(5000, 500), strain.note(0, 1000)]).toEqual([false, false])
  expect([strain.isOn(1499), strain.isOn(1500)]).toEqual([true, false])
})

/** A core that knows one other member, and has something to compare. */
function sharing(): Rig {
  const rig = new Rig({ probeIntervalMs: 0 })
  const meta = encodeTags(new Map([['hs', '1']]))
  rig.packet(PEER, aliveOf('peer', PEER, meta === undefined ? {} : { meta }))
  rig.command({ kind: 'state-set', key: 'k', value: Uint8Array.of(1) })
  rig.run(3000)
  return rig
}

/** Ticks for `ms`, each so late. */
function runLate(rig: Rig, ms: number, lagMs: number): void {
  const end = rig.now + ms
  while (rig.now < end) {
    rig.now = Math.max(rig.now, rig.core.deadline + lagMs)
    rig.step({ kind: 'tick' })
  }
}

/** The peer says that it has more than packets carry; whether it is pulled from. */
function pulls(rig: Rig): boolean {
  const sync = { hops: 0, salt: 1, equalMask: 0, pullMask: 0xffff, acknowledged: HEARD }
  const effects = rig.packet(PEER, { kind: 'user', payload: encodeSync(sync, []) })
  return effects.some(({ kind }) => kind === 'open')
}

for (const { lagMs, least, most } of [
  { lagMs: 0, least: 18, most: 22 },
  { lagMs: 200, least: 15, most: 22 },
  { lagMs: 201, least: 4, most: 6 },
  { lagMs: 1000, least: 3, most: 6 },
]) {
  test(`ticks ${lagMs} ms late leave ${least} to ${most} comparisons in 20 s`, () => {
    const rig = sharing()
    runLate(rig, 500, lagMs)
    const before = rig.count('state_syncs_total')
    runLate(rig, 20_000, lagMs)
    const count = rig.count('state_syncs_total') - before
    expect(count).toBeGreaterThanOrEqual(least)
    expect(count).toBeLessThanOrEqual(most)
  })
}

test('nothing is pulled while ticks come late, and again once they are in time', () => {
  const rig = sharing()
  runLate(rig, 500, 250)
  expect(pulls(rig)).toBe(false)
  expect(rig.count('state_strained_total')).toBe(1)
  const before = rig.count('state_syncs_total')
  rig.run(1500)
  // What stood back is looked for at once.
  expect(rig.count('state_syncs_total')).toBeGreaterThan(before)
  expect(pulls(rig)).toBe(true)
  expect(rig.count('state_strained_total')).toBe(1)
})
