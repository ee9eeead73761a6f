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
    const ports = await freePorts(count)
    const addresses = ports.map((port) => `127.0.0.1:${port}`)
    const [first = ''] = addresses
    for (const [at, address] of addresses.entries()) {
      // Entered in order, whoever is ready first.
      const start = this.#start(NAMES[at] ?? `node-${at + 1}`, address, at === 0 ? [] : [first])
      if (at === 0) await start
      else this.#starting.push(start)
    }
    await Promise.all(this.#starting.splice(0))
    this.#sort()
  }

  readonly #starting: Promise<Actor>[] = []

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

  async #start(name: string, address: string, seeds: readonly string[]): Promise<Actor> {
    // Nobody starts once the others have been told to end.
    this.#context.signal.throwIfAborted()
    const process = this.#context.parts.spawnMember([
      'agent',
      '--child',
      '--dev',
      ...['--name', name, '--bind', address, '--log-level', 'warn', '--log-format', 'json'],
      // Its own address as the seed of the first: it waits for nobody and joins nobody else.
      ...(seeds.length === 0 ? ['--join', address] : seeds.flatMap((seed) => ['--join', seed])),
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

function cannotStart(name: string, process: MemberProcess): CommandError {
  const words = visible(process.lastWords().trim(), 1000)
  const said = words === '' ? 'it ended without a word' : `its last words:\n       ${words}`
  return new CommandError(exits.failed, `${name} did not start; ${said}`, 'hearsay doctor')
}

/** Ports on loopback that are free for UDP and TCP now, from 7946 on. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const ports: number[] = []
  for (let port = FIRST_PORT; ports.length < count && port < FIRST_PORT + 2000; port++) {
    if (await isFree(port)) ports.push(port)
  }
  if (ports.length === count) return ports
  const message = `fewer than ${count} ports from ${FIRST_PORT} on are free on 127.0.0.1`
  throw new CommandError(exits.failed, message, 'ask for fewer members, or end other programs')
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
