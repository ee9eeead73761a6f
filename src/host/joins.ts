// One `join` asked for by the application: names become addresses, the core dials them, and
// what came of it is told per address. It fails only if nobody was reached, and then says why.

import { HearsayError, type JoinFailure, type JoinTarget } from '../core/index.ts'
import type { JoinResult, Waiting } from './api.ts'
import type { Commands, OutcomeOf } from './commands.ts'
import type { ResolveSeeds, UnresolvedSeed } from './seeds.ts'

export interface JoinParts {
  readonly commands: Commands
  readonly resolve: ResolveSeeds
}

type Failure = JoinResult['failures'][number]

/** Rejects with `HEARSAY_JOIN_FAILED` and the most telling reason if no address was reached. */
export async function joinOnce(
  { commands, resolve }: JoinParts,
  seeds: readonly string[],
  waiting?: Waiting,
): Promise<JoinResult> {
  const { targets, failures } = await resolve(seeds)
  waiting?.signal?.throwIfAborted()
  const joined: OutcomeOf<'joined'> =
    targets.length === 0
      ? { kind: 'joined', reached: [], failures: [] }
      : await commands.ask({ kind: 'join', targets }, 'joined', waiting)
  const reached = [...new Set(joined.reached)]
  const missed = joined.failures.filter(
    (failure) => !(reached.includes(failure.seed) && isInRange(failure, targets)),
  )
  const all = [...failures.map(unresolved), ...missed.map(undialled)]
  if (reached.length === 0) throw joinFailed(all)
  return { reached, failures: all }
}

/** A seed without a port stands for a range of ports; where one answers, the rest may be empty. */
function isInRange(
  { seed, address, reason }: JoinFailure,
  targets: readonly JoinTarget[],
): boolean {
  if (reason !== 'refused' && reason !== 'self') return false
  const isSibling = (one: JoinTarget) => one.seed === seed && one.address.host === address.host
  return targets.filter(isSibling).length > 1
}

const unresolved = ({ seed, reason, detail }: UnresolvedSeed): Failure => ({
  seed,
  address: '',
  reason,
  detail,
})

const undialled = ({ seed, address, reason, detail }: JoinFailure): Failure => ({
  seed,
  address: address.toString(),
  reason,
  detail: detail === '' ? ADVICE[reason] : detail,
})

const ADVICE: Readonly<Record<JoinFailure['reason'], string>> = {
  refused: 'connection refused: nobody listens on this port',
  unreachable: 'no route to it: is the address right, and the network up?',
  timeout: 'no answer in time: the host is down, or a firewall drops TCP',
  reset: 'the connection was reset',
  end: 'closed before it answered',
  limit: 'it has too many connections; try again',
  silent: 'closed without an answer: label or key differ, or only one of us has one',
  key: 'an answer that none of our keys opens, or sealed on one side only',
  version: 'it speaks no protocol version that we speak',
  garbage: 'something answered that is not gossip: is the port right?',
  error: 'it answered with an error',
  self: 'this is our own address',
}

/** The reasons that tell most about what is wrong, first. */
const TELLING: readonly string[] = [
  'key',
  'silent',
  'version',
  'garbage',
  'error',
  'syntax',
  'name',
]

function joinFailed(failures: readonly Failure[]): HearsayError {
  const telling = TELLING.find((reason) => failures.some((one) => one.reason === reason))
  const reason = telling ?? failures.find((one) => one.reason !== 'self')?.reason ?? 'self'
  const problems = grouped(failures)
  const text = problems.length === 0 ? 'no seed was given' : problems.join('; ')
  return new HearsayError('HEARSAY_JOIN_FAILED', `nobody could be joined: ${text}`, {
    reason,
    problems,
  })
}

/** What went wrong in a round over seeds, a line for each sort of failure. */
export function failureLines(round: {
  readonly failures: readonly JoinFailure[]
  readonly unresolved: readonly UnresolvedSeed[]
}): readonly string[] {
  return grouped([...round.unresolved.map(unresolved), ...round.failures.map(undialled)])
}

/** A range of ports that failed alike is one line, not twenty. */
function grouped(failures: readonly Failure[]): readonly string[] {
  const linesByReason = new Map<string, Failure[]>()
  for (const failure of failures) {
    const key = `${failure.seed} ${failure.detail}`
    const line = linesByReason.get(key)
    if (line === undefined) linesByReason.set(key, [failure])
    else line.push(failure)
  }
  return [...linesByReason.values()].map((line) => {
    const [first, last] = [line[0], line.at(-1)]
    const span = first === last ? '' : ` to ${last?.address}`
    return `${first?.address || first?.seed}${span}: ${first?.detail}`
  })
}
