// The first example of the README, as two nodes on real sockets: it prints joins, what is said,
// and a failure with its evidence, as the page shows.

import { pathToFileURL } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { createNode, type Node, type NodeOptions } from '../../src/index.ts'
import { page, writeScratch } from '../docs/pages.ts'

const FAST: NodeOptions = { probeIntervalMs: 100, probeTimeoutMs: 40, suspicionMult: 2 }
const open: Node[] = []

afterEach(async () => {
  await Promise.all(open.splice(0).map((node) => node.close()))
})

/** What the example takes from its surroundings. */
interface Surroundings {
  readonly createNode: (options: NodeOptions) => Promise<Node>
  readonly process: { readonly stdin: { on(kind: string, listener: Listener): void } }
  readonly console: { log(...words: readonly string[]): void }
}

type Listener = (line: Buffer) => void
type Example = (surroundings: Surroundings) => Promise<void>

async function readExample(): Promise<Example> {
  const block = page('README.md').blocks.find(({ language }) => language === 'js')
  const body = block?.code.replace("import { createNode } from 'hearsay'\n", '') ?? ''
  const code = `export async function run({ createNode, process, console }) {\n${body}}\n`
  const module: { readonly run: Example } = await import(
    pathToFileURL(writeScratch('run/readme-hello.js', code)).href
  )
  return module.run
}

/** One of the two terminals. */
class Terminal {
  readonly lines: string[] = []
  readonly ended: Promise<void>
  #node: Node | undefined
  #type: Listener = () => {}
  #look: () => void = () => {}

  constructor(example: Example, name: string, join: () => string | undefined) {
    const surroundings: Surroundings = {
      createNode: async (options) => {
        expect(options).toEqual({ join: 'localhost' })
        const place = { name, bind: '127.0.0.1:0', join: join() ?? [] }
        this.#node = await createNode({ ...options, ...FAST, ...place })
        open.push(this.#node)
        this.#look()
        return this.#node
      },
      process: {
        stdin: {
          on: (_kind, listener) => {
            this.#type = listener
          },
        },
      },
      console: {
        log: (...words) => {
          this.lines.push(words.join(' '))
          this.#look()
        },
      },
    }
    this.ended = example(surroundings)
  }

  get address(): string | undefined {
    return this.#node?.bound
  }

  type(text: string): void {
    this.#type(Buffer.from(`${text}\n`))
  }

  crash(): Promise<void> {
    return this.#node?.close() ?? Promise.resolve()
  }

  /** Resolves once `isSo`, looking whenever something happens here. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#look = () => {
        if (isSo()) resolve()
      }
      this.#look()
    })
  }

  shows(line: string): Promise<void> {
    return this.until(() => this.lines.includes(line))
  }
}

test('the lines of the README find each other, talk, and tell why one has failed', async () => {
  const example = await readExample()
  const first = new Terminal(example, 'laptop', () => undefined)
  await first.until(() => first.address !== undefined)
  const second = new Terminal(example, 'laptop-7947', () => first.address)
  await Promise.all([first.shows('member-join laptop-7947'), second.shows('member-join laptop')])

  first.type('hello from the first')
  await Promise.all([
    first.shows('user me: hello from the first'),
    second.shows('user laptop: hello from the first'),
  ])

  await first.crash()
  await second.until(() => second.lines.some((line) => line.includes('declared failed')))
  const told = second.lines.slice(second.lines.indexOf('member-failed laptop'))
  expect(told.join('\n')).toMatch(/laptop-7947 probed it directly: no ack in 40 ms/)
  await second.crash()
  await Promise.all([first.ended, second.ended])
})
