// Judges what is said about members: which statement beats which, and what follows from it
// (SWIM §4.2, memberlist `state.go`). Answers with verdicts; rumors, timers and notices are
// the caller's. Statements arrive decoded and range-checked.

import { Address, addressKey } from '../base/address.ts'
import { equalBytes } from '../base/bytes.ts'
import { Member, type MemberStatus } from './member.ts'
import type { Members } from './members.ts'
import { confirmationsNeeded, Suspicion, suspicionMinMs } from './suspicion.ts'

/** "I am here": a member about itself. */
export interface AliveUpdate {
  readonly incarnation: number
  readonly node: string
  readonly addr: Uint8Array
  readonly port: number
  readonly meta: Uint8Array
  readonly vsn: Uint8Array
}

/** Somebody (`from`) about a member (`node`); from === node in a `dead` means it left. */
export interface Accusation {
  readonly incarnation: number
  readonly node: string
  readonly from: string
}

export type Verdict =
  /** `echo`: it said what we hold already, so that news needs no more of our telling. */
  | { readonly kind: 'ignored'; readonly echo: boolean }
  | { readonly kind: 'refused'; readonly reason: 'table_full' | 'incarnation' }
  | { readonly kind: 'refute'; readonly accused: number; readonly by: string }
  | { readonly kind: 'conflict'; readonly member: Member; readonly other: Address }
  /** A name that left is claimed by another address: ask the old one first (ruling 23). */
  | { readonly kind: 'check-holder'; readonly member: Member; readonly update: AliveUpdate }
  /** A member gone and forgotten is said to be alive by what may be old news: ask it. */
  | { readonly kind: 'check-claim'; readonly address: Address; readonly update: AliveUpdate }
  | {
      readonly kind: 'alive'
      readonly member: Member
      readonly before: MemberStatus | 'unknown'
      /** Its meta is another than before. */
      readonly changed: boolean
      /** Where the name lived until now, if this moved it. */
      readonly movedFrom: Address | undefined
      /** It has been alive here before. */
      readonly returned: boolean
    }
  | { readonly kind: 'suspect'; readonly member: Member; readonly by: string }
  | { readonly kind: 'confirm'; readonly member: Member; readonly by: string }
  | {
      readonly kind: 'gone'
      readonly member: Member
      readonly before: MemberStatus
      readonly by: string
    }

/** The part of the configuration that judgement depends on. */
export interface MembershipRules {
  readonly strict: boolean
  readonly suspicionMult: number
  readonly suspicionMaxTimeoutMult: number
  readonly probeIntervalMs: number
  readonly deadReclaimMs: number
  readonly membersMax: number
  readonly announcesHearsay: (meta: Uint8Array) => boolean
  /** Whether we remember this incarnation, or a later one, to have gone from this address. */
  readonly remembersGone: (name: string, address: Address, incarnation: number) => boolean
}

export interface AliveOptions {
  /** The old holder of the name did not answer: the address may change. */
  readonly holderSilent?: boolean
  /** The member itself has answered from the address in question. */
  readonly verified?: boolean
  /** Part of an exchange we asked for or trust: the admission rate does not apply. */
  readonly invited?: boolean
}

/** 2³²−2: no member may go beyond, so that an accusation can always be answered. */
export const INCARNATION_CEILING = 4_294_967_294

const IGNORED: Verdict = { kind: 'ignored', echo: false }
const ECHO: Verdict = { kind: 'ignored', echo: true }
/** Strangers admitted at once and a second, once the table is large (threat model 4.3). */
const ADMISSION_FREE_ROWS = 1000
const ADMISSION_BURST = 1000
const ADMISSIONS_PER_SECOND = 200

export class Membership {
  readonly #members: Members
  readonly #rules: MembershipRules
  /** Set by `leave`: from then on we do not defend ourselves any more. */
  #leaving = false
  #admissions = ADMISSION_BURST
  #admissionsAtMs = 0
  #lastVsn: Uint8Array = new Uint8Array(0)
  #lastMeta: Uint8Array = new Uint8Array(0)

