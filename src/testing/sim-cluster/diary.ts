// What happened in a virtual cluster, kept to be told when a test fails: faults as they are
// played, and what nodes came to believe.

import type { MemberView } from '../../core/index.ts'
import type { Node, NodeEventKind } from '../../host/index.ts'
import type { Agenda } from '../../sim/index.ts'

/** A node as the diary's text shows it. */
export interface Told {
  readonly name: string
  readonly fate: 'runs' | 'frozen' | 'ended' | 'crashed'
  /** Rows it holds; none unless it runs. */
  readonly views: readonly MemberView[]
}

const KEPT_MAX = 1000
const TOLD_MAX = 50
const NAMES_TOLD_MAX = 8
const FOLLOWED = [
  'member-join',
  'member-suspect',
  'member-failed',
  'member-leave',
] as const satisfies readonly NodeEventKind[]

export class Diary {
  readonly #agenda: Agenda
  #lines: string[] = []

  constructor(agenda: Agenda) {
    this.#agenda = agenda
  }

  /** Notes all that a node comes to believe about others. */
  follow(node: Node): void {
    for (const kind of FOLLOWED) {
      node.on(kind, ({ member }) => this.note(`${node.name}: ${kind} ${member.name}`))
    }
  }

  /** One line, with the time before it; only the latest 500 to 1000 are kept. */
  note(line: string): void {
    if (this.#lines.length >= KEPT_MAX) this.#lines.splice(0, KEPT_MAX / 2)
    this.#lines.push(`${stamp(this.#agenda.nowMs)}  ${line}`)
  }

  /** The seed, who is how, who holds what that others do not, and the last lines. */
  text({ seed, nodes }: { readonly seed: number; readonly nodes: readonly Told[] }): string {
    const running = nodes.filter(({ fate }) => fate === 'runs' || fate === 'frozen')
    const fates = nodes
      .filter(({ fate }) => fate !== 'runs')
      .map(({ name, fate }) => `${name} ${fate}`)
    return [
      `seed ${seed}, ${stamp(this.#agenda.nowMs)} of virtual time, ${running.length} of ${nodes.length} nodes run`,
      ...(fates.length === 0 ? [] : [fates.join(', ')]),
      ...views(running),
      'what happened last:',
      ...this.#lines.slice(-TOLD_MAX).map((line) => `  ${line}`),
    ].join('\n')
  }
}

/** One line for each different view, the most common first. */
function views(nodes: readonly Told[]): readonly string[] {
  const namesByView = new Map<string, string[]>()
  for (const { name, views: rows } of nodes) {
    const view = viewText(rows)
    const names = namesByView.get(view)
    if (names === undefined) namesByView.set(view, [name])
    else names.push(name)
  }
  return [...namesByView]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([view, names]) => `${some(names)} ${names.length === 1 ? 'holds' : 'hold'} ${view}`)
}

function viewText(rows: readonly MemberView[]): string {
  const alive = rows.filter(({ status }) => status === 'alive').length
  const others = rows
    .filter(({ status }) => status !== 'alive')
    .map(({ name, status }) => `${name} ${status}`)
    .sort()
  return [`${alive} for alive`, ...(others.length === 0 ? [] : [some(others)])].join('; ')
}

function some(names: readonly string[]): string {
  const more = names.length - NAMES_TOLD_MAX
  const shown = names.slice(0, NAMES_TOLD_MAX).join(', ')
  return more > 0 ? `${shown} and ${more} more` : shown
}

function stamp(ms: number): string {
  return `${(ms / 1000).toFixed(3)} s`
}
