// hearsay beside memberlist in Go: both run the same measurements in turns, the order rotating,
// so that a slow spell of the machine falls on both. Prints a table of medians, and of
// ratios hearsay / Go: below 1, hearsay took or used less.
//
//   npm run bench:compare -- --n 10,50 --rounds 3 [--newest] [--variant lan|strict|encrypt]
//                            [--idle S --settle S --broadcasts K --failures K]
//                            [--node-flags '--max-semi-space-size=8']

import { type ChildProcess, spawn } from 'node:child_process'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { buildGoPeer } from './support/go-peer.ts'
import { median, numberWord, progress, word } from './support/lines.ts'
import { expectWords } from './support/words.ts'

expectWords(
  `npm run bench:compare -- [--n 10,50] [--rounds 3] [--newest] [--variant lan|strict|encrypt]
         [--idle S] [--settle S] [--broadcasts K] [--failures K] [--node-flags '…']`,
  {
    n: { type: 'string' },
    rounds: { type: 'string' },
    newest: { type: 'boolean' },
    variant: { type: 'string' },
    idle: { type: 'string' },
    settle: { type: 'string' },
    broadcasts: { type: 'string' },
    failures: { type: 'string' },
    'node-flags': { type: 'string' },
  },
)

type Line = Readonly<Record<string, number | string>>

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  join: ['converge_ms', 'pkts', 'bytes', 'cpu_s'],
  idle: ['cpu_ms_per_node_s', 'cpu_us_per_pkt', 'pkts_per_node_s', 'bytes_per_node_s', 'rss_kib'],
  broadcast: ['t50_ms', 't99_ms', 't100_ms', 'copies_per_node', 'pkts_total', 'cpu_ms'],
  failure: ['first_ms', 't50_ms', 'all_ms', 'pkts', 'cpu_ms'],
  false_positives: ['count', 'max_health_score'],
}

const PEERS = ['hearsay', 'go-memberlist'] as const
type PeerName = (typeof PEERS)[number]

/** Lines by peer, size and round. */
const results: { peer: PeerName; n: number; round: number; lines: readonly Line[] }[] = []
const running = new Set<ChildProcess>()
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => process.exit(3))

await main()

async function main(): Promise<void> {
  const sizes = word('n', '10,50').split(',').map(Number)
  const rounds = numberWord('rounds', 3)
  let go: string
  try {
    go = buildGoPeer(process.argv.includes('--newest'))
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error))
    process.exit(2)
  }
  let port = 21_000
  for (let round = 0; round < rounds; round += 1) {
    for (const n of sizes) {
      const order = round % 2 === 0 ? PEERS : [...PEERS].reverse()
      for (const peer of order) {
        if (port + n > 32_000) port = 21_000
        const lines = await runPeer(peer, go, n, port)
        port += n + 1
        results.push({ peer, n, round, lines })
        const load = loadavg()[0]?.toFixed(2)
        progress(`round ${round}, n ${n}, ${peer}: ${lines.length} lines, load ${load}`)
      }
    }
  }
  for (const n of sizes) printTable(n)
}

async function runPeer(
  peer: PeerName,
  go: string,
  n: number,
  port: number,
): Promise<readonly Line[]> {
  const variant = word('variant', 'lan')
  const times = { idle: word('idle', '20'), settle: word('settle', '5') }
  const counts = { broadcasts: word('broadcasts', '20'), failures: word('failures', '3') }
  const common = Object.entries({ n, port, ...counts })
  if (peer === 'hearsay') {
    const words = [...common, ...Object.entries({ ...times, variant })]
    const harness = fileURLToPath(new URL('./cluster.js', import.meta.url))
    const flags = word('node-flags', '').split(' ')
    return collect('node', [
      '--expose-gc',
      ...flags.filter((flag) => flag !== ''),
      harness,
      ...words.flatMap(([k, v]) => [`--${k}`, `${v}`]),
    ])
  }
  // Go has no strict variant: it is what strict means.
  const like = variant === 'strict' ? 'lan' : variant
  const words = [
    ...common,
    ['variant', like],
    ...Object.entries(times).map(([k, v]) => [k, `${v}s`]),
  ]
  return collect(
    go,
    words.map(([k, v]) => `-${k}=${v}`),
  )
}

function collect(command: string, words: readonly string[]): Promise<readonly Line[]> {
  return new Promise((resolve) => {
    const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'ignore'] })
    running.add(child)
    let text = ''
    child.stdout.setEncoding('utf8')
    child.stdout.on('data', (part: string) => {
      text += part
    })
    child.on('close', (code) => {
      running.delete(child)
      if (code !== 0) progress(`${command} ended with ${code}`)
      const lines = text.split('\n').filter((one) => one.startsWith('{'))
      resolve(lines.map((one): Line => JSON.parse(one)))
    })
  })
}

// ---- the table ----------------------------------------------------------------------

function printTable(n: number): void {
  console.log(`\nn = ${n}\n`)
  console.log('| measure | go-memberlist | hearsay | hearsay / Go | lowest … highest |')
  console.log('| --- | ---: | ---: | ---: | --- |')
  for (const [measure, columns] of Object.entries(COLUMNS)) {
    for (const column of columns) console.log(row(n, measure, column))
  }
}

function row(n: number, measure: string, column: string): string {
  const go = byRound('go-memberlist', n, measure, column)
  const ours = byRound('hearsay', n, measure, column)
  const ratios = [...ours]
    .map(([round, value]) => value / (go.get(round) ?? Number.NaN))
    .filter(Number.isFinite)
  const range =
    ratios.length > 1 ? `${show(Math.min(...ratios))} … ${show(Math.max(...ratios))}` : ''
  const values = [median([...go.values()]), median([...ours.values()]), median(ratios)].map(show)
  return `| ${measure}.${column} | ${values.join(' | ')} | ${range} |`
}

/** The median of a column in each round. */
function byRound(
  peer: PeerName,
  n: number,
  measure: string,
  column: string,
): ReadonlyMap<number, number> {
  const found = new Map<number, number>()
  for (const result of results.filter((one) => one.peer === peer && one.n === n)) {
    const values = result.lines
      .filter((line) => line.measure === measure)
      .map((line) => line[column])
      .filter((value) => typeof value === 'number')
    if (values.length > 0) found.set(result.round, median(values))
  }
  return found
}

function show(value: number): string {
  return Number.isNaN(value) ? '–' : String(Number(value.toPrecision(3)))
}
