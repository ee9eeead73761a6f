// Our side of an interop cluster: nodes that remember what they were told, so that a test can
// ask afterwards who was ever suspected or failed.

import { createNode, type Node, type NodeEvent, type NodeOptions } from '../../../src/index.ts'
import { until } from './waiting.ts'

/** A node of ours with its memory. */
export interface Ours {
  readonly node: Node
  readonly events: NodeEvent[]
  /** Raw user messages, as text. */
  readonly messages: string[]
  /** Log lines of level warn and error. */
  readonly complaints: string[]
}

const open = new Set<Node>()

/** Starts a node on a loopback address and port, joined to `join`. */
export async function startOurs(options: NodeOptions & { readonly name: string }): Promise<Ours> {
  const complaints: string[] = []
  const complain = (fields: object, message: string): void => {
    complaints.push(`${options.name}: ${message} ${JSON.stringify(fields)}`)
  }
  const silent = (): void => {}
  const logger = { trace: silent, debug: silent, info: silent, warn: complain, error: complain }
  const node = await createNode({ logger, ...options })
  open.add(node)
  const ours: Ours = { node, events: [], messages: [], complaints }
  const kinds = ['member-suspect', 'member-failed', 'member-leave', 'member-join', 'user'] as const
  for (const kind of kinds) node.on(kind, (event) => ours.events.push(event))
  node.onMessage((payload) => ours.messages.push(Buffer.from(payload).toString('latin1')))
  return ours
}

/** Closes every node that is still open. */
export async function closeOurs(): Promise<void> {
  await Promise.all([...open].map((node) => node.close()))
  open.clear()
}

/** Waits until the node has exactly these members alive. */
export async function sees(ours: Ours, names: readonly string[], limitMs: number): Promise<void> {
  const wanted = [...names].sort().join(' ')
  await until(`${ours.node.name} sees ${wanted} alive`, () => aliveNames(ours) === wanted, limitMs)
}

function aliveNames(ours: Ours): string {
  const alive = ours.node.members({ status: 'alive' })
  return alive
    .map((member) => member.name)
    .sort()
    .join(' ')
}

/** The events of a kind about a member, at one node. */
export function eventsAbout(
  ours: Ours,
  kind: NodeEvent['kind'],
  name?: string,
): readonly NodeEvent[] {
  return ours.events.filter(
    (event) =>
      event.kind === kind &&
      (name === undefined || ('member' in event && event.member.name === name)),
  )
}

/** Waits until a node holds a member failed, and returns the evidence it gives. */
export async function seesFailed(ours: Ours, name: string, limitMs: number): Promise<string[]> {
  await until(
    `${ours.node.name} sees ${name} failed`,
    () => eventsAbout(ours, 'member-failed', name).length > 0,
    limitMs,
  )
  return (ours.node.why(name)?.evidence ?? []).map((entry) => entry.text)
}
