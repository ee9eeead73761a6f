// One item of the event stream as a line for people.

import * as v from 'valibot'
import type { EvictionReason } from '../../core/index.ts'
import { evidence, member, type StreamItem } from '../http/shapes.ts'
import { type Paint, type Shade, shadeOf } from './style.ts'
import { visible } from './text.ts'
import { clockText, parseTimestamp } from './time.ts'

const aboutMember = v.object({ member, rejoin: v.optional(v.boolean()) })
const withWhy = v.object({ why: v.object({ evidence: v.array(evidence), advice: v.string() }) })
const user = v.object({ name: v.string(), from: v.string(), id: v.string(), text: v.string() })
const gap = v.object({ missed: v.number() })
const evicted = v.object({
  node: v.string(),
  generation: v.number(),
  reason: v.string(),
  by: v.string(),
})
const resync = v.object({ kept: v.number(), dropped: v.number() })
const skew = v.object({ node: v.string(), aheadMs: v.number() })

/** Why a life of a member counts no more. */
const REASONS = new Map<string, string>([
  ['restarted', 'restarted'],
  ['left', 'said goodbye'],
  ['failed', 'failed for too long'],
  ['removed', 'was removed here'],
  ['pressure', 'failed, and deleted keys pressed'],
  ['told', 'was given up elsewhere'],
] satisfies readonly (readonly [EvictionReason, string])[])

/** The line: time, what, who, and the detail worth having. */
export function eventLine(item: StreamItem, paint: Paint): string {
  const time = paint('dim', clockText(parseTimestamp(item.at)))
  const word = item.kind.replace(/^member-/, '')
  return `${time}  ${paint(shadeFor(word), word.padEnd(7))}  ${detailOf(item)}`
}

function shadeFor(word: string): Shade {
  if (word === 'join') return 'green'
  if (word === 'suspect' || word === 'failed') return shadeOf(word)
  return word === 'user' ? 'cyan' : 'dim'
}

function detailOf(item: StreamItem): string {
  if (v.is(user, item)) {
    const from = item.from === '' ? 'sent here' : `told by ${visible(item.from)}`
    return `${visible(item.name)}  ${visible(item.text)}  (${visible(item.id)}, ${from})`
  }
  if (v.is(gap, item)) return `${item.missed} events were lost here; read the member list again`
  if (v.is(skew, item)) {
    const seconds = Math.round(item.aheadMs / 1000)
    return `${visible(item.node)}  writes shared keys ${seconds} s ahead of our clock; they wait`
  }
  if (v.is(evicted, item)) {
    const why = REASONS.get(item.reason) ?? visible(item.reason)
    return `${visible(item.node)}  ${why}: ${visible(item.by)} took over what it had shared`
  }
  if (v.is(resync, item)) {
    return `shared keys are read anew: of our own ${item.kept} were kept, ${item.dropped} dropped`
  }
  if (!v.is(aboutMember, item)) return visible(item.kind)
  const back = item.rejoin === true ? '  (back again)' : ''
  return `${visible(item.member.name)}  ${visible(item.member.address)}${back}${reasonOf(item)}`
}

/** For a failure what it means; for a suspicion what was seen last. */
function reasonOf(item: StreamItem): string {
  if (!v.is(withWhy, item)) return ''
  const { advice, evidence: seen } = item.why
  const last = seen.at(-1)?.text ?? ''
  const reason = item.kind === 'member-failed' && advice !== '' ? advice : last
  return reason === '' ? '' : `  ${visible(reason, 400)}`
}
