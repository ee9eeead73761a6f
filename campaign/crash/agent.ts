// One agent: a real process that keeps its state in a folder with fsync, killed and started
// again, and asked over its HTTP API. A request that ends without an answer says nothing.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pause } from '../support/time.ts'
import type { Site } from './site.ts'

const AGENT = fileURLToPath(new URL('../../../dist/agent/main.js', import.meta.url))
const START_MS = 20_000
const ASK_MS = 5000

export interface AgentParts {
  readonly host: number
  readonly site: Site
  /** For its data, token and entry. */
  readonly folder: string
  /** A folder for its log, if that is to be kept. */
  readonly logs: string | undefined
}

export class Agent {
  readonly name: string
  readonly host: number
  starts = 0
  kills = 0
  readonly #parts: AgentParts
  readonly #folder: string
  #child: ChildProcess | undefined
  #token = ''
  #lastWords = ''

  constructor(parts: AgentParts) {
    this.host = parts.host
    this.name = `n${parts.host}`
    this.#parts = parts
    this.#folder = join(parts.folder, this.name)
    mkdirSync(this.#folder, { recursive: true })
  }

  /** Starts it and waits until it answers. */
  async start(): Promise<void> {
    const { site, host } = this.#parts
    const [command = '', ...words] = [
      ...site.prefix(host),
      process.execPath,
      AGENT,
      ...this.#words(),
    ]
    const child = spawn(command, words, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, XDG_STATE_HOME: this.#folder },
    })
    this.#child = child
    this.starts++
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (bytes: Buffer) => this.#note(bytes.toString()))
    }
    for (let waitedMs = 0; waitedMs < START_MS; waitedMs += 50) {
      if (child.exitCode !== null) break
      if (await this.#answers()) return
      await pause(50)
    }
    throw new Error(`${this.name} did not start: ${this.#lastWords}`)
  }

  /** SIGKILL, and nothing else; resolves when the process is gone. */
  async kill(): Promise<void> {
    const child = this.#child
    this.#child = undefined
    if (child === undefined) return
    this.kills++
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }

  /** Ends it for good, without waiting. */
  end(): void {
    this.#child?.kill('SIGKILL')
  }

  /** The answer's body; undefined where there was none, or another status than 2xx. */
  async ask(method: string, path: string, body?: unknown): Promise<unknown> {
    try {
      const init = body === undefined ? {} : { body: JSON.stringify(body) }
      const response = await fetch(`http://${this.#parts.site.http(this.host)}${path}`, {
        method,
        ...init,
        headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
        signal: AbortSignal.timeout(ASK_MS),
      })
      const text = await response.text()
      return response.ok ? JSON.parse(text) : undefined
    } catch {
      return undefined
    }
  }

  async #answers(): Promise<boolean> {
    try {
      this.#token = readFileSync(this.#tokenFile, 'utf8').trim()
    } catch {
      return false
    }
    return (await this.ask('GET', '/v1/info')) !== undefined
  }

  get #tokenFile(): string {
    return join(this.#folder, 'token')
  }

  #words(): readonly string[] {
    const { site, host } = this.#parts
    const http = site.http(host)
    return [
      'agent',
      ...['--name', this.name, '--bind', site.gossip(host), '--log-format', 'json'],
      ...['--data-dir', join(this.#folder, 'data'), '--durability', 'fsync'],
      ...['--http', http, '--http-name', http, '--http-token-file', this.#tokenFile],
      ...['--insecure-http', '--profile', 'local', '--heal-interval', '2s'],
      ...site.seeds(host).flatMap((seed) => ['--join', seed]),
    ]
  }

  #note(text: string): void {
    this.#lastWords = text.trim().split('\n').at(-1) ?? ''
    const { logs } = this.#parts
    if (logs !== undefined) appendFileSync(join(logs, `${this.name}.log`), text)
  }
}
