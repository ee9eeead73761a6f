// `hearsay members`: the member table, filtered, once or at every change, or until as many
// as expected are there.

import type { AgentClient } from '../client.ts'
import { type CommandContext, listFlag, type RunCommand, textFlag } from '../command.ts'
import { CommandError, type Exit, exits } from '../contract.ts'
import type { AnswerOf } from '../http/routes.ts'
import type { MemberJson, ViewsJson } from '../http/shapes.ts'
import { anchoredPattern } from '../patterns.ts'
import { nearest } from '../settings/suggest.ts'
import { membersFooter, membersTable } from '../terminal/members-table.ts'
import { listed, pasted, visible } from '../terminal/text.ts'
import { statuses } from '../words.ts'

type MemberList = AnswerOf<'members'>

const VIEWS_MS = 1000
const POLL_MS = 250
const CHECKS_MS = 5000
const DOCTOR = 'hearsay doctor looks for the cause'

/** Lists members. */
export const members: RunCommand = async (context) => {
  const wanted = filterOf(context)
  const expected = expectedOf(context)
  const client = context.agent()
  if (expected !== undefined) return await waitFor(expected, wanted, client, context)
  if (context.flags.watch === true) return await watch(wanted, client, context)
  await printOnce(wanted, client, context)
  return exits.done
}

type Wanted = (member: MemberJson) => boolean

function filterOf({ flags }: CommandContext): Wanted {
  const wantedStatuses = listFlag(flags, 'status').flatMap((text) => text.split(','))
  for (const status of wantedStatuses) checkStatus(status)
  const tags = listFlag(flags, 'tag').map(tagPair)
  const name = textFlag(flags, 'name')
  const pattern = name === undefined ? undefined : anchoredPattern(name, '--name')
  return (member) =>
    (wantedStatuses.length === 0 || wantedStatuses.includes(member.status)) &&
    tags.every(([key, value]) => Object.hasOwn(member.tags, key) && member.tags[key] === value) &&
    (pattern === undefined || pattern.test(member.name))
}

function checkStatus(status: string): void {
  if (statuses.some((one) => one === status)) return
  const near = nearest(status, statuses)
  const help = near === undefined ? '' : `; did you mean ${near}?`
  const message = `--status: one of ${statuses.join(', ')} expected, got ${visible(status)}${help}`
  throw new CommandError(exits.usage, message, 'for example: hearsay members --status failed')
}

function tagPair(text: string): readonly [string, string] {
  const at = text.indexOf('=')
  if (at > 0) return [text.slice(0, at), text.slice(at + 1)]
  throw new CommandError(exits.usage, `--tag: key=value expected, got ${visible(text)}`)
}

function expectedOf({ flags }: CommandContext): number | undefined {
  const text = textFlag(flags, 'expect')
  if (text === undefined) return undefined
  if (/^\d{1,6}$/.test(text)) return Number(text)
  throw new CommandError(exits.usage, `--expect: a count expected, got ${visible(text)}`)
}

async function printOnce(
  wanted: Wanted,
  client: AgentClient,
  context: CommandContext,
): Promise<void> {
  const { print } = context
  // The footer needs everybody's answer; JSON and names do not have to wait for it.
  const isText = print.format === 'text' || print.format === 'wide'
  const [list, views] = await Promise.all([
    client.ask('members'),
    isText && print.isWatched ? viewsOf(client) : undefined,
  ])
  printList(list, views, wanted, context)
}

function printList(
  list: MemberList,
  views: ViewsJson | undefined,
  wanted: Wanted,
  { print }: CommandContext,
): void {
  const shown = list.members.filter(wanted)
  print.answer({
    kind: list.kind,
    body: { ...list, members: shown },
    items: {
      kind: 'Member',
      rows: shown.map((member) => ({ at: list.at, seenBy: list.seenBy, member })),
    },
    names: shown.map((member) => member.name),
    text: () => {
      print.table(membersTable(shown, { at: list.at, isWide: print.format === 'wide' }))
      print.talk(print.paintTalk('dim', membersFooter(shown, views)))
    },
  })
}

