// Defects of membership against what storms hold it to, one a row, each against one invariant
// of safety; those of `liveness-table.ts`, against what must come about, come after them.

import { livenessMutants } from './liveness-table.ts'
import type { Mutant } from './mutant.ts'

const MEMBERSHIP = 'swim/membership.ts'

const safetyMutants: readonly Mutant[] = [
  {
    name: 'incarnation-unchecked',
    defect: 'takes an alive of any incarnation',
    aim: 'S1',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'if (!moves && update.incarnation <= known.incarnation) {',
        replace: 'if (!moves && update.incarnation < 0) {',
      },
    ],
    seed: 1,
  },
  {
    name: 'same-incarnation-revives',
    defect: 'takes an alive of the incarnation that died',
    aim: 'S2',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'if (!moves && update.incarnation <= known.incarnation) {',
        replace: 'if (!moves && update.incarnation < known.incarnation) {',
      },
    ],
    seed: 1,
  },
  {
    name: 'old-news-believed',
    defect: 'takes an old alive of a member it has forgotten',
    aim: 'S2',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'return this.#rules.remembersGone(update.node, address, update.incarnation)',
        replace: 'return false',
      },
    ],
    seed: 44,
  },
  {
    name: 'living-name-moves',
    defect: 'gives a name in use to another address',
    aim: 'S3',
    patches: [
      {
        file: MEMBERSHIP,
        find: "return { kind: 'conflict', member: known, other }",
        replace: 'return undefined',
      },
    ],
    seed: 1,
  },
  {
    name: 'left-name-moves-unasked',
    defect: 'gives away a name that left without asking its old address',
    aim: 'S3',
    patches: [
      {
        file: MEMBERSHIP,
        find: "return { kind: 'check-holder', member: known, update }",
        replace: 'return undefined',
      },
    ],
    seed: 25,
  },
  {
    name: 'dead-name-moves-at-once',
    defect: 'gives the name of the dead away before its time',
    aim: 'S3',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'const reclaimable = deadReclaimMs > 0 && nowMs - known.sinceMs > deadReclaimMs',
        replace: 'const reclaimable = deadReclaimMs > 0',
      },
    ],
    seed: 1,
  },
  {
    name: 'own-death-accepted',
    defect: 'believes others that it is dead itself',
    aim: 'S4',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'if (member === this.#members.self && !this.#leaving) {',
        replace: "if (member === this.#members.self && accusation.from === '') {",
      },
    ],
    seed: 4,
  },
  {
    name: 'refutes-too-low',
    defect: 'answers an accusation with less than it needs',
    aim: 'S5',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'const answer = Math.max(self.incarnation, accused) + 1',
        replace: 'const answer = self.incarnation + 1',
      },
    ],
    seed: 4,
  },
  {
    name: 'incarnation-wraps',
    defect: 'answers the last incarnation there is, by counting on from zero',
    aim: 'S1',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'if (self.incarnation === INCARNATION_CEILING) return false\n    self.incarnation = Math.min(answer, INCARNATION_CEILING)',
        replace: 'self.incarnation = answer >>> 0',
      },
      {
        file: 'wire/semantics.ts',
        find: "return message.incarnation > ACCUSED_INCARNATION_MAX ? 'incarnation' : undefined",
        replace: 'return undefined',
      },
    ],
    seed: 4,
  },
  {
    name: 'returns-after-leaving',
    defect: 'answers accusations after its goodbye',
    aim: 'S6',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'if (member.isGone) {\n      const echo',
        replace: 'if (member.isGone && member !== this.#members.self) {\n      const echo',
      },
      {
        file: MEMBERSHIP,
        find: 'if (member === this.#members.self && !this.#leaving) {',
        replace:
          'if (member === this.#members.self && (!this.#leaving || accusation.from !== accusation.node)) {',
      },
    ],
    seed: 8,
  },
  {
    name: 'joins-twice',
    defect: 'tells the host of a join where a doubt was answered',
    aim: 'S7',
    patches: [
      {
        file: 'verdicts.ts',
        find: "if (before === 'unknown' || before === 'dead' || before === 'left') {",
        replace: "if (before !== 'alive') {",
      },
    ],
    seed: 1,
  },
  {
    name: 'suspicion-too-short',
    defect: 'waits a quarter of the shortest suspicion',
    aim: 'S8',
    patches: [
      {
        file: 'swim/suspicion.ts',
        find: 'return nanoseconds / 1_000_000',
        replace: 'return nanoseconds / 4_000_000',
      },
    ],
    seed: 1,
  },
  {
    name: 'reported-death-believed',
    defect: 'calls dead at once whom a push/pull calls dead',
    aim: 'S8',
    patches: [
      {
        file: 'merging.ts',
        find: "state === 'left' ? membership.dead(accusation, now)",
        replace: "state !== 'suspect' ? membership.dead(accusation, now)",
      },
    ],
    seed: 7,
  },
  {
    name: 'accuser-counts-twice',
    defect: 'counts one accuser again and again',
    aim: 'S9',
    patches: [
      {
        file: 'swim/suspicion.ts',
        find: 'if (this.#confirmations >= this.needed || this.#accusers.has(from)) return false',
        replace: 'if (this.#confirmations >= this.needed) return false',
      },
    ],
    seed: 1,
  },
  {
    name: 'anybody-confirms',
    defect: 'counts accusers that are no members, and each again',
    aim: 'S9',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'if (!this.#rules.strict && !this.#mayConfirm(accusation.from, member)) return IGNORED',
        replace: '',
      },
      {
        file: 'swim/suspicion.ts',
        find: 'if (this.#confirmations >= this.needed || this.#accusers.has(from)) return false',
        replace: 'if (this.#confirmations >= this.needed) return false',
      },
    ],
    seed: 1,
  },
  {
    name: 'tags-without-incarnation',
    defect: 'changes its tags and keeps its incarnation',
    aim: 'S10',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'self.incarnation = Math.min(self.incarnation + 1, INCARNATION_CEILING)',
        replace: 'self.incarnation = Math.max(self.incarnation, 1)',
      },
    ],
    seed: 1,
  },
  {
    name: 'evidence-without-end',
    defect: 'keeps all evidence about a member, and each four times',
    aim: 'S11',
    patches: [
      {
        file: 'casebook.ts',
        find: 'if (known.length > ENTRIES_MAX) known.shift()',
        replace: '',
      },
      {
        file: 'casebook.ts',
        find: 'known.push(evidence)',
        replace: 'known.push(evidence, evidence, evidence, evidence)',
      },
    ],
    seed: 1,
  },
  {
    name: 'table-without-end',
    defect: 'takes in strangers whom its table has no room for',
    aim: 'S11',
    patches: [
      {
        file: MEMBERSHIP,
        find: "if (this.#members.size >= membersMax) return { kind: 'refused', reason: 'table_full' }",
        replace: '',
      },
    ],
    seed: 149,
  },
  {
    name: 'packets-too-large',
    defect: 'puts three times as much into a packet as fits, uncompressed',
    aim: 'S12',
    patches: [
      {
        file: 'wire/packet.ts',
        find: 'return Math.max(0, this.#settings.packetBytesMax - taken)',
        replace: 'return Math.max(0, 3 * this.#settings.packetBytesMax - taken)',
      },
      {
        file: 'wire/packet.ts',
        find: 'if (this.#settings.compression) bytes = compressIfShorter(bytes)',
        replace: '',
      },
    ],
    seed: 7,
  },
  {
    name: 'tells-without-end',
    defect: 'passes a rumor on for ever',
    aim: 'S12',
    patches: [
      {
        file: 'queue.ts',
        find: 'if (rumor.transmissions < limit) {',
        replace: 'if (limit > 0) {',
      },
    ],
    seed: 1,
  },
  {
    name: 'answers-where-told',
    defect: 'sends an ack to whatever address a ping names',
    aim: 'S13',
    patches: [
      {
        file: 'probing.ts',
        find: 'return member !== undefined && !member.isGone ? member.address : from',
        replace: 'return named',
      },
    ],
    seed: 28,
  },
  {
    name: 'scans-for-anybody',
    defect: 'pings any address on behalf of others',
    aim: 'S13',
    patches: [
      {
        file: 'probing.ts',
        find: "if (member === undefined || member.status === 'left') return false",
        replace: 'if (member === undefined) return true',
      },
    ],
    seed: 1,
  },
  {
    name: 'amplifies',
    defect: 'answers strangers with more than three times their bytes',
    aim: 'S13',
    patches: [
      {
        file: 'probing.ts',
        find: 'return ackBytes + codec.overheadBytes > 3 * sizeBytes',
        replace: 'return false',
      },
    ],
    seed: 2,
  },
  {
    name: 'wall-clock-in-a-verdict',
    defect: 'times a suspicion by the wall clock',
    aim: 'S18',
    patches: [
      {
        file: 'verdicts.ts',
        find: 'suspicion.deadlineMs, {',
        replace: 'suspicion.deadlineMs + Math.abs(parts.wallOffsetMs % 997), {',
      },
    ],
    seed: 7,
  },
  {
    name: 'label-unchecked',
    defect: 'takes packets of any label',
    aim: 'S19',
    patches: [
      {
        file: 'wire/packet.ts',
        find: "if (match === 'foreign') {",
        replace:
          "if (match === 'foreign') return this.#unseal(datagram, datagram[0] === TAG.label ? 2 + (datagram[1] ?? 0) : 0, result)\n    if (datagram.length === 0) {",
      },
    ],
    seed: 34,
  },
  {
    name: 'state-outside',
    defect: 'keeps state outside the machine',
    aim: 'S21',
    patches: [
      {
        file: 'swim/members.ts',
        find: 'export class Members {',
        replace: 'let additions = 0\n\nexport class Members {',
      },
      {
        file: 'swim/members.ts',
        find: 'const at = this.#random.below(this.#probeOrder.length + 1)',
        replace: 'const at = additions++ % (this.#probeOrder.length + 1)',
      },
    ],
    seed: 1,
  },
]

/** All of them, in the order in which they are told. */
export const mutants: readonly Mutant[] = [...safetyMutants, ...livenessMutants]
