// The member table for people: which columns, what each cell says, and the line below.

import type { MemberJson, ViewsJson } from '../http/shapes.ts'
import { shadeOf } from './style.ts'
import type { Cell, Table } from './table.ts'
import { pasted, plural } from './text.ts'
import { ageText, measuredText, parseTimestamp } from './time.ts'

const TAG_COLUMNS_MAX = 3

/** The table. Ages count up to `at`, the agent's own time. */
export function membersTable(
  members: readonly MemberJson[],
  options: { readonly at: string; readonly isWide: boolean },
): Table {
  const atMs = parseTimestamp(options.at)
  const tagKeys = options.isWide ? [] : commonTagKeys(members)
  const wide = options.isWide ? ['INCARNATION', 'PROTOCOL', 'HEARSAY', 'TAGS'] : []
  return {
    columns: [
      'NAME',
      'STATUS',
      'ADDRESS',
      ...tagKeys.map((key) => key.toUpperCase()),
      'RTT',
      'SEEN',
      'UP',
      ...wide,
      'NOTE',
    ],
    rows: members.map((member) => [
      member.name,
      { text: member.status, shade: shadeOf(member.status) },
      member.address,
      ...tagKeys.map((key) => (Object.hasOwn(member.tags, key) ? (member.tags[key] ?? '') : '-')),
      member.rttMs === null ? '-' : measuredText(member.rttMs),
      member.seen === null ? '-' : ageText(atMs - parseTimestamp(member.seen)),
      isUp(member) ? ageText(atMs - parseTimestamp(member.since)) : '-',
      ...(options.isWide ? wideCells(member) : []),
      note(member, atMs),
    ]),
  }
}

/** The line below: how many, and whether the others see the same. */
export function membersFooter(
  members: readonly MemberJson[],
  views: ViewsJson | undefined,
): string {
  const counts = (['alive', 'suspect', 'failed', 'left'] as const)
    .map((status) => ({ status, count: members.filter((one) => one.status === status).length }))
    .filter(({ count }) => count > 0)
    .map(({ status, count }) => `${count} ${status}`)
  const summary = counts.length === 0 ? '' : `: ${counts.join(', ')}`
  const agreement = views === undefined ? '' : ` · ${agreementText(views)}`
  return `${plural(members.length, 'member')}${summary}${agreement}`
}

/** `view 9f3a1c07, agreed by 2 of 2 reachable`. */
export function agreementText(views: ViewsJson): string {
  const answered = new Set(views.groups.flatMap((group) => group.members))
  answered.add(views.self.name)
  const agreeing = new Set(
    views.groups
      .filter((group) => group.checksum === views.self.checksum)
      .flatMap((group) => group.members),
  )
  agreeing.add(views.self.name)
  const silent = views.silent.length === 0 ? '' : `; ${views.silent.length} did not answer`
  const mute = views.cannotSay.length === 0 ? '' : `; ${views.cannotSay.length} cannot say`
  const { checksum } = views.self
  return `view ${checksum}, agreed by ${agreeing.size} of ${answered.size} reachable${silent}${mute}`
}

/** `since` is the last change of status, so only for the alive is it the time they are up. */
function isUp({ status }: MemberJson): boolean {
  return status === 'alive'
}

function wideCells(member: MemberJson): readonly string[] {
  const tags = Object.entries(member.tags).map(([key, value]) => `${key}=${value}`)
  return [
    String(member.incarnation),
    String(member.versions[2] ?? '-'),
    member.hearsay ? 'yes' : 'no',
    tags.length === 0 ? '-' : tags.sort().join(','),
  ]
}

function note(member: MemberJson, atMs: number): Cell | string {
  const { suspicion } = member
  if (member.self) return { text: 'this one', shade: 'dim' }
  if (suspicion !== null) {
    const left = `${ageText(suspicion.remainingMs)} left`
    const { confirmations, needed } = suspicion
    const confirmed = needed > 0 ? `; ${confirmations} of ${needed} confirmations` : ''
    return { text: `${left}${confirmed}`, shade: 'yellow' }
  }
  if (member.status === 'failed')
    return { text: `hearsay why ${pasted(member.name)}`, shade: 'dim' }
  if (member.status !== 'left') return ''
  return { text: `${ageText(atMs - parseTimestamp(member.since))} ago`, shade: 'dim' }
}

/** Tags that at least half of the members have, most common first. */
function commonTagKeys(members: readonly MemberJson[]): readonly string[] {
  const countByKey = new Map<string, number>()
  for (const { tags } of members) {
    for (const key of Object.keys(tags)) countByKey.set(key, (countByKey.get(key) ?? 0) + 1)
  }
  return [...countByKey]
    .filter(([, count]) => count * 2 >= members.length)
    .sort(([keyA, a], [keyB, b]) => b - a || (keyA < keyB ? -1 : 1))
    .slice(0, TAG_COLUMNS_MAX)
    .map(([key]) => key)
}
