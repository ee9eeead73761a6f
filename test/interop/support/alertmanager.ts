// A real Alertmanager with clustering on, on a loopback address of its own.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Program, temporaryFolder } from './program.ts'
import { until } from './waiting.ts'

/** One Alertmanager and the reads of its HTTP pages. */
export class Alertmanager {
  readonly address: string
  readonly program: Program
  readonly #url: string

  constructor(
    path: string,
    options: { readonly host: string; readonly join?: string | undefined },
  ) {
    this.address = `${options.host}:9094`
    this.#url = `http://${options.host}:9093`
    const folder = temporaryFolder()
    const config = join(folder, 'alertmanager.yml')
    writeFileSync(config, 'route: {receiver: nobody}\nreceivers: [{name: nobody}]\n')
    this.program = new Program(`alertmanager ${options.host}`, path, [
      `--config.file=${config}`,
      `--storage.path=${folder}`,
      `--web.listen-address=${options.host}:9093`,
      `--cluster.listen-address=${this.address}`,
      '--log.level=debug',
      ...(options.join === undefined ? [] : [`--cluster.peer=${options.join}`]),
    ])
  }

  async ready(): Promise<void> {
    await until(`${this.program.name} answers`, async () => (await this.peers()).length > 0, 20_000)
  }

  /** The addresses of all members it holds alive, sorted. */
  async peers(): Promise<readonly string[]> {
    const { cluster } = await this.#status()
    return cluster.peers.map((peer) => peer.address).sort()
  }

  /** Its own name, drawn anew at each start. */
  async name(): Promise<string> {
    return (await this.#status()).cluster.name
  }

  /** A number from its metrics page. */
  async metric(name: string): Promise<number> {
    const page = await (await fetch(`${this.#url}/metrics`)).text()
    const line = page.split('\n').find((one) => one.startsWith(`${name} `))
    return Number(line?.split(' ')[1] ?? Number.NaN)
  }

  async #status(): Promise<Status> {
    const answer = await fetch(`${this.#url}/api/v2/status`)
    return (await answer.json()) as Status
  }
}

interface Status {
  readonly cluster: {
    readonly name: string
    readonly peers: readonly { readonly name: string; readonly address: string }[]
  }
}
