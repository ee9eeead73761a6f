// The members of `hearsay up`: processes of their own, found free ports, started, killed and
// started again under the same name and address, and always ended with their parent.

import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { AgentClient } from '../client.ts'
import type { CommandContext, MemberProcess, ReadyMessage } from '../command.ts'
import { CommandError, exits } from '../contract.ts'
import { runningAgents, stateFolder } from '../settings/state-folder.ts'
import { visible } from '../terminal/text.ts'

const NAMES =
  'ann bob cat dan eve fay gus hal ivy jon kim leo mia ned ora pam quin ron sue tom uma val wes xia zoe'.split(
    ' ',
  )
const FIRST_PORT = 7946
/** Ports to try for one member: others may start a story at the same moment. */
const TRIES_MAX = 5
const LAST_LINES = 6
const PORTS_MAX = 2000
/** Ports between the first members of two stories. */
const BLOCK_PORTS = 50

/** As many as there are names. */
export const castSizeMax = NAMES.length

export interface Actor {
  readonly name: string
  readonly address: string
  readonly client: AgentClient
  readonly process: MemberProcess
}

export class Cast {
  readonly #context: CommandContext
  readonly #profile: string | undefined
  readonly #actorByName = new Map<string, Actor>()
  readonly #processes = new Set<MemberProcess>()
  readonly #givenPorts = new Set<number>()
  #firstPort = FIRST_PORT

  constructor(context: CommandContext, profile: string | undefined) {
    this.#context = context
    this.#profile = profile
  }

  /** Those on stage, in order of their first entry. */
  get actors(): readonly Actor[] {
    return [...this.#actorByName.values()]
  }

  /** Starts `count` members: one, then the others, which join it. */
  async open(count: number): Promise<void> {
    const first = await this.#openFirst()
    const ports = await this.#freePorts(count - 1)
    // Entered in order, whoever is ready first.
    const others = ports.map((port, at) => this.#join(nameAt(at + 1), port, first.address))
    await Promise.all(others)
    this.#sort()
  }

  /**
   * The first is never killed, so its port marks a block of ports as ours: another story here
   * takes another block, and never the port of a member that we have killed and still ask for.
   */
  async #openFirst(): Promise<Actor> {
    for (let triesLeft = TRIES_MAX; ; triesLeft--) {
      this.#firstPort = await freeBlock(this.#firstPort)
      const address = `127.0.0.1:${this.#firstPort}`
      try {
        // Its own address as its seed: it waits for nobody and joins nobody else.
        return await this.#start(nameAt(0), address, [address])
      } catch (error) {
        if (triesLeft === 1 || !isTaken(error)) throw error
      }
    }
  }

  /** Starts a member that was killed, under its name and address. */
  async restart(actor: Actor): Promise<Actor> {
    const others = this.actors.filter((one) => one.name !== actor.name)
    return await this.#start(
      actor.name,
      actor.address,
      others.slice(0, 2).map((one) => one.address),
    )
  }

  /** Kills a member without a goodbye, and resolves once the process is gone. */
  async kill(actor: Actor): Promise<void> {
    this.#actorByName.delete(actor.name)
    actor.process.kill()
    await actor.process.exited
  }

