// A cluster for the tests of applications: nodes of the real library, as `createNode` gives
// them, over the simulator's network and virtual time. Two minutes of fifty nodes pass in
// about a second, and the same seed tells the same story. Protocol stories without promises are
// `Cluster` of `hearsay/sim`.

import { Core, HearsayError, type Millis, Random } from '../../core/index.ts'
import { type Node, type NodeParts, type ResolveSeeds, startNode } from '../../host/index.ts'
import { inWaves, Network } from '../../sim/index.ts'
import { Diary } from './diary.ts'
import {
  addressAt,
  checkLoss,
  configOf,
  readSimOptions,
  type SimClusterOptions,
  type SimNodeOptions,
  type SimPlan,
} from './options.ts'
import { VirtualProcess } from './virtual-process.ts'
import { VirtualTime } from './virtual-time.ts'

/** A name, and the life that goes on there now. */
interface Seat {
  readonly name: string
  readonly index: number
  readonly options: SimNodeOptions
  readonly node: Node
  readonly core: Core
  readonly process: VirtualProcess
  fate: 'runs' | 'ended' | 'crashed'
  frozenUntilMs: Millis
}

const WITHIN_MS = 60_000
const LEAVE_TIMEOUT_MS = 5000
/** How many others a node is told to join. */
const SEEDS = 3

/**
 * Starts nodes that join each other; resolves when all see all. Rejects with `HEARSAY_CONFIG`
 * naming every wrong option.
 */
export async function simCluster(options: SimClusterOptions): Promise<SimCluster> {
  const plan = readSimOptions(options)
  const cluster = new SimCluster(plan)
  // Large clusters start in waves: those of the first may agree before the last has begun.
  const isWhole = () => cluster.names.length === plan.names.length && cluster.viewsAgree()
  await cluster.until(isWhole, { withinMs: 2 * WITHIN_MS })
  cluster.lose(plan.loss)
  return cluster
}

export class SimCluster {
  readonly seed: number
  readonly #plan: SimPlan
  readonly #time = new VirtualTime()
  readonly #random: Random
  readonly #network: Network
  readonly #diary: Diary
  readonly #seats = new Map<string, Seat>()
  #splits = 0