async function viewsOf(client: AgentClient): Promise<ViewsJson | undefined> {
  try {
    return await client.ask('views', { query: { timeoutMs: String(VIEWS_MS) } })
  } catch {
    // The table is worth printing without it.
    return undefined
  }
}

async function waitFor(
  expected: number,
  wanted: Wanted,
  client: AgentClient,
  context: CommandContext,
): Promise<Exit> {
  const { io, print, signal, timeoutMs } = context
  const startMs = io.nowMs()
  // Without --status, a member counts if it is alive: nobody waits for the dead.
  const hasStatus = listFlag(context.flags, 'status').length > 0
  const counts = (member: MemberJson) => wanted(member) && (hasStatus || member.status === 'alive')
  for (;;) {
    signal.throwIfAborted()
    // One question may take a second even where the whole wait may not.
    const list = await client.ask('members', { timeoutMs: Math.max(1000, timeoutMs) })
    const found = list.members.filter(counts).length
    if (found === expected) {
      printList(list, undefined, wanted, context)
      return exits.done
    }
    if (io.nowMs() - startMs >= timeoutMs) {
      printList(list, undefined, wanted, context)
      const message = `${found} of ${expected} members after ${Math.round(timeoutMs / 1000)} s`
      const isShort = found < expected
      const { cause, next } = isShort ? await causeOf(list, client) : { cause: '', next: DOCTOR }
      throw new CommandError(exits.timedOut, `${message}${cause}`, next)
    }
    print.progress(`${found} of ${expected} members`)
    await pause(POLL_MS, signal)
  }
}

/** Why members are missing: some are known and gone, or the agent itself is alone. */
async function causeOf(
  { members }: MemberList,
  client: AgentClient,
): Promise<{ readonly cause: string; readonly next: string }> {
  const gone = members.filter(({ status }) => status === 'suspect' || status === 'failed')
  const [first] = gone
  if (first !== undefined) {
    const cause = `; ${listed(gone.map(({ name, status }) => `${visible(name)} is ${status}`))}`
    return { cause, next: `hearsay why ${pasted(first.name)}` }
  }
  if (members.length > 1) return { cause: '', next: DOCTOR }
  // Alone: why its seeds do not answer, the agent itself must try.
  const checks = await client.ask('checks', { timeoutMs: CHECKS_MS }).catch(() => undefined)
  const join = checks?.findings.find(({ check, severity }) => check === 'join' && severity !== 'ok')
  return join === undefined
    ? { cause: '; it is alone', next: `hearsay join ADDRESS, or: ${DOCTOR}` }
    : { cause: `; ${join.message}`, next: join.fix }
}

async function watch(wanted: Wanted, client: AgentClient, context: CommandContext): Promise<Exit> {
  const { print, signal } = context
  const isScreen = print.isWatched && !print.isJson
  const until = context.untilTimeout()
  const items = await client.events([], until)
  for (let next = items.next(); ; ) {
    await show(wanted, client, context)
    // Ages grow without events, which only somebody who looks on can see.
    const tick = isScreen
      ? pause(1000, signal).catch(() => undefined)
      : new Promise(() => undefined)
    const came: unknown = await Promise.race([next.then((one) => one.done === true), tick])
    signal.throwIfAborted()
    if (until?.aborted === true) return exits.done
    if (came === true) throw new CommandError(exits.noAgent, 'the agent has gone')
    if (came === false) next = items.next()
  }
}

async function show(wanted: Wanted, client: AgentClient, context: CommandContext): Promise<void> {
  const { print, io } = context
  const list = await client.ask('members')
  if (print.isJson) print.item(list.kind, { ...list, members: list.members.filter(wanted) })
  else {
    if (print.isWatched) io.out.write('\u001b[H\u001b[2J')
    printList(list, undefined, wanted, context)
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  const { setTimeout: wait } = await import('node:timers/promises')
  await wait(ms, undefined, { signal })
}