  constructor(members: Members, rules: MembershipRules) {
    this.#members = members
    this.#rules = rules
  }

  get leaving(): boolean {
    return this.#leaving
  }

  /** Our own start or change: takes the next incarnation and is told to all. */
  announce(nowMs: number, meta: Uint8Array): Verdict {
    const self = this.#members.self
    const before = self.status
    const changed = !equalBytes(self.meta, meta)
    self.incarnation = Math.min(self.incarnation + 1, INCARNATION_CEILING)
    self.meta = meta
    self.hearsay = this.#rules.announcesHearsay(meta)
    const returned = self.known
    this.#enter(self, 'alive', nowMs)
    return { kind: 'alive', member: self, before, changed, movedFrom: undefined, returned }
  }

  /** Judges an alive message (memberlist-wire §14.1). */
  alive(update: AliveUpdate, nowMs: number, options: AliveOptions = {}): Verdict {
    const aboutUs = update.node === this.#members.self.name
    if (aboutUs && this.#leaving) return IGNORED
    const known = this.#members.find(update.node)
    if (known !== undefined && !aboutUs && this.#isEcho(known, update)) return ECHO
    const address = new Address(update.addr, update.port || this.#members.self.address.port)
    if (known === undefined) {
      const isOld = this.#isOldNews(update, address, options)
      return isOld
        ? { kind: 'check-claim', address, update }
        : this.#admit(update, address, nowMs, options)
    }
    const moves = !this.#sameAddress(known.address, address)
    if (moves) {
      const problem = this.#judgeMove(known, update, address, nowMs, options)
      if (problem !== undefined) return problem
    }
    if (aboutUs) return this.#judgeOurselves(known, update)
    if (this.#isForgedCeiling(known, update)) return { kind: 'refused', reason: 'incarnation' }
    if (!moves && update.incarnation <= known.incarnation) {
      return update.incarnation === known.incarnation && known.status === 'alive' ? ECHO : IGNORED
    }
    return this.#accept(known, update, address, nowMs, moves)
  }

  /** Judges a suspicion (memberlist-wire §14.2), ours or another's. */
  suspect(accusation: Accusation, nowMs: number): Verdict {
    const member = this.#members.find(accusation.node)
    if (member === undefined || accusation.incarnation < member.incarnation) return IGNORED
    if (member.suspicion !== undefined) return this.#confirm(member, member.suspicion, accusation)
    if (member.status !== 'alive') {
      this.#raise(member, accusation.incarnation)
      return IGNORED
    }
    if (member === this.#members.self) {
      return { kind: 'refute', accused: accusation.incarnation, by: accusation.from }
    }
    member.incarnation = accusation.incarnation
    member.suspicion = this.#newSuspicion(accusation.from, nowMs)
    this.#enter(member, 'suspect', nowMs)
    return { kind: 'suspect', member, by: accusation.from }
  }

  /** Judges a death or, where the accuser is the accused, a departure (§14.3). */
  dead(accusation: Accusation, nowMs: number): Verdict {
    const member = this.#members.find(accusation.node)
    if (member === undefined || accusation.incarnation < member.incarnation) return IGNORED
    member.suspicion = undefined
    if (member.isGone) {
      const echo = accusation.incarnation === member.incarnation
      this.#raise(member, accusation.incarnation)
      return echo ? ECHO : IGNORED
    }
    if (member === this.#members.self && !this.#leaving) {
      return { kind: 'refute', accused: accusation.incarnation, by: accusation.from }
    }
    const before = member.status
    member.incarnation = accusation.incarnation
    this.#enter(member, accusation.from === accusation.node ? 'left' : 'dead', nowMs)
    return { kind: 'gone', member, before, by: accusation.from }
  }

  /** Says goodbye for ourselves; there is no way back but a new start. */
  leave(nowMs: number): Verdict {
    this.#leaving = true
    const { name, incarnation } = this.#members.self
    return this.dead({ node: name, from: name, incarnation }, nowMs)
  }

  /**
   * Raises our incarnation above an accusation (§14.5), at most to the ceiling. False if we are
   * there already: then the accusation stands until its author forgets it.
   */
  refute(accused: number): boolean {
    const self = this.#members.self
    this.#members.touch(self)
    const answer = Math.max(self.incarnation, accused) + 1
    if (this.#rules.strict) {
      self.incarnation = answer >>> 0
      return true
    }
    if (self.incarnation === INCARNATION_CEILING) return false
    self.incarnation = Math.min(answer, INCARNATION_CEILING)
    return true
  }

  /**
   * A member gets to the ceiling by answering an accusation, as it is; nobody could correct
   * another meta said there in its name.
   */
  #isForgedCeiling(known: Member, update: AliveUpdate): boolean {
    if (this.#rules.strict || update.incarnation < INCARNATION_CEILING) return false
    return !equalBytes(known.meta, update.meta) || !equalBytes(known.vsn, update.vsn)
  }

  /** Most of what comes in a flood of joins is what we hold already. */
  #isEcho(known: Member, update: AliveUpdate): boolean {
    if (known.status !== 'alive' || known.incarnation !== update.incarnation) return false
    const { strict } = this.#rules
    return !strict && known.address.key === addressKey(update.addr, update.port)
  }

  #isOldNews(update: AliveUpdate, address: Address, { verified }: AliveOptions): boolean {
    if (this.#rules.strict || verified === true) return false
    return this.#rules.remembersGone(update.node, address, update.incarnation)
  }

  #admit(update: AliveUpdate, address: Address, nowMs: number, options: AliveOptions): Verdict {
    const { strict, membersMax } = this.#rules
    if (!strict && update.incarnation === 0) return { kind: 'refused', reason: 'incarnation' }
    if (this.#members.size >= membersMax) return { kind: 'refused', reason: 'table_full' }
    if (!strict && options.invited !== true && !this.#spendAdmission(nowMs)) {
      return { kind: 'refused', reason: 'table_full' }
    }
    const member = new Member(update.node, address, nowMs)
    member.meta = this.#sharedMeta(update.meta)
    this.#takeVersions(member, update.vsn)
    this.#members.add(member)
    if (update.incarnation === 0) return IGNORED
    const verdict = this.#accept(member, update, address, nowMs, false)
    return verdict.kind === 'alive' ? { ...verdict, before: 'unknown' } : verdict
  }

  /** Undefined if the name may go to the other address. */
  #judgeMove(
    known: Member,
    update: AliveUpdate,
    other: Address,
    nowMs: number,
    options: AliveOptions,
  ): Verdict | undefined {
    const { strict, deadReclaimMs } = this.#rules
    if (known.status === 'left') {
      if (strict || options.holderSilent === true) return undefined
      return { kind: 'check-holder', member: known, update }
    }
    const reclaimable = deadReclaimMs > 0 && nowMs - known.sinceMs > deadReclaimMs
    if (known.status === 'dead' && reclaimable) return undefined
    return { kind: 'conflict', member: known, other }
  }

  #judgeOurselves(self: Member, update: AliveUpdate): Verdict {
    if (update.incarnation < self.incarnation) return IGNORED
    const same = equalBytes(update.meta, self.meta) && equalBytes(update.vsn, self.vsn)
    if (update.incarnation === self.incarnation && same) return ECHO
    return { kind: 'refute', accused: update.incarnation, by: '' }
  }

  #accept(
    member: Member,
    update: AliveUpdate,
    address: Address,
    nowMs: number,
    reclaimed: boolean,
  ): Verdict {
    const before = member.status
    const changed = !equalBytes(member.meta, update.meta)
    member.incarnation = update.incarnation
    if (changed) member.meta = this.#sharedMeta(update.meta)
    member.hearsay = this.#rules.announcesHearsay(member.meta)
    this.#takeVersions(member, update.vsn)
    const movedFrom = reclaimed ? member.address : undefined
    if (movedFrom !== undefined) {
      member.address = address
      this.#members.moved(member, movedFrom.key)
    } else if (before !== 'alive') {
      // The address may have been filed under another name in the meantime.
      this.#members.moved(member, member.address.key)
    }
    member.suspicion = undefined
    const returned = member.known
    this.#enter(member, 'alive', nowMs)
    return { kind: 'alive', member, before, changed, movedFrom, returned }
  }

