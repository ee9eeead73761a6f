// The naive model agrees with the core: in stories, in storms, and on any sequence of statements
// that fast-check thinks of, with hearsay's rules and with memberlist's. And it can disagree.

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type Config,
  Core,
  ipv4,
  type Machine,
  makeConfig,
  Random,
  type Reads,
  withStep,
} from '../../src/core/index.ts'
import { encodeMessage, type Message } from '../../src/core/wire/index.ts'
import { Cluster, Disagreement, runStorm, withSecondOpinion } from '../../src/sim/index.ts'

const addresses = [2, 3, 4].map((last) => ipv4(10, 0, 0, last, 7946))
const names = ['me', 'b', 'c', 'd']
const incarnations = [0, 1, 2, 3, 4, 9, 4_294_967_293, 4_294_967_294]
const VERSIONS = [1, 5, 2, 0, 0, 0]

const alive = fc
  .record({
    node: fc.constantFrom(...names),
    incarnation: fc.constantFrom(...incarnations),
    address: fc.constantFrom(...addresses),
    meta: fc.constantFrom([], [1], [2]),
    current: fc.constantFrom(2, 3),
  })
  .map(({ node, incarnation, address, meta, current }): Message => {
    const { ip: addr, port } = address
    const vsn = Uint8Array.from(VERSIONS.with(2, current))
    return { kind: 'alive', node, incarnation, addr, port, meta: Uint8Array.from(meta), vsn }
  })

const accusation = fc.record({
  kind: fc.constantFrom('suspect' as const, 'dead' as const),
  node: fc.constantFrom(...names),
  from: fc.constantFrom(...names),
  incarnation: fc.constantFrom(...incarnations),
})

/** A statement, or a while in which timers run: a probe, a suspicion, a reclaim, a row's end. */
const events = fc.array(
  fc.oneof(
    { weight: 8, arbitrary: fc.oneof(alive, accusation) },
    { weight: 1, arbitrary: fc.constantFrom(1, 600, 5000, 31_000, 70_000) },
  ),
  { maxLength: 40 },
)

/** Feeds a core under a second opinion; throws at the first disagreement. */
function live(config: Config, happenings: readonly (Message | number)[]): void {
  const core = new Core(config, { random: new Random(1) })
  const machine = withSecondOpinion(core, config)
  let now = 1000
  machine.step(now, { kind: 'command', id: 1, command: { kind: 'start' } })
  for (const happening of happenings) {
    if (typeof happening === 'number') now = tickUntil(machine, now, now + happening)
    else machine.step(now, { kind: 'packet', from: STRANGER, bytes: encodeMessage(happening) })
  }
}

const STRANGER = ipv4(192, 0, 2, 1, 7946)

function tickUntil(machine: Machine, fromMs: number, untilMs: number): number {
  for (let now = fromMs; machine.deadline <= untilMs; ) {
    now = Math.max(now, machine.deadline)
    machine.step(now, { kind: 'tick' })
  }
  return untilMs
}

describe('the core and the naive model agree', () => {
  test.each([false, true])('on any sequence of statements, strict: %s', (strict) => {
    const config = makeConfig({
      name: 'me',
      advertise: ME,
      strict,
      trace: true,
      deadReclaimMs: 30_000,
    })
    fc.assert(
      fc.property(events, (happenings) => live(config, happenings)),
      { numRuns: 300 },
    )
  })

  test('through a split, a goodbye and a return at another address', () => {
    const cluster = doubtedCluster((machine) => machine)
    cluster.partition(['a', 'b'], ['c', 'd', 'e'])
    cluster.run(60_000)
    cluster.heal()
    cluster.settle()
    cluster.leave('c')
    cluster.run(8000)
    cluster.restart('c', { advertise: cluster.population.freshAddress() })
    cluster.join('c', 'a')
    cluster.setTags('a', { role: 'db' })
    expect(cluster.settle()).toBeLessThan(60_000)
  })

  for (let seed = 1; seed <= 6; seed++) {
    test(`in storm ${seed}`, () => {
      expect(runStorm(seed, { twice: false, secondOpinion: true }).failure).toBeUndefined()
    })
  }
})

const ME = ipv4(10, 0, 0, 1, 7946)

function doubtedCluster(doctor: (machine: Machine & Reads) => Machine & Reads): Cluster {
  const cluster = new Cluster({
    seed: 5,
    make: (config, random) => withSecondOpinion(doctor(new Core(config, { random })), config),
  })
  cluster.form(['a', 'b', 'c', 'd', 'e'])
  cluster.settle()
  return cluster
}

describe('the naive model disagrees with a core', () => {
  test('that takes a turn too few', () => {
    const deaf = (core: Machine & Reads) =>
      withStep(core, (now, input) =>
        core
          .step(now, input)
          .filter((one) => one.kind !== 'notify' || one.notice.kind !== 'transition'),
      )
    expect(() => doubtedCluster(deaf)).toThrow(Disagreement)
  })

  test('that takes a turn on its own', () => {
    const rash = (core: Machine & Reads) =>
      withStep(core, (now, input) => [
        ...core.step(now, input),
        ...(input.kind === 'opened' ? [BURIAL] : []),
      ])
    expect(() => doubtedCluster(rash)).toThrow('follows from nothing')
  })

  test('that holds another row than was said', () => {
    const forgetful = (core: Machine & Reads): Machine & Reads => ({
      ...withStep(core, (now, input) => core.step(now, input)),
      memberView: (name) => {
        const view = core.memberView(name)
        return view === undefined ? undefined : { ...view, tags: view.tags, incarnation: 7 }
      },
    })
    expect(() => doubtedCluster(forgetful)).toThrow('it holds')
  })
})

const BURIAL = {
  kind: 'notify',
  notice: {
    kind: 'transition',
    subject: 'e',
    from: 'alive',
    to: 'dead',
    incarnation: 1,
    cause: 'own',
  },
} as const
