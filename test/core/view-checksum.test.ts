// The checksum of a view is kept until the table changes, and that of a row until the row does.
// Whatever is said about members, the kept one must be what a fresh look at all rows gives.

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Address } from '../../src/core/base/address.ts'
import { Random } from '../../src/core/base/random.ts'
import { encodeUtf8 } from '../../src/core/base/text.ts'
import { Member } from '../../src/core/swim/member.ts'
import { Members } from '../../src/core/swim/members.ts'
import { Membership } from '../../src/core/swim/membership.ts'
import { ViewChecksum } from '../../src/core/views.ts'
import { crc32 } from '../../src/core/wire/crc32.ts'

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
        expect(kept.value).toBe(fresh(members))
      }
    }),
  )
})

/** As docs/protocol.md says it. */
function fresh(members: Members): number {
  const lines = [...members.rows]
    .filter((row) => !row.isGone)
    .map(({ name, address, incarnation }) => `${name}\t${address}\t${incarnation}\talive\n`)
  const sum = lines.map((line) => crc32(encodeUtf8(line))).reduce((a, b) => a + b, 0)
  return sum % 2 ** 32
}

test('the order in which members were learned makes no difference', () => {
  const [one, other] = [table(false), table(false)]
  const words = (['a', 'b', 'c'] as const).map(
    (node, at) => ({ kind: 'alive', node, incarnation: at + 1, port: 7946 }) as const,
  )
  for (const said of words) say(one.members, one.membership, said, 1)
  for (const said of words.toReversed()) say(other.members, other.membership, said, 1)
  expect(new ViewChecksum(one.members).value).toBe(new ViewChecksum(other.members).value)
  expect(new ViewChecksum(one.members).value).not.toBe(new ViewChecksum(table(false).members).value)
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
