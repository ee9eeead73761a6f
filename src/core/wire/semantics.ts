// What a decoded message may say before the state machine sees it: names, addresses, meta,
// versions, incarnations. By default hearsay's own stricter rules hold; `strict` keeps to what
// memberlist itself checks. Pure judgement: nothing here knows the member table.

import { isMappedIpv4 } from '../base/address.ts'
import { utf8Length } from '../base/text.ts'
import {
  ACCUSED_INCARNATION_MAX,
  type DropReason,
  INCARNATION_MAX,
  META_BYTES_MAX,
  NAME_BYTES_MAX,
} from './limits.ts'
import type { Alive, IndirectPing, Message, NodeState, Ping } from './messages.ts'

/** What a judgement depends on, besides the message. */
export interface CheckContext {
  /** We advertise a loopback address ourselves, so others may too. */
  readonly loopbackAllowed: boolean
  /** Only what memberlist checks. */
  readonly strict: boolean
  /** The application protocol versions that we understand: DMin and DMax. */
  readonly dRange: { readonly min: number; readonly max: number }
  /** Whether an IP lies in the allowed networks; absent if all are allowed. */
  readonly ipAllowed?: (ip: Uint8Array) => boolean
}

/** memberlist's own protocol versions that we understand: PMin and PMax. */
const PROTOCOL_RANGE = { min: 1, max: 5 } as const

/** Why `message` must not reach the state machine, or undefined if it may. */
export function checkMessage(message: Message, context: CheckContext): DropReason | undefined {
  switch (message.kind) {
    case 'ping':
      return checkPing(message, context)
    case 'indirectPing':
      return checkIndirectPing(message, context)
    case 'suspect':
    case 'dead':
      if (context.strict) return undefined
      if (!isName(message.node) || !isName(message.from)) return 'name'
      return message.incarnation > ACCUSED_INCARNATION_MAX ? 'incarnation' : undefined
    case 'alive':
      return checkAlive(message, context)
    default:
      return undefined
  }
}

/** Why one member of a push/pull must be skipped, or undefined if it may pass. */
export function checkNodeState(state: NodeState, context: CheckContext): DropReason | undefined {
  if (state.state < 0 || state.state > 3) return 'state'
  const reason = checkMember(state.name, state, context)
  if (reason !== undefined || context.strict) return reason
  const max = state.state === 0 ? INCARNATION_MAX : ACCUSED_INCARNATION_MAX
  return state.incarnation > max ? 'incarnation' : undefined
}

function checkAlive(alive: Alive, context: CheckContext): DropReason | undefined {
  const reason = checkMember(alive.node, alive, context)
  if (reason !== undefined || context.strict) return reason
  return alive.incarnation > INCARNATION_MAX ? 'incarnation' : undefined
}

function checkMember(
  name: string,
  member: Pick<Alive, 'addr' | 'meta' | 'vsn'>,
  context: CheckContext,
): DropReason | undefined {
  // An address of another size cannot be stored or sent to, so this holds under strict too.
  if (!isAddressSize(member.addr)) return 'addr'
  if (context.ipAllowed !== undefined && !context.ipAllowed(member.addr)) return 'addr'
  if (context.strict) return areVersionsRefusedByGo(member.vsn) ? 'vsn' : undefined
  if (!isName(name)) return 'name'
  if (!isReachable(member.addr, context.loopbackAllowed)) return 'addr'
  if (member.meta.length > META_BYTES_MAX) return 'meta'
  return areVersionsSound(member.vsn, context.dRange) ? undefined : 'vsn'
}

function checkPing(ping: Ping, context: CheckContext): DropReason | undefined {
  const { node, sourceAddr, sourceNode } = ping
  if (sourceAddr.length !== 0 && !isAddressSize(sourceAddr)) return 'addr'
  if (context.strict) return undefined
  const areNames = isNameOrEmpty(node) && isNameOrEmpty(sourceNode)
  return areNames ? undefined : 'name'
}

function checkIndirectPing(ask: IndirectPing, context: CheckContext): DropReason | undefined {
  return isAddressSize(ask.target) ? checkPing({ ...ask, kind: 'ping' }, context) : 'addr'
}

// ---- names --------------------------------------------------------------------------

/** A name that a member may have: 1 … 255 bytes, nothing that forges lines or turns text around. */
export function isName(name: string): boolean {
  if (name.length === 0 || name.length > NAME_BYTES_MAX) return false
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i)
    if (unit < 0x20 || unit > 0x7e) return isUnusualName(name)
  }
  return true
}

function isNameOrEmpty(name: string): boolean {
  return name === '' || isName(name)
}

function isUnusualName(name: string): boolean {
  for (let i = 0; i < name.length; i++) {
    const unit = name.charCodeAt(i)
    const isControl = unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)
    // Line and paragraph separator, then the marks that embed, override or isolate direction.
    const isSeparator = unit === 0x2028 || unit === 0x2029
    const turnsText = (unit >= 0x202a && unit <= 0x202e) || (unit >= 0x2066 && unit <= 0x2069)
    if (isControl || isSeparator || turnsText) return false
  }
  return utf8Length(name) <= NAME_BYTES_MAX
}

// ---- addresses ----------------------------------------------------------------------

function isAddressSize(ip: Uint8Array): boolean {
  return ip.length === 4 || ip.length === 16
}

/** Whether packets can be meant for this address: one host, not everyone, not nobody. */
function isReachable(ip: Uint8Array, loopbackAllowed: boolean): boolean {
  if (ip.length === 4) return isReachableIpv4(ip, 0, loopbackAllowed)
  if (isMappedIpv4(ip)) return isReachableIpv4(ip, 12, loopbackAllowed)
  if (ip[0] === 0xff) return false
  for (let i = 0; i < 15; i++) if (ip[i] !== 0) return true
  // All zeros but the last byte: `::` is nobody, `::1` is loopback.
  return ip[15] === 1 ? loopbackAllowed : ip[15] !== 0
}

function isReachableIpv4(ip: Uint8Array, at: number, loopbackAllowed: boolean): boolean {
  const first = ip[at] ?? 0
  if (first === 127) return loopbackAllowed
  if (first >= 224 && first < 240) return false
  const same = (byte: number) =>
    first === byte && ip[at + 1] === byte && ip[at + 2] === byte && ip[at + 3] === byte
  return !same(0) && !same(255)
}

// ---- versions -----------------------------------------------------------------------

/** memberlist drops these, and takes anything shorter. */
function areVersionsRefusedByGo(vsn: Uint8Array): boolean {
  const [pMin = 0, pMax = 0] = vsn
  return vsn.length >= 3 && (pMin === 0 || pMax === 0 || pMin > pMax)
}

/**
 * A member stored without versions makes every push/pull of every Go member fail, so all six
 * must be there, in order, and overlap ours.
 */
function areVersionsSound(vsn: Uint8Array, d: CheckContext['dRange']): boolean {
  if (vsn.length < 6) return false
  const [pMin = 0, pMax = 0, pCur = 0, dMin = 0, dMax = 0, dCur = 0] = vsn
  const isOrdered = pMin >= 1 && pMin <= pCur && pCur <= pMax && dMin <= dCur && dCur <= dMax
  if (!isOrdered) return false
  return pMin <= PROTOCOL_RANGE.max && pMax >= PROTOCOL_RANGE.min && dMin <= d.max && dMax >= d.min
}
