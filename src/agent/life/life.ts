// The life of an agent: start the node, the HTTP API and the entry in the state folder, say
// so, and go on until a signal, a request or the node itself ends it. Then leave, and clean up.

import { HearsayError } from '../../core/index.ts'
import type { Logger, Node, NodeEvent } from '../../host/api.ts'
import type { CommandContext } from '../command.ts'
import { CommandError, codeOf, type Exit, exits, reasonOf } from '../contract.ts'
import type { AgentSide } from '../http/agent-side.ts'
import { EventLog } from '../http/event-log.ts'
import { isLoopback } from '../http/loopback.ts'
import { type RunningServer, startServer } from '../http/server.ts'
import type { Finding } from '../http/shapes.ts'
import { StateLogs } from '../http/state-log.ts'
import { eventJson } from '../http/views.ts'
import type { AgentLog } from '../log.ts'
import { nodeOptionsOf, numberOf, type Settings, textOf } from '../settings/settings.ts'
import { enterAgent, stateFolder } from '../settings/state-folder.ts'
import { packageVersion } from '../version.ts'
import { eventKinds } from '../words.ts'
import { configRowsOf } from './config-rows.ts'
import { httpPlaceOf, httpTokenOf } from './http-place.ts'
import { type LoopLag, measureLoopLag } from './loop-lag.ts'

const LEAVE_MS = 5000
const HOUR_MS = 3_600_000

export interface LifeOptions {
  readonly context: CommandContext
  readonly settings: Settings
  readonly log: AgentLog
  /** What the node itself logs to. */
  readonly nodeLog: Logger
  /** Takes the node's recording line by line, if one was asked for. */
  readonly record?: ((line: string) => void) | undefined
  /** Hears of every event, for the log. */
  readonly onEvent: (event: NodeEvent, name: string) => void
}

export class AgentLife {
  readonly node: Node
  readonly startedMs: number
  readonly token: string
  readonly #options: LifeOptions
  readonly #events: EventLog
  readonly #stateLogs: StateLogs
  readonly #lag: LoopLag
  readonly #cleanups: (() => void)[] = []
  #server: RunningServer | undefined
  #isReady = false
  #isLeaving = false
  #end: (how: 'leave' | 'close') => void = () => undefined
  readonly #ending: Promise<'leave' | 'close'>