  /** Ends everybody, and resolves when all are gone. */
  async close(): Promise<void> {
    for (const one of this.#processes) one.stop()
    const timer = setTimeout(() => this.killAll(), 2000)
    await Promise.all([...this.#processes].map((one) => one.exited))
    clearTimeout(timer)
    // Sweeps the entries of those that were killed.
    const { env, platform } = this.#context.io
    runningAgents(stateFolder(env, platform), platform)
  }

  /** Ends everybody at once; for the last moment of this process. */
  killAll(): void {
    for (const one of this.#processes) one.kill()
  }

  /** Starts a member that joins; at another port if this one was taken since we looked. */
  async #join(name: string, firstChoice: number, seed: string): Promise<Actor> {
    let port = firstChoice
    for (let triesLeft = TRIES_MAX; ; triesLeft--) {
      try {
        return await this.#start(name, `127.0.0.1:${port}`, [seed])
      } catch (error) {
        if (triesLeft === 1 || !isTaken(error)) throw error
        port = (await this.#freePorts(1))[0] ?? 0
      }
    }
  }

  /** Free ports of our block that none of us was given, whether it is bound yet or not. */
  async #freePorts(count: number): Promise<readonly number[]> {
    const ports = await freePorts(count, this.#firstPort + 1, this.#givenPorts)
    for (const port of ports) this.#givenPorts.add(port)
    return ports
  }

  async #start(name: string, address: string, seeds: readonly string[]): Promise<Actor> {
    // Nobody starts once the others have been told to end.
    this.#context.signal.throwIfAborted()
    const process = this.#context.parts.spawnMember([
      'agent',
      '--child',
      '--dev',
      ...['--name', name, '--bind', address, '--log-level', 'warn', '--log-format', 'json'],
      ...seeds.flatMap((seed) => ['--join', seed]),
      ...(this.#profile === undefined ? [] : ['--profile', this.#profile]),
    ])
    this.#processes.add(process)
    process.exited.then(() => this.#processes.delete(process)).catch(() => undefined)
    const ready = await process.ready
    if (ready === undefined) throw cannotStart(name, process)
    const actor = this.#enter(ready, process)
    this.#actorByName.set(name, actor)
    return actor
  }

  #enter(ready: ReadyMessage, process: MemberProcess): Actor {
    const client = this.#context.clientOf(ready.url, ready.token)
    return { name: ready.name, address: ready.address, client, process }
  }

  #sort(): void {
    const sorted = [...this.#actorByName].sort(([a], [b]) => NAMES.indexOf(a) - NAMES.indexOf(b))
    this.#actorByName.clear()
    for (const [name, actor] of sorted) this.#actorByName.set(name, actor)
  }
}

function nameAt(at: number): string {
  return NAMES[at] ?? `node-${at + 1}`
}

function cannotStart(name: string, process: MemberProcess): CommandError {
  const lines = process.lastWords().trim().split('\n').slice(-LAST_LINES)
  const words = lines.map((line) => visible(line.trim(), 300)).join('\n       ')
  const said = words === '' ? 'it ended without a word' : `its last words:\n       ${words}`
  return new CommandError(exits.failed, `${name} did not start; ${said}`, 'hearsay doctor')
}

/** A member's last words are all that is known of why it ended. */
function isTaken(error: unknown): boolean {
  return error instanceof CommandError && error.message.includes('is in use')
}

/** Ports on loopback that are free for UDP and TCP now, from `from` on, and not in `given`. */
export async function freePorts(
  count: number,
  from = FIRST_PORT,
  given: ReadonlySet<number> = new Set(),
): Promise<readonly number[]> {
  const ports: number[] = []
  for (let port = from; ports.length < count && port < from + PORTS_MAX; port++) {
    if (!given.has(port) && (await isFree(port))) ports.push(port)
  }
  if (ports.length < count) throw noPorts(count, from)
  return ports
}

/** The first port of the next block, from this one on, whose first port is free. */
async function freeBlock(from: number): Promise<number> {
  for (let port = from; port < from + PORTS_MAX; port += BLOCK_PORTS) {
    if (await isFree(port)) return port
  }
  throw noPorts(1, from)
}

function noPorts(count: number, from: number): CommandError {
  const message = `fewer than ${count} ports from ${from} on are free on 127.0.0.1`
  return new CommandError(exits.failed, message, 'ask for fewer members, or end other programs')
}

async function isFree(port: number): Promise<boolean> {
  return (await isFreeTcp(port)) && (await isFreeUdp(port))
}

async function isFreeTcp(port: number): Promise<boolean> {
  const server = createServer()
  return await new Promise((resolve) => {
    server.once('error', () => resolve(false))
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () =>
      server.close(() => resolve(true)),
    )
  })
}

async function isFreeUdp(port: number): Promise<boolean> {
  const socket = createSocket('udp4')
  return await new Promise((resolve) => {
    socket.once('error', () => socket.close(() => resolve(false)))
    socket.bind({ port, address: '127.0.0.1', exclusive: true }, () =>
      socket.close(() => resolve(true)),
    )
  })
}
