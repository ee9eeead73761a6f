// A name that left goes to another address once its old one was asked and is silent. A question
// that never went out is not answered by silence.

import { expect, test } from 'vitest'
import { aliveOf, peerAddress, Rig } from './rig.ts'

const TELLER = peerAddress(2)
const BEFORE = peerAddress(3)
const AFTER = peerAddress(4)

/** Where the name is held once its claim was judged, the question having failed with `reason`. */
function holderAfter(reason: string | undefined): string {
  const rig = new Rig()
  rig.packet(TELLER, aliveOf('gone', BEFORE))
  rig.packet(TELLER, { kind: 'dead', incarnation: 1, node: 'gone', from: 'gone' })
  rig.packet(TELLER, aliveOf('gone', AFTER, { incarnation: 2 }))
  if (reason !== undefined) rig.step({ kind: 'sendFailed', to: BEFORE, reason })
  rig.run(1000)
  return String(rig.core.memberView('gone')?.address)
}

test('silence gives the name away', () => {
  expect(holderAfter(undefined)).toBe(String(AFTER))
})

test('a port that refuses gives it away', () => {
  expect(holderAfter('ECONNREFUSED')).toBe(String(AFTER))
})

test.each(['ENOBUFS', 'EAGAIN', 'ENETUNREACH'])('a question lost to %s does not', (reason) => {
  expect(holderAfter(reason)).toBe(String(BEFORE))
})

test('who wakes up late reads what has come in before it gives a name away', () => {
  const rig = new Rig()
  rig.packet(TELLER, aliveOf('gone', BEFORE))
  rig.packet(TELLER, { kind: 'dead', incarnation: 1, node: 'gone', from: 'gone' })
  rig.packet(TELLER, aliveOf('gone', AFTER, { incarnation: 2 }))
  // Stopped for as long as the question had: the word that it never went out is behind the tick.
  rig.now += 3000
  rig.step({ kind: 'tick' })
  rig.step({ kind: 'sendFailed', to: BEFORE, reason: 'EPERM' })
  rig.run(1000)
  expect(String(rig.core.memberView('gone')?.address)).toBe(String(BEFORE))
})
