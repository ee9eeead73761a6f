// A node over a machine that answers as told, by a clock moved by hand, with its log in a list.

import {
  type Command,
  type Input,
  ipv4,
  makeConfig,
  type Notice,
  type Outcome,
} from '../../src/core/index.ts'
import type { Logger } from '../../src/host/api.ts'
import { type NodeParts, startNode } from '../../src/host/hearsay.ts'
import { MemoryNetwork } from '../../src/host/memory-transport.ts'
import { ManualClock } from '../../src/testing/manual-clock.ts'
import { answering, FakeMachine, row } from './fake-machine.ts'

export const here = ipv4(127, 0, 0, 1, 7946)
export const there = ipv4(127, 0, 0, 2, 7946)
const poke: Input = { kind: 'sendFailed', to: there, reason: 'poke' }

/** A started node and what a test needs to move it; `poke` gives its machine an input. */
export function start(machine: FakeMachine, differs: Partial<NodeParts> = {}) {
  const clock = new ManualClock()
  const network = new MemoryNetwork({ later: (run) => clock.soon(run) })
  const lines: string[] = []
  const transport = network.bind(here)
  const feed = { input: (_input: Input) => {} }
  const listen = transport.listen.bind(transport)
  transport.listen = (listener) => {
    listen(listener)
    feed.input = (input) => {
      if (input.kind === 'sendFailed') listener(input)
    }
  }
  const node = startNode({
    machine,
    clock,
    transport,
    config: makeConfig({ name: 'a', advertise: here, tags: new Map([['role', 'db']]) }),
    resolve: async (seeds) => ({
      targets: seeds.map((seed) => ({ seed, address: there })),
      failures: [],
    }),
    seeds: [],
    leaveTimeoutMs: 5_000,
    logger: loggerInto(lines),
    ...differs,
  })
  return { node, clock, lines, machine, poke: () => feed.input(poke) }
}

/** A logger that writes `level message` lines. */
export function loggerInto(lines: string[]): Logger {
  return loggerOf((level) => (_fields, message) => void lines.push(`${level} ${message}`))
}

/** A logger that hands every line, by its level, to a function. */
export function loggerOf(line: (level: string) => Logger['info']): Logger {
  return {
    trace: line('trace'),
    debug: line('debug'),
    info: line('info'),
    warn: line('warn'),
    error: line('error'),
  }
}

/** A machine that tells its notices when it is poked, and answers commands. */
export function telling(
  notices: readonly Notice[],
  outcome?: (command: Command) => Outcome | undefined,
) {
  const inner = answering(outcome ?? (() => undefined))
  return new FakeMachine((input, now) =>
    input.kind === 'sendFailed'
      ? notices.map((notice) => ({ kind: 'notify', notice }))
      : inner.step(now, input),
  )
}

/** A member has joined. */
export const joined = (name: string): Notice => ({
  kind: 'member',
  change: 'join',
  member: row(name),
  rejoin: false,
  evidence: [],
})

/** An event was heard from b. */
export const heard = (name: string): Notice => ({
  kind: 'event',
  event: { ltime: 42n, name },
  payload: Uint8Array.of(104, 105),
  coalesce: false,
  from: 'b',
})

/** Lets promises that are due settle. */
export const settled = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