  #confirm(member: Member, suspicion: Suspicion, accusation: Accusation): Verdict {
    this.#raise(member, accusation.incarnation)
    if (!this.#rules.strict && !this.#mayConfirm(accusation.from, member)) return IGNORED
    if (!suspicion.confirm(accusation.from)) return ECHO
    return { kind: 'confirm', member, by: accusation.from }
  }

  /** Only members we hold alive are independent witnesses (threat model 4.3). */
  #mayConfirm(from: string, accused: Member): boolean {
    const witness = this.#members.find(from)
    return witness !== undefined && witness !== accused && witness.status === 'alive'
  }

  #newSuspicion(from: string, startMs: number): Suspicion {
    const { suspicionMult, suspicionMaxTimeoutMult, probeIntervalMs } = this.#rules
    const n = this.#members.size
    const minMs = suspicionMinMs(suspicionMult, n, probeIntervalMs)
    const needed = confirmationsNeeded(suspicionMult, n)
    return new Suspicion({ from, startMs, needed, minMs, maxMs: suspicionMaxTimeoutMult * minMs })
  }

  /** Any admitted evidence lifts the incarnation, so that a late alive cannot undo it. */
  #raise(member: Member, incarnation: number): void {
    if (this.#rules.strict || member === this.#members.self) return
    if (incarnation <= member.incarnation) return
    member.incarnation = incarnation
    this.#members.touch(member)
  }

  /** Ends every change of a row: its incarnation or address may be new, or only its status. */
  #enter(member: Member, status: MemberStatus, nowMs: number): void {
    this.#members.touch(member)
    if (status === 'alive') member.known = true
    if (member.status === status) return
    const isRefuted = member.status === 'suspect' && status === 'alive'
    member.status = status
    // A doubt that was answered does not make a member younger.
    member.sinceMs = isRefuted ? member.aliveSinceMs : nowMs
    if (status === 'alive') member.aliveSinceMs = member.sinceMs
  }

  #takeVersions(member: Member, vsn: Uint8Array): void {
    if (vsn.length < 6) return
    const six = vsn.subarray(0, 6)
    // Nearly all members say the same six bytes; one copy serves them.
    if (!equalBytes(this.#lastVsn, six)) this.#lastVsn = six.slice()
    member.vsn = this.#lastVsn
  }

  /** Members of one kind carry one meta; the copy before serves for the next. */
  #sharedMeta(meta: Uint8Array): Uint8Array {
    if (!equalBytes(this.#lastMeta, meta)) this.#lastMeta = meta
    return this.#lastMeta
  }

  #sameAddress(one: Address, other: Address): boolean {
    if (this.#rules.strict && one.isIpv4 !== other.isIpv4) return false
    return one.equals(other)
  }

  #spendAdmission(nowMs: number): boolean {
    if (this.#members.size < ADMISSION_FREE_ROWS) return true
    const earned = ((nowMs - this.#admissionsAtMs) / 1000) * ADMISSIONS_PER_SECOND
    this.#admissions = Math.min(ADMISSION_BURST, this.#admissions + earned)
    this.#admissionsAtMs = nowMs
    if (this.#admissions < 1) return false
    this.#admissions--
    return true
  }
}
