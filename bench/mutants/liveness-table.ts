// Defects after which something does not come about that must: one or more for each of L1 to L7,
// and one that only the second opinion sees.

import type { Mutant } from './mutant.ts'

const MEMBERSHIP = 'swim/membership.ts'

export const livenessMutants: readonly Mutant[] = [
  {
    name: 'suspects-for-ever',
    defect: 'lets no suspicion end',
    aim: 'L1',
    patches: [
      {
        file: 'handlers.ts',
        find: 'if (member?.suspicion === undefined) return',
        replace: 'if (member === undefined || member.suspicion !== undefined) return',
      },
    ],
    seed: 5,
  },
  {
    name: 'answers-for-others',
    defect: 'answers pings that are meant for who had its address before',
    aim: 'L1',
    patches: [
      {
        file: 'probing.ts',
        find: "if (ping.node !== '' && ping.node !== self.name) return drop(parts, 'other_name')",
        replace: '',
      },
    ],
    seed: 15,
  },
  {
    name: 'dead-for-ever',
    defect: 'takes nobody back who was dead',
    aim: 'L2',
    patches: [
      {
        file: MEMBERSHIP,
        find: "if (this.#isForgedCeiling(known, update)) return { kind: 'refused', reason: 'incarnation' }",
        replace: "if (known.status === 'dead') return IGNORED",
      },
      {
        file: 'swim/members.ts',
        find: 'if (row !== this.self) this.remove(row)',
        replace: 'if (row.name === this.self.name) this.remove(row)',
      },
      {
        file: 'swim/members.ts',
        find: 'return forgotten.filter((row) => row !== this.self)',
        replace: 'return []',
      },
    ],
    seed: 4,
  },
  {
    name: 'no-healer',
    defect: 'does not look for the departed',
    aim: 'L3',
    patches: [
      {
        file: 'periodic.ts',
        find: 'if (departed.length + seeds.length === 0) return',
        replace: 'if (departed.length + seeds.length >= 0) return',
      },
    ],
    seed: 5,
  },
  {
    name: 'refutation-dropped',
    defect: 'does not answer accusations of itself',
    aim: 'L4',
    patches: [
      {
        file: 'verdicts.ts',
        find: 'return refute(parts, verdict.accused, verdict.by)',
        replace: 'return',
      },
    ],
    seed: 4,
  },
  {
    name: 'goodbye-untold',
    defect: 'leaves without a word',
    aim: 'L5',
    patches: [
      {
        file: 'verdicts.ts',
        find: "tell(parts, name, message, { urgency: 'urgent', finished: hearing.finished })",
        replace:
          "if (member !== parts.members.self) tell(parts, name, message, { urgency: 'urgent', finished: hearing.finished })",
      },
    ],
    seed: 1,
  },
  {
    name: 'join-answer-refused',
    defect: 'takes the answer to its join for garbage',
    aim: 'L6',
    patches: [
      {
        file: 'streams.ts',
        find: "if (message.kind !== 'pushPull') return joinFailed(",
        replace: "if (message.kind === 'pushPull') return joinFailed(",
      },
    ],
    seed: 2,
  },
  {
    name: 'events-untold',
    defect: 'tells its own events to nobody',
    aim: 'L7',
    patches: [
      {
        file: 'users.ts',
        find: 'if (!passOn(parts, event, encodeSerfMessage(event))) return undefined',
        replace: '',
      },
    ],
    seed: 1,
  },
  {
    name: 'later-accusations-forgotten',
    defect: 'takes no note of later accusations of the suspect and the dead',
    aim: 'model',
    patches: [
      {
        file: MEMBERSHIP,
        find: 'if (incarnation <= member.incarnation) return',
        replace: 'if (incarnation >= 0) return',
      },
    ],
    seed: 7,
  },
]
