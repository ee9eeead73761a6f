// Faults of people: somebody inside the network who sends what no member would, another
// cluster on the same machines, a client that writes a byte a second. Only storms with a
// forger have the lies that members cannot tell from the truth.

import { Random } from '../../core/index.ts'
import { encodeMessage, packStream } from '../../core/wire/index.ts'
import { forge, forgeTable, type Target } from '../forger.ts'
import type { MemberOptions } from '../population.ts'
import { type Draft, fault, ifUp, type Stage } from './fault.ts'

export interface Lies {
  readonly to: string
  readonly count: number
  readonly seed: number
}

export const liarFaults = {
  forge: fault<Lies>({
    draw: (draft) => drawLies(draft, 20),
    strike: (stage, { to, count, seed }) =>
      ifUp(stage, to, () => {
        const random = new Random(seed)
        const targets = targetsOf(stage)
        for (let lies = count; lies > 0; lies--) stage.cluster.inject(to, forge(targets, random))
      }),
  }),
  /** The same in push/pulls, which bring many rows at once. */
  forgeTable: fault<Lies>({
    draw: (draft) => drawLies(draft, 12),
    strike: (stage, { to, count, seed }) =>
      ifUp(stage, to, () => {
        const table = forgeTable(targetsOf(stage), count, new Random(seed))
        const bytes = packStream(encodeMessage(table), plainWire(stage.traits.label), DIALLED)
        stage.cluster.stranger().dial(stage.cluster.address(to), [bytes])
      }),
  }),
  /**
   * A client that takes its time: a push/pull that never comes to its end. Before, it asks with
   * two bytes for an answer that is many times as long.
   */
  loris: fault<{ readonly to: string; readonly bytes: number; readonly everyMs: number }>({
    draw: (draft) => {
      const to = draft.someUp()
      if (to === undefined) return undefined
      return { to, bytes: 1 + draft.random.below(40), everyMs: draft.span(100, 2000) }
    },
    strike: (stage, { to, bytes, everyMs }) =>
      ifUp(stage, to, () => {
        stage.cluster.inject(to, SHORTEST_PING)
        const table = forgeTable([], 5, new Random(bytes))
        const whole = packStream(encodeMessage(table), plainWire(stage.traits.label), DIALLED)
        const pieces = Array.from(whole.subarray(0, bytes), (byte) => Uint8Array.of(byte))
        stage.cluster.stranger().dial(stage.cluster.address(to), pieces, everyMs)
      }),
  }),
  /** A member of another cluster takes the address of one that is down, or joins one that is up. */
  stranger: fault<{
    readonly name: string
    readonly at: string
    readonly to: string
    readonly how: 'other label' | 'other key'
    readonly forMs: number
  }>({
    draw: (draft) => {
      const to = draft.someUp()
      if (to === undefined) return undefined
      const how = draft.random.chance(0.5) ? 'other label' : 'other key'
      const at = draft.someDown() ?? ''
      return { name: draft.newName('stranger'), at, to, how, forMs: draft.span(5000, 40_000) }
    },
    strike: (stage, { name, at, to, how, forMs }) => {
      const { cluster, traits } = stage
      if (!cluster.population.has(to)) return false
      cluster.start(name, { ...strangeness(traits, how), ...addressOf(stage, at) })
      const company = cluster.living().filter((id) => id.startsWith('stranger-') && id !== name)
      cluster.join(name, to, ...company)
      const { process } = cluster.population.seat(name)
      cluster.agenda.at(cluster.nowMs + forMs, () => process.stop('refuses'))
      return true
    },
  }),
} as const

/** A ping with neither number nor name: the type and a map of nothing. */
const SHORTEST_PING = Uint8Array.of(0, 0x80)
const DIALLED = { dialled: true } as const

function drawLies(draft: Draft, most: number): Lies | undefined {
  const to = draft.traits.forger ? draft.someUp() : undefined
  if (to === undefined) return undefined
  return { to, count: 1 + draft.random.below(most), seed: draft.random.bits() }
}

function targetsOf({ cluster, crew }: Stage): readonly Target[] {
  return cluster.population.seats
    .filter(({ id }) => crew.has(id))
    .map(({ config }) => ({ name: config.name, address: config.advertise }))
}

/** What keeps a stranger apart from this cluster. */
function strangeness(
  { label, keyByte }: Stage['traits'],
  how: 'other label' | 'other key',
): MemberOptions {
  if (how === 'other label') return { label: `${label}-elsewhere` }
  return { keyring: [new Uint8Array(16).fill((keyByte % 255) + 1)] }
}

function addressOf({ cluster }: Stage, at: string): MemberOptions {
  if (!cluster.population.has(at)) return {}
  const advertise = cluster.address(at)
  return cluster.network.listener(advertise) === 'refuses' ? { advertise } : {}
}

/** Wire settings of somebody without a key. */
function plainWire(label: string): Parameters<typeof packStream>[1] {
  return {
    label,
    keyring: undefined,
    cipher: undefined,
    verifyIncoming: false,
    verifyOutgoing: false,
    compression: false,
    cipherVersion: 1,
    packetBytesMax: 1400,
    nonce: () => new Uint8Array(12),
  }
}
