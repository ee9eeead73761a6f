// Builds the parts of a machine from its configuration. The only place where they meet
// before the first step.

import type { Address } from './base/address.ts'
import { assert } from './base/assert.ts'
import type { Random } from './base/random.ts'
import { RecentSet } from './base/recent.ts'
import { Timers } from './base/timers.ts'
import { Casebook } from './casebook.ts'
import type { Config } from './config.ts'
import { Budget, Counters, LogGate } from './counters.ts'
import { Departed } from './departed.ts'
import { EventLog } from './events/events.ts'
import { LamportClock } from './events/lamport.ts'
import { Exchanges } from './exchanges.ts'
import { networksTest } from './networks.ts'
import { Outbox } from './outbox.ts'
import type { Budgets, Parts } from './parts.ts'
import { Questions } from './questions.ts'
import { Seeds } from './seeds.ts'
import { makeSharedState } from './sharing/shared-state.ts'
import { Acks } from './swim/acks.ts'
import { Awareness } from './swim/awareness.ts'
import { Member } from './swim/member.ts'
import { Members } from './swim/members.ts'
import { Membership } from './swim/membership.ts'
import { announcesHearsay, ViewChecksum } from './views.ts'
import { PacketCodec } from './wire/packet.ts'
import { type Cipher, Keyring } from './wire/sealing.ts'
import type { CheckContext } from './wire/semantics.ts'
import type { WireSettings } from './wire/settings.ts'

/** What the core needs from outside, besides its configuration. */
export interface CoreParts {
  readonly random: Random
  /** Needed with a keyring. */
  readonly cipher?: Cipher | undefined
  /** 12 fresh bytes for each sealed message; needed with a keyring. */
  readonly nonce?: (() => Uint8Array) | undefined
}

const INTENTS_KEPT = 4096

/** The parts of one node, before its start. */
export function assemble(config: Config, { random, cipher, nonce }: CoreParts): Parts {
  const canSeal = cipher !== undefined && nonce !== undefined
  assert(config.keyring.length === 0 || canSeal, 'a node with keys is given a cipher and nonces')
  const counters = new Counters()
  const wire = wireSettings(config, cipher, nonce)
  const codec = new PacketCodec(wire)
  const self = new Member(config.name, config.advertise, 0)
  self.vsn = ourVersions(config)
  const members = new Members(self, random)
  const departed = new Departed()
  return {
    config,
    random,
    counters,
    timers: new Timers(),
    codec,
    wire,
    check: checkContext(config, networksTest(config.allow)),
    members,
    membership: new Membership(members, {
      ...config,
      announcesHearsay,
      remembersGone: (name, address, incarnation) => departed.remembers(name, address, incarnation),
    }),
    departed,
    acks: new Acks(),
    awareness: new Awareness(config.awarenessMaxMultiplier),
    casebook: new Casebook(),
    outbox: new Outbox(members, codec, config, counters),
    viewChecksum: new ViewChecksum(members),
    exchanges: new Exchanges(),
    seeds: new Seeds(firstTurn(config.advertise)),
    events: new EventLog(),
    intents: new LamportClock(),
    heardIntents: new RecentSet(INTENTS_KEPT),
    questions: new Questions(),
    state: makeSharedState(),
    budgets: makeBudgets(config),
    logGate: new LogGate(),
    now: 0,
    wallOffsetMs: 0,
    lagMs: 0,
    probe: undefined,
    started: false,
    leaveId: undefined,
    unanswered: undefined,
    changedMs: 0,
    unrestSinceMs: 0,
    gossipPhase: 0,
    effects: [],
  }
}

/** Members beside each other in an address plan look for the departed in different orders. */
function firstTurn({ ip, port }: Address): number {
  return (ip.at(-1) ?? 0) + port
}

function makeBudgets(config: Config): Budgets {
  const gossipsPerSecond = 1000 / Math.max(1, config.gossipIntervalMs)
  return {
    refutations: new Budget(10, 10),
    relays: new Budget(100, 100),
    answers: new Budget(20, 20),
    // Three bursts of news at once, then twice the pace of the ticks; what comes in floods
    // goes in small rounds, close together.
    urgent: new Budget(3, 2 * gossipsPerSecond),
    calm: new Budget(1, 8 * gossipsPerSecond),
    packets: new Budget(8000, 8000),
    overload: new Budget(1, 1),
    earlyPushPull: new Budget(2, 0.5),
  }
}

/** How a node of this configuration wraps and opens what it sends and hears. */
export function wireSettings(
  config: Config,
  cipher: Cipher | undefined,
  nonce: (() => Uint8Array) | undefined,
): WireSettings {
  const keyring = new Keyring()
  for (const key of config.keyring) keyring.add(key)
  return {
    label: config.label,
    keyring: config.keyring.length > 0 ? keyring : undefined,
    cipher,
    verifyIncoming: config.verifyIncoming,
    verifyOutgoing: config.verifyOutgoing,
    compression: config.compression,
    cipherVersion: config.protocolVersion === 1 ? 0 : 1,
    packetBytesMax: config.packetBytesMax,
    crcEverywhere: config.crcEverywhere,
    nonce: nonce ?? (() => new Uint8Array(12)),
  }
}

/** memberlist 1 … 5; Serf 2 … 5 where we speak to Serf. */
function ourVersions({ protocolVersion, application }: Config): Uint8Array {
  const delegate = application === 'serf' ? [2, 5, 5] : [0, 0, 0]
  return Uint8Array.of(1, 5, protocolVersion, ...delegate)
}

/** What a node of this configuration takes from others. */
export function checkContext(config: Config, allows: (ip: Uint8Array) => boolean): CheckContext {
  const { ip } = config.advertise
  const isLoopback = ip.length === 4 ? ip[0] === 127 : config.advertise.host === '::1'
  return {
    loopbackAllowed: isLoopback,
    strict: config.strict,
    dRange: config.application === 'serf' ? { min: 2, max: 5 } : { min: 0, max: 0 },
    ipAllowed: allows,
  }
}
