// A machine that does what a test tells it: answers each input with the effects given for
// it, remembers what it saw, and reads out the rows it was given.

import type {
  Command,
  CommandId,
  Effect,
  Evidence,
  Input,
  Machine,
  MemberView,
  Millis,
  Outcome,
  Reads,
} from '../../src/core/index.ts'
import { ipv4 } from '../../src/core/index.ts'
import { noState } from './no-state.ts'

type Answer = (input: Input, now: Millis) => readonly Effect[]

export class FakeMachine implements Machine, Reads {
  deadline: Millis = Number.POSITIVE_INFINITY
  readonly size = 1
  readonly state = noState
  readonly health = 0
  readonly seen: { readonly now: Millis; readonly input: Input }[] = []
  readonly rows: MemberView[] = []
  readonly cases = new Map<string, readonly Evidence[]>()
  readonly #answer: Answer

  constructor(answer: Answer = () => []) {
    this.#answer = answer
  }

  step(now: Millis, input: Input): readonly Effect[] {
    this.seen.push({ now, input })
    return this.#answer(input, now)
  }

  /** Kinds of the inputs so far, without the wall clock's. */
  kinds(): readonly string[] {
    return this.seen.map(({ input }) => input.kind).filter((kind) => kind !== 'wall')
  }

  /** Commands so far, in order. */
  commands(): readonly Command[] {
    return this.seen.flatMap(({ input }) => (input.kind === 'command' ? [input.command] : []))
  }

  memberViews(): readonly MemberView[] {
    return this.rows
  }

  memberView(name: string): MemberView | undefined {
    return this.rows.find((row) => row.name === name)
  }

  evidence(name: string): readonly Evidence[] {
    return this.cases.get(name) ?? []
  }

  viewChecksum(): number {
    return 0xabc
  }

  queued() {
    return { membership: 1, user: 2 }
  }

  counters() {
    return { probes_total: 3 }
  }
}

/** The notice that ends a command. */
export function done(id: CommandId, outcome: Outcome): Effect {
  return { kind: 'notify', notice: { kind: 'done', id, outcome } }
}

/** A machine that ends each command as `outcomeOf` says, or not at all. */
export function answering(outcomeOf: (command: Command) => Outcome | undefined): FakeMachine {
  return new FakeMachine((input) => {
    const outcome = input.kind === 'command' ? outcomeOf(input.command) : undefined
    return input.kind === 'command' && outcome !== undefined ? [done(input.id, outcome)] : []
  })
}

/** A row of the member table, alive unless said otherwise. */
export function row(name: string, differs: Partial<MemberView> = {}): MemberView {
  return {
    name,
    address: ipv4(10, 0, 0, 1, 7946),
    status: 'alive',
    incarnation: 1,
    meta: new Uint8Array(0),
    tags: new Map(),
    versions: Uint8Array.of(1, 5, 2, 0, 0, 0),
    sinceMs: 1_000_000,
    hearsay: true,
    rttMs: undefined,
    phi: undefined,
    seenMs: undefined,
    suspicion: undefined,
    ...differs,
  }
}
