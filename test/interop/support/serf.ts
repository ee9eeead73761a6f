// A real Serf agent on a loopback address of its own.

import { Program, run } from './program.ts'
import { until } from './waiting.ts'

export interface SerfMember {
  readonly name: string
  readonly addr: string
  readonly status: string
  readonly tags: Readonly<Record<string, string>>
}

/** One agent and the command line that talks to it. */
export class SerfAgent {
  readonly name: string
  readonly address: string
  readonly program: Program
  readonly #path: string

  constructor(
    path: string,
    options: {
      readonly name: string
      readonly host: string
      readonly join?: string | undefined
      readonly key?: string | undefined
    },
  ) {
    this.#path = path
    this.name = options.name
    this.address = `${options.host}:7946`
    this.program = new Program(options.name, path, [
      'agent',
      `-node=${options.name}`,
      `-bind=${this.address}`,
      `-rpc-addr=${options.host}:7373`,
      '-tag=role=go',
      '-log-level=debug',
      ...(options.join === undefined ? [] : [`-retry-join=${options.join}`, '-retry-interval=1s']),
      ...(options.key === undefined ? [] : [`-encrypt=${options.key}`]),
    ])
  }

  /** Waits until the agent answers its command line. */
  async ready(): Promise<void> {
    await until(`${this.name} answers`, async () => (await this.members()).length > 0, 20_000)
  }

  async members(): Promise<readonly SerfMember[]> {
    const { members } = JSON.parse(await this.#ask('members', '-format=json'))
    return members
  }

  async member(name: string): Promise<SerfMember | undefined> {
    return (await this.members()).find((one) => one.name === name)
  }

  async statusOf(name: string): Promise<string> {
    return (await this.member(name))?.status ?? 'unknown'
  }

  /** The name of every member this agent holds alive, sorted. */
  async alive(): Promise<readonly string[]> {
    const alive = (await this.members()).filter((one) => one.status === 'alive')
    return alive.map((one) => one.name).sort()
  }

  /** Sends a user event to the whole cluster. */
  async event(name: string, payload: string): Promise<void> {
    await this.#ask('event', '-coalesce=false', name, payload)
  }

  #ask(command: string, ...words: readonly string[]): Promise<string> {
    const host = this.address.split(':')[0]
    return run(this.#path, [command, `-rpc-addr=${host}:7373`, ...words])
  }
}
