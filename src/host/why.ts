// The case about a member in words: what it is and since when, each observation as a line,
// and what to check next. The observations are the core's; the sentences are only here, so
// that the command line, the HTTP API and the log say the same.

import type { Evidence, Millis } from '../core/index.ts'
import type { Member, Why } from './api.ts'

/** Everything a node knows about its belief. `evidence` is in machine time. */
export function explain(
  member: Member,
  evidence: readonly Evidence[],
  clock: { readonly nowMs: Millis; readonly wallOffsetMs: Millis },
): Why {
  return Object.freeze({
    member,
    verdict: verdictOf(member, clock.nowMs + clock.wallOffsetMs),
    evidence: evidence.map((one) => ({
      ...one,
      atMs: one.atMs + clock.wallOffsetMs,
      text: evidenceText(one),
    })),
    advice: adviceFor(member, evidence),
  })
}

function verdictOf(member: Member, unixMs: Millis): string {
  const since = `since ${clockText(member.sinceMs)} (${spanText(unixMs - member.sinceMs)})`
  const is = `${member.name} is ${member.status.toUpperCase()} ${since}`
  const incarnation = `incarnation ${member.incarnation}`
  if (member.suspicion === undefined) return `${is}, ${incarnation}`
  const { remainingMs, confirmations, needed } = member.suspicion
  const most = confirmations < needed ? 'at most ' : ''
  const left = `${most}${spanText(remainingMs)} left to answer`
  return `${is}, ${incarnation}; ${left}, ${confirmations} of ${needed} confirmations`
}

/** Time of day where we are: `14:02:11`. */
export function clockText(unixMs: Millis): string {
  return new Date(unixMs).toTimeString().slice(0, 8)
}

/** `4 ms`, `5.8 s`, `9 min`, `2 h`, `3 d`. */
export function spanText(spanMs: Millis): string {
  const ms = Math.max(0, spanMs)
  if (ms < 1_000) return `${Math.round(ms)} ms`
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`
  if (ms < 3_600_000) return `${Math.floor(ms / 60_000)} min`
  if (ms < 86_400_000) return `${Math.floor(ms / 3_600_000)} h`
  return `${Math.floor(ms / 86_400_000)} d`
}

/** One observation as a line. */
export function evidenceText(one: Evidence): string {
  switch (one.kind) {
    case 'no-ack':
      return `${one.by} probed it directly: no ack in ${spanText(one.timeoutMs)}`
    case 'relays':
      return relaysText(one)
    case 'stream':
      return `${one.by} tried TCP: ${STREAM_TEXT[one.outcome]}`
    case 'suspect':
      return `${one.by} began suspicion of incarnation ${one.incarnation} (${accuserText(one)})`
    case 'told-suspect':
      return toldSuspectText(one)
    case 'confirm':
      return `${one.by} confirmed independently (${one.count} of ${one.needed})`
    case 'refuted':
      return `it answered with incarnation ${one.incarnation}: a false alarm`
    case 'dead':
      return `no refutation in ${spanText(one.heldMs)}: declared failed`
    case 'told-dead':
      return `${one.by} said it has failed, incarnation ${one.incarnation}`
    case 'left':
      return `it said goodbye, incarnation ${one.incarnation}`
    case 'joined':
      return `it joined at ${one.address}, incarnation ${one.incarnation}`
  }
}

/** The time is the longest: each independent confirmation shortens it (Lifeguard §4.2). */
function toldSuspectText({ by, incarnation, timeoutMs }: EvidenceOf<'told-suspect'>): string {
  const said = `${by} said it is suspect, incarnation ${incarnation}`
  return `${said}; it has at most ${spanText(timeoutMs)} to answer, less if others confirm`
}

type EvidenceOf<K extends Evidence['kind']> = Extract<Evidence, { kind: K }>

const STREAM_TEXT: Readonly<Record<EvidenceOf<'stream'>['outcome'], string>> = {
  refused: 'connection refused: the process is gone, its host is up',
  timeout: 'no answer: the host is down, or something on the way drops TCP too',
  silent: 'connected, but it never spoke: the process hangs, its host is up',
  unreachable: 'no route: the host or its network is down',
  reset: 'the connection was reset',
  answered: 'it answered: only UDP is lost between us',
  garbage: 'something else answered: another program has its port, or label or key differ',
}

function relaysText({ by, asked, answers, nacks }: EvidenceOf<'relays'>): string {
  const base = `${by} asked ${asked.join(', ')} to probe: ${answers} of ${asked.length} got an answer`
  return nacks > 0 ? `${base}, ${nacks} said it stayed silent` : base
}

/** A sick accuser is the usual cause of a false alarm (Lifeguard §3). */
function accuserText({ health, lagMs }: EvidenceOf<'suspect'>): string {
  const state = `its own health ${health}, loop lag ${spanText(lagMs)}`
  return isSick(health, lagMs)
    ? `${state}: the accuser itself is slow`
    : `${state}: a healthy accuser`
}

const SICK_LAG_MS = 200
const isSick = (health: number, lagMs: Millis) => health > 0 || lagMs > SICK_LAG_MS

function adviceFor(member: Member, evidence: readonly Evidence[]): string {
  if (member.self) return 'This is the node you asked.'
  switch (member.status) {
    case 'left':
      return 'It left of its own will. Nothing to do.'
    case 'alive':
      return aliveAdvice(evidence)
    case 'suspect':
      return `${likely(evidence)} It may still answer and clear itself. Next: wait until the time above is over.`
    case 'failed':
      return `${likely(evidence)} It did not leave. ${nextStep(member, evidence)}`
  }
}

function aliveAdvice(evidence: readonly Evidence[]): string {
  if (!evidence.some(({ kind }) => kind === 'refuted')) return 'Nothing is wrong with it.'
  return 'It was suspected and answered. If that comes again, look at its load and at packet loss on the way.'
}

function lastStream(evidence: readonly Evidence[]): EvidenceOf<'stream'> | undefined {
  return evidence.findLast((one) => one.kind === 'stream')
}

function likely(evidence: readonly Evidence[]): string {
  const sick = evidence.findLast((one) => one.kind === 'suspect')
  const stream = lastStream(evidence)
  if (stream !== undefined) return `Likely: ${CAUSE[stream.outcome]}.`
  if (sick !== undefined && isSick(sick.health, sick.lagMs)) {
    return `Likely: ${sick.by} was too busy to hear the answer.`
  }
  return 'Likely: the process, its host or the network between us is down.'
}

const CAUSE: Readonly<Record<EvidenceOf<'stream'>['outcome'], string>> = {
  refused: 'the process crashed or was killed; its host is up',
  timeout: 'its host is down, or a firewall or a cut network drops everything',
  silent: 'the process hangs or is stopped (its host still takes connections)',
  unreachable: 'its host or its network is down',
  reset: 'the process is going down or is overloaded',
  answered: 'a firewall or a lossy network drops UDP; TCP works',
  garbage: 'another program answers on its port, or label or key differ',
}

function nextStep(member: Member, evidence: readonly Evidence[]): string {
  const stream = lastStream(evidence)
  const remove = `hearsay remove ${member.name}`
  if (stream === undefined && evidence.at(-1)?.kind === 'told-dead') {
    const by = evidence.at(-1)?.by
    return `Next: ask ${by}, which judged it: hearsay why ${member.name} there.`
  }
  if (stream?.outcome === 'refused') return `Next: check its exit code and log; ${remove}`
  if (stream?.outcome === 'answered') return `Next: let UDP pass to ${member.address}, both ways.`
  return `Next: can this host reach ${member.address} by TCP and UDP? If it is gone for good: ${remove}`
}