  private constructor(node: Node, token: string, options: LifeOptions) {
    this.node = node
    this.token = token
    this.#options = options
    this.startedMs = options.context.io.nowMs()
    const { nowMs } = options.context.io
    this.#events = new EventLog(nowMs)
    this.#stateLogs = new StateLogs({ state: node.state, name: node.name, nowMs })
    this.#lag = measureLoopLag()
    this.#ending = new Promise((resolve) => {
      this.#end = resolve
    })
  }

  /** Starts everything, or nothing: what fails takes down what was started before it. */
  static async start(options: LifeOptions): Promise<AgentLife> {
    const { context, settings, log } = options
    // Options that make no sense are found before a socket is opened.
    const place = httpPlaceOf(settings)
    const token = httpTokenOf(settings, context.io.platform)
    const node = await startNode(options)
    const life = new AgentLife(node, token, options)
    try {
      life.#followNode()
      if (place !== undefined) {
        const onError = (error: unknown) => log.error({ error: String(error) }, 'HTTP API')
        const agent = life.#side()
        life.#server = await startServer({ agent, ...place, token, onError }).catch(httpFailed)
        life.#register()
      }
      return life
    } catch (error) {
      await life.#finish()
      throw error
    }
  }

  /** The HTTP API's address; empty if it is off. */
  get url(): string {
    return this.#server?.url ?? ''
  }

  get isEncrypted(): boolean {
    return this.#options.settings.keyring.length > 0
  }

  get label(): string {
    return textOf(this.#options.settings.byKey, 'label') ?? ''
  }

  /** Gossip can be reached from other machines. */
  get isExposed(): boolean {
    const host = this.node.bound.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
    return !isLoopback(host)
  }

  /** Asks the agent to end, with a goodbye or without. */
  end(how: 'leave' | 'close'): void {
    this.#isLeaving = true
    this.#end(how)
  }

  /** Resolves with the exit code once the agent has ended. */
  async ended(): Promise<Exit> {
    const { log, settings } = this.#options
    const closed = this.node.closed.then((error) => error ?? ('close' as const))
    const how = await Promise.race([this.#ending, closed])
    if (how === 'leave') {
      const timeoutMs = numberOf(settings.byKey, 'leaveTimeout') ?? LEAVE_MS
      const left = this.node.leave({ timeoutMs }).catch((error: unknown) => {
        log.warn({ error: String(error) }, 'left without a confirmed goodbye')
      })
      // A second request to end does not wait for the goodbye.
      await Promise.race([left, this.#hurried])
    }
    await this.#finish()
    if (!(how instanceof Error)) return exits.done
    throw new CommandError(exits.failed, `the member stopped by itself: ${how.message}`)
  }

  /** Ends at once, even in the middle of a goodbye. */
  hurry(): void {
    this.#hurry()
  }

  #hurry: () => void = () => undefined
  readonly #hurried = new Promise<void>((resolve) => {
    this.#hurry = resolve
  })

  #followNode(): void {
    const { context, log, onEvent } = this.#options
    const follow = (event: NodeEvent) => {
      this.#events.add(eventJson(event, this.node.name))
      onEvent(event, this.node.name)
    }
    for (const kind of eventKinds) this.#cleanups.push(this.node.on(kind, follow))
    this.node
      .ready({ signal: context.signal })
      .then(() => {
        this.#isReady = true
      })
      .catch(() => undefined)
    if (this.isEncrypted || !this.isExposed) return
    const remind = () => log.warn({}, 'gossip is not encrypted and not limited to this machine')
    const timer = setInterval(remind, HOUR_MS)
    timer.unref()
    this.#cleanups.push(() => clearInterval(timer))
  }

  #register(): void {
    const { env, platform } = this.#options.context.io
    const entry = {
      name: this.node.name,
      url: this.url,
      pid: process.pid,
      startedMs: this.startedMs,
      token: this.token,
    }
    try {
      this.#cleanups.push(enterAgent(stateFolder(env, platform), entry))
    } catch (error) {
      // A read-only home is no reason not to run; commands then need --addr and the token.
      const path = stateFolder(env, platform)
      this.#options.log.warn({ path, error: String(error) }, 'cannot write the state folder')
    }
  }

  #side(): AgentSide {
    const { context, settings } = this.#options
    return {
      node: this.node,
      nowMs: context.io.nowMs,
      startedMs: this.startedMs,
      url: () => this.url,
      version: packageVersion(),
      encrypted: this.isEncrypted,
      label: this.label,
      config: () => configRowsOf(settings, { ...this.node.config(), http: this.url }),
      events: this.#events,
      stateLogs: this.#stateLogs,
      isReady: () => this.#isReady,
      isLeaving: () => this.#isLeaving,
      leave: () => this.end('leave'),
      lag: () => this.#lag.read(),
      check: () => {
        // Checks cost packets: whoever asks meanwhile gets the same answer.
        this.#checking ??= this.#check().finally(() => {
          this.#checking = undefined
        })
        return this.#checking
      },
    }
  }

  #checking: Promise<readonly Finding[]> | undefined

  async #check(): Promise<readonly Finding[]> {
    const { checkAgent } = await import('../doctor/agent-checks.ts')
    return await checkAgent({
      node: this.node,
      lag: this.#lag.read(),
      isEncrypted: this.isEncrypted,
      isExposed: this.isExposed,
      label: this.label,
      seeds: nodeOptionsOf(this.#options.settings).join,
    })
  }

  async #finish(): Promise<void> {
    this.#isLeaving = true
    for (const cleanup of this.#cleanups.splice(0)) cleanup()
    this.#events.close()
    this.#stateLogs.close()
    await this.#server?.close()
    await this.node.close().catch(() => undefined)
    this.#lag.close()
  }
}

async function startNode({ context, settings, nodeLog, record }: LifeOptions): Promise<Node> {
  try {
    const options = { ...nodeOptionsOf(settings), logger: nodeLog }
    return await context.parts.createNode(options, record)
  } catch (error) {
    if (!(error instanceof HearsayError)) throw error
    const exit = error.code === 'HEARSAY_CONFIG' ? exits.usage : exits.failed
    throw new CommandError(exit, error.message, bindHint(error), error)
  }
}

function bindHint({ code, message }: HearsayError): string | undefined {
  if (code !== 'HEARSAY_BIND_FAILED') return undefined
  if (!message.includes('in use')) {
    return 'give --bind an address of this machine; left out it is 0.0.0.0, with --dev 127.0.0.1'
  }
  return 'leave --bind out to take the next free port, or see who has it: ss -lunp'
}

function httpFailed(error: unknown): never {
  const message = `the HTTP API cannot listen: ${reasonOf(error)}`
  throw new CommandError(exits.failed, message, httpHint(codeOf(error)), error)
}

function httpHint(code: string): string {
  if (code === 'EADDRINUSE') return 'leave --http out to take the next free port'
  if (code !== 'EADDRNOTAVAIL') return 'give --http another port, or off'
  return "give --http an address of this machine, such as '[::1]:7980', or off; left out it is 127.0.0.1"
}