  /** Use `simCluster`, which also waits until all have joined. */
  constructor(plan: SimPlan) {
    this.seed = plan.seed
    this.#plan = plan
    this.#random = new Random(plan.seed)
    this.#network = new Network(this.#time.agenda, new Random(this.#random.bits()))
    this.#network.change({ delayMinMs: plan.delayMs * 0.4, delayMeanMs: plan.delayMs * 0.6 })
    this.#diary = new Diary(this.#time.agenda)
    inWaves(this.#time.agenda, plan.names, (name) => this.start(name))
  }

  // ---- nodes --------------------------------------------------------------------------

  /** Names of the nodes that run: neither crashed nor left. */
  get names(): readonly string[] {
    return this.#running().map(({ name }) => name)
  }

  /** The nodes that run. */
  get nodes(): readonly Node[] {
    return this.#running().map(({ node }) => node)
  }

  /** The node of a name, in its present or last life. Throws if there never was one. */
  node(name: string): Node {
    return this.#seat(name).node
  }

  /** Starts one more node, or the next life of one that crashed or left; it joins by itself. */
  start(name: string, options?: SimNodeOptions): Node {
    const before = this.#seats.get(name)
    if (before?.fate === 'runs') {
      throw new HearsayError(
        'HEARSAY_CONFIG',
        `${name} runs already: crash it, or complete its leave, before it starts again`,
      )
    }
    const index = before?.index ?? this.#seats.size
    const own = options ?? before?.options ?? this.#plan.optionsOf(name)
    const address = addressAt(index)
    const config = configOf(name, address, own)
    const seed = this.#random.bits()
    const process = new VirtualProcess({ network: this.#network, address, seed })
    const core = new Core(config, { random: new Random(seed) })
    const isDevelopment = true
    const node = startNode({
      ...this.#partsOf(own),
      isDevelopment,
      config,
      machine: core,
      ...process,
    })
    const seat: Seat = {
      name,
      index,
      options: own,
      node,
      core,
      process,
      fate: 'runs',
      frozenUntilMs: 0,
    }
    this.#seats.set(name, seat)
    this.#diary.follow(node)
    void node.closed.then((error) => this.#ended(seat, error))
    return node
  }

  /** Kills a node without a word; its machine is gone from the network. What it promised is rejected. */
  crash(name: string): void {
    const seat = this.#seat(name)
    if (seat.fate !== 'runs') return
    seat.fate = 'crashed'
    seat.process.kill()
    this.#network.detach(addressAt(seat.index), 'silent')
    this.#diary.note(`${name} crashes`)
    void seat.node.close()
  }

  /** Nothing of a node's process runs for `ms` at least; then it goes on, late for everything. */
  freeze(name: string, ms: Millis): void {
    const seat = this.#seat(name)
    this.after(ms, () => {
      if (this.nowMs >= seat.frozenUntilMs) seat.process.thaw()
    })
    seat.frozenUntilMs = Math.max(seat.frozenUntilMs, this.nowMs + ms)
    seat.process.freeze()
    this.#diary.note(`${name} freezes for ${ms} ms`)
  }

  // ---- the network ----------------------------------------------------------------------

  /** Cuts these nodes off from all others, in place of an earlier partition; for good, or for `healMs`. */
  partition(names: readonly string[], { healMs }: { readonly healMs?: Millis } = {}): void {
    const keys = names.map((name) => addressAt(this.#seat(name).index).key)
    this.#network.partition([keys])
    this.#diary.note(`${names.join(', ')} cut off from the rest`)
    const split = ++this.#splits
    if (healMs === undefined) return
    this.after(healMs, () => {
      if (split === this.#splits) this.heal()
    })
  }

  /** Ends the partition. What is lost by chance goes on being lost. */
  heal(): void {
    this.#network.heal('cuts only')
    this.#diary.note('the network is whole')
  }

  /** Loses this share of datagrams and of stream segments from now on, 0 to below 1. */
  lose(share: number): void {
    checkLoss(share)
    this.#network.change({ loss: share, streamLoss: share })
  }

  // ---- time -----------------------------------------------------------------------------

  /** Virtual time since the start. */
  get nowMs(): Millis {
    return this.#time.nowMs
  }

  /** Runs `action` once `ms` have passed; as `setTimeout` for the application under test. */
  after(ms: Millis, action: () => void): void {
    this.#time.after(ms, action)
  }

  /** Lets `ms` pass. */
  async run(ms: Millis): Promise<void> {
    await this.#time.run(ms)
  }

  /**
   * Lets time pass until `isSo`, looked at every 100 ms; the time that took. Rejects with
   * `HEARSAY_TIMEOUT` and the story so far if it is not so within `withinMs` (60 000).
   */
  async until(
    isSo: () => boolean,
    { withinMs = WITHIN_MS }: { readonly withinMs?: Millis } = {},
  ): Promise<Millis> {
    const startMs = this.nowMs
    if (await this.#time.runUntil(isSo, withinMs)) return this.nowMs - startMs
    throw this.#tooLate('it was not so', withinMs)
  }

  /** Lets time pass until a promise is settled; its value. Rejects as `until` does. */
  async complete<T>(
    promise: Promise<T>,
    { withinMs = WITHIN_MS }: { readonly withinMs?: Millis } = {},
  ): Promise<T> {
    let isSettled = false
    const settle = () => {
      isSettled = true
    }
    promise.then(settle, settle)
    if (await this.#time.runUntil(() => isSettled, withinMs)) return await promise
    throw this.#tooLate('the promise was not settled', withinMs)
  }

  // ---- beliefs --------------------------------------------------------------------------

  /** Whether each of `names` (default: all that run) holds exactly them for alive. */
  viewsAgree(names: readonly string[] = this.names): boolean {
    const isWanted = new Set(names)
    return names.every((name) => {
      const { core } = this.#seat(name)
      if (core.size !== names.length) return false
      return core
        .memberViews()
        .every((view) => isWanted.has(view.name) === (view.status === 'alive'))
    })
  }

  /** The seed, who runs, who disagrees, and what happened last: for a failure's message. */
  explain(): string {
    const seats = [...this.#seats.values()]
    return this.#diary.text({
      seed: this.seed,
      nodes: seats.map(({ name, fate, core, process }) => ({
        name,
        fate: fate === 'runs' && process.isFrozen ? 'frozen' : fate,
        views: fate === 'runs' ? core.memberViews() : [],
      })),
    })
  }

  /** Ends all nodes without a word. */
  async close(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.close()))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close()
  }

  #running(): readonly Seat[] {
    return [...this.#seats.values()].filter(({ fate }) => fate === 'runs')
  }

  #seat(name: string): Seat {
    const seat = this.#seats.get(name)
    if (seat !== undefined) return seat
    const known = [...this.#seats.keys()].slice(0, 10).join(', ')
    throw new HearsayError(
      'HEARSAY_NO_SUCH_MEMBER',
      `${name}: no node of the cluster has this name; there are ${known}`,
    )
  }

  #ended(seat: Seat, error: Error | undefined): void {
    if (seat.fate === 'crashed') return
    seat.fate = 'ended'
    this.#diary.note(`${seat.name} ends`)
    // A core that broke its own rule must not pass for a node that was closed.
    if (error !== undefined) this.#time.fail(error)
  }

  #partsOf({
    logger,
    leaveTimeoutMs,
  }: SimNodeOptions): Pick<NodeParts, 'leaveTimeoutMs' | 'logger' | 'resolve' | 'seeds'> {
    const seeds = this.names.slice(0, SEEDS)
    return {
      logger,
      leaveTimeoutMs: leaveTimeoutMs ?? LEAVE_TIMEOUT_MS,
      seeds,
      resolve: this.#resolve,
    }
  }

  /** Names of nodes are their seeds, whether or not they run. */
  readonly #resolve: ResolveSeeds = async (seeds) => {
    const known = seeds.map((seed) => ({ seed, seat: this.#seats.get(seed) }))
    return {
      targets: known.flatMap(({ seed, seat }) =>
        seat === undefined ? [] : [{ seed, address: addressAt(seat.index) }],
      ),
      failures: known
        .filter(({ seat }) => seat === undefined)
        .map(({ seed }) => ({
          seed,
          reason: 'name',
          detail: 'no node of the cluster has this name',
        })),
    }
  }

  #tooLate(what: string, withinMs: Millis): HearsayError {
    const text = `${what} within ${withinMs} ms of virtual time\n${this.explain()}`
    return new HearsayError('HEARSAY_TIMEOUT', text)
  }
}
