// The checksum of a view is kept until the table changes. Whatever is said about members, the
// kept one must be what a fresh look at the table gives.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Address } from '../../src/core/base/address.ts'
import { Random } from '../../src/core/base/random.ts'
import { Member } from '../../src/core/swim/member.ts'
import { Members } from '../../src/core/swim/members.ts'
import { Membership } from '../../src/core/swim/membership.ts'
import { ViewChecksum } from '../../src/core/views.ts'

const names = fc.constantFrom('self', 'a', 'b', 'c')
const incarnation = fc.integer({ min: 0, max: 4 })
const port = fc.constantFrom(7946, 7947)
const word = fc.oneof(
  fc.record({ kind: fc.constant('alive'), node: names, incarnation, port }),
  fc.record({ kind: fc.constantFrom('suspect', 'dead'), node: names, from: names, incarnation }),
  fc.record({ kind: fc.constant('refute'), incarnation }),
  fc.record({ kind: fc.constant('forget'), node: names }),
)

test('the kept checksum is always that of the table as it is', () => {
  fc.assert(
    fc.property(fc.boolean(), fc.array(word, { maxLength: 40 }), (strict, words) => {
      const { members, membership } = table(strict)
      const kept = new ViewChecksum(members)
      let now = 0
      for (const said of words) {
        now += 40_000
        say(members, membership, said, now)
        expect(kept.value).toBe(new ViewChecksum(members).value)
      }
    }),
  )
})

function table(strict: boolean): { members: Members; membership: Membership } {
  const self = new Member('self', new Address(Uint8Array.of(10, 0, 0, 1), 7946), 0)
  const members = new Members(self, new Random(1))
  const membership = new Membership(members, {
    strict,
    suspicionMult: 4,
    suspicionMaxTimeoutMult: 6,
    probeIntervalMs: 1000,
    deadReclaimMs: 30_000,
    membersMax: 100,
    allows: () => true,
    announcesHearsay: () => false,
    remembersGone: () => false,
  })
  membership.announce(0, new Uint8Array(0))
  return { members, membership }
}

type Said = typeof word extends fc.Arbitrary<infer W> ? W : never

function say(members: Members, membership: Membership, said: Said, nowMs: number): void {
  if ('port' in said) {
    const addr = Uint8Array.of(10, 0, 0, 1)
    const meta = new Uint8Array(0)
    const { node, port, incarnation } = said
    const vsn = Uint8Array.of(1, 5, 2, 0, 0, 0)
    membership.alive({ node, port, incarnation, addr, meta, vsn }, nowMs)
  } else if ('from' in said) {
    const { node, from, incarnation } = said
    if (said.kind === 'suspect') membership.suspect({ node, from, incarnation }, nowMs)
    else membership.dead({ node, from, incarnation }, nowMs)
  } else if ('node' in said) {
    const row = members.find(said.node)
    if (row !== undefined && row !== members.self) members.remove(row)
  } else {
    membership.refute(said.incarnation)
  }
}
