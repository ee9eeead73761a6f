// A name that moved and died is looked for where it lived before, too: whoever took it away may
// have imitated it. While its new holder lives, nobody asks the old address.

import { expect, test } from 'vitest'
import type { Effect } from '../../src/core/io.ts'
import { aliveOf, peerAddress, Rig } from './rig.ts'

const TELLER = peerAddress(2)
const BEFORE = peerAddress(3)
const AFTER = peerAddress(4)
const HOUR = 3_600_000

/** A rig that has seen `moved` die at one address and come back at another. */
function rigAfterMove(): Rig {
  const rig = new Rig({ probeIntervalMs: 0, pushPullIntervalMs: 0 })
  rig.packet(TELLER, aliveOf('moved', BEFORE))
  die(rig, 1)
  rig.run(31_000)
  rig.packet(TELLER, aliveOf('moved', AFTER, { incarnation: 2 }))
  expect(rig.core.memberView('moved')?.address).toEqual(AFTER)
  return rig
}

function die(rig: Rig, incarnation: number): void {
  rig.packet(TELLER, { kind: 'dead', incarnation, node: 'moved', from: 'teller' })
}

function dialled(effects: readonly Effect[]): ReadonlySet<string> {
  return new Set(effects.flatMap((one) => (one.kind === 'open' ? [String(one.to)] : [])))
}

test('a name that moved and died is looked for at both addresses', () => {
  const rig = rigAfterMove()
  die(rig, 2)
  expect(dialled(rig.run(120_000))).toEqual(new Set([String(BEFORE), String(AFTER)]))
})

test('nobody asks the old address while the new holder lives', () => {
  expect(dialled(rigAfterMove().run(120_000))).toEqual(new Set())
})

test('a day later the old address is forgotten', () => {
  const rig = rigAfterMove()
  rig.run(25 * HOUR)
  die(rig, 2)
  expect(dialled(rig.run(120_000))).toEqual(new Set([String(AFTER)]))
})

test('who is removed by hand is looked for nowhere', () => {
  const rig = rigAfterMove()
  die(rig, 2)
  rig.command({ kind: 'remove', name: 'moved' })
  expect(dialled(rig.run(120_000))).toEqual(new Set())
})
