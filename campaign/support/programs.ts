// The programs a cluster can be made of: how each is started on a host, and which lines of its
// log are sights. hearsay stamps its lines itself; Serf's are stamped when they arrive here.

import { fileURLToPath } from 'node:url'
import type { Net } from './net.ts'
import type { Sight, SightKind } from './sights.ts'
import { now } from './time.ts'

export const GOSSIP_PORT = 7946

export interface Program {
  readonly name: 'hearsay' | 'serf'
  /** Command and words that run member `host` of a cluster on its own host. */
  readonly commandLine: (net: Net, host: number) => readonly [string, ...string[]]
  /** What a line of the log tells, if it tells of a member. */
  readonly sight: (line: string, by: string) => Sight | undefined
  /** Names that a member holds alive, asked of itself. */
  readonly alive: (net: Net, host: number) => Promise<readonly string[]>
}

/** The member of a host. */
export function nameOf(host: number): string {
  return `n${host}`
}

function addressOf(net: Net, host: number): string {
  return `${net.address(host)}:${GOSSIP_PORT}`
}

// ---- hearsay ------------------------------------------------------------------------------

const AGENT = fileURLToPath(new URL('../../../dist/agent/main.js', import.meta.url))
const API = 'http://127.0.0.1:7980'
/** A whole client would cost more to start than the question. */
const GET = 'fetch(process.argv[1]).then((r) => r.text()).then((t) => process.stdout.write(t))'

/** Asks the HTTP API of a host's agent. */
export async function askAgent(net: Net, host: number, path: string): Promise<string> {
  return await net.inside(host, process.execPath, ['-e', GET, `${API}${path}`])
}

export const hearsay: Program = {
  name: 'hearsay',
  commandLine: (net, host) => [
    process.execPath,
    AGENT,
    'agent',
    ...['--name', nameOf(host), '--bind', addressOf(net, host), '--http', '127.0.0.1:7980'],
    ...['--join', addressOf(net, 1), '--join', addressOf(net, 2), '--log-format', 'json'],
  ],
  sight: hearsaySight,
  alive: async (net, host) => {
    const { members }: MemberList = JSON.parse(await askAgent(net, host, '/v1/members'))
    return members.filter(({ status }) => status !== 'failed').map(({ name }) => name)
  },
}

interface MemberList {
  readonly members: readonly { readonly name: string; readonly status: string }[]
}

function hearsaySight(line: string, by: string): Sight | undefined {
  let fields: { time?: number; member?: string; msg?: string }
  try {
    fields = JSON.parse(line)
  } catch {
    return undefined
  }
  const { time = now(), member: about = by, msg = '' } = fields
  const kind = hearsayKind(msg)
  return kind === undefined ? undefined : { kind, by, about, atMs: time }
}

function hearsayKind(message: string): SightKind | undefined {
  if (message === 'started') return 'started'
  if (message.startsWith('member-join')) return 'join'
  if (message.startsWith('member-leave')) return 'leave'
  if (/ is SUSPECT /.test(message)) return 'suspect'
  if (/ is FAILED /.test(message)) return 'failed'
  return message.startsWith('this process stood still') ? 'stalled' : undefined
}

// ---- Serf ---------------------------------------------------------------------------------

const RPC = '127.0.0.1:7373'

export const serf: Program = {
  name: 'serf',
  commandLine: (net, host) => [
    'serf',
    'agent',
    ...[`-node=${nameOf(host)}`, `-bind=${addressOf(net, host)}`, `-rpc-addr=${RPC}`],
    ...[`-retry-join=${addressOf(net, 1)}`, '-retry-interval=1s', '-retry-max=0'],
  ],
  sight: serfSight,
  alive: async (net, host) => {
    const words = ['members', `-rpc-addr=${RPC}`, '-format=json']
    const { members }: MemberList = JSON.parse(await net.inside(host, 'serf', words))
    return members.filter(({ status }) => status === 'alive').map(({ name }) => name)
  },
}

const SERF_LINES: readonly (readonly [RegExp, SightKind])[] = [
  [/serf: EventMemberJoin: (\S+)/, 'join'],
  [/serf: EventMemberFailed: (\S+)/, 'failed'],
  [/serf: EventMemberLeave: (\S+)/, 'leave'],
  [/memberlist: Suspect (\S+) has failed/, 'suspect'],
  [/agent: Serf agent starting()/, 'started'],
]

function serfSight(line: string, by: string): Sight | undefined {
  for (const [pattern, kind] of SERF_LINES) {
    const match = pattern.exec(line)
    if (match !== null) return { kind, by, about: match[1] || by, atMs: now() }
  }
  return undefined
}
