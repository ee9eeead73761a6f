// Many streams that each inflate to forty megabytes: together they hold no more than allowed,
// and each turn does a bounded piece of work (threat model 4.5, ruling 22).

import { expect, it } from 'vitest'
import { assemble } from '../../src/core/assemble.ts'
import { Random } from '../../src/core/base/random.ts'
import { makeConfig } from '../../src/core/config.ts'
import { continueReading, opened, received } from '../../src/core/streams.ts'
import { encodeMessage } from '../../src/core/wire/messages.ts'
import { packStream } from '../../src/core/wire/stream.ts'
import { ME, peerAddress } from './rig.ts'

const MIB = 1_048_576

it('thirty bombs at once never hold more than the budget', () => {
  const parts = assemble(makeConfig({ name: 'me', advertise: ME }), { random: new Random(1) })
  parts.started = true
  const payload = new Uint8Array(19 * MIB)
  const bomb = packStream(encodeMessage({ kind: 'userStream', payload }), parts.wire, {
    dialled: true,
  })
  expect(bomb.length).toBeLessThan(64 * 1024)
  for (let i = 1; i <= 30; i++) {
    opened(parts, i * 2, peerAddress(2 + (i % 4)))
    received(parts, i * 2, bomb)
  }
  let most = 0
  let turns = 0
  for (; parts.exchanges.busy.size > 0; turns++) {
    continueReading(parts)
    most = Math.max(most, parts.exchanges.heldBytes)
    parts.effects = []
  }
  expect(most).toBeLessThanOrEqual(65 * MIB)
  expect(turns).toBeGreaterThan(75)
  expect(parts.exchanges.size).toBe(0)
})
