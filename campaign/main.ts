// `npm run campaign`: makes a world of its own (network, mounts and processes in namespaces that
// end with it), runs the rows in there by inside.ts, and leaves nothing behind, even if it is
// killed. Where such a world is refused it says so and ends with 77, which no row can.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { HELP, readWords, type Words } from './words.ts'

const NOT_RUN = 77
const NEEDED = ['ip', 'nft', 'unshare', 'prlimit', 'bash']
/** New namespaces for network, mounts and processes; all processes die with the first. */
const WORLD = ['-n', '-m', '-p', '--fork', '--kill-child', '--mount-proc']
const inside = fileURLToPath(new URL('./inside.js', import.meta.url))
const group = `hs-campaign-${process.pid}`

main(process.argv.slice(2))

function main(argv: readonly string[]): void {
  const words = readWords(argv)
  if (typeof words === 'string') {
    console.error(`${words}\n\n${HELP}`)
    process.exit(2)
  }
  if (words.isHelp) {
    console.log(HELP)
    return
  }
  const missing = whatIsMissing(words)
  if (missing !== undefined) {
    const stars = '*'.repeat(78)
    console.error(`${stars}\nTHE CAMPAIGN WAS NOT RUN: ${missing}\n${stars}`)
    process.exit(NOT_RUN)
  }
  guard(
    spawn('unshare', [...WORLD, process.execPath, inside, ...argv], {
      // Its own session: Ctrl-C is for us to answer. The pipe tells it when we are gone.
      stdio: ['pipe', 'inherit', 'inherit'],
      detached: true,
      env: { ...process.env, HEARSAY_CAMPAIGN_GROUP: group },
    }),
  )
}

/** Why it cannot be run here, or undefined. */
function whatIsMissing({ isBeside, isLong }: Words): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux'
  if (process.getuid?.() !== 0) return 'it needs root, to make network namespaces'
  // Python drives the slow switch of rows that only the long variant has.
  const wanted = [...NEEDED, ...(isBeside ? ['serf'] : []), ...(isLong ? ['python3'] : [])]
  const lost = wanted.filter((one) => spawnSync('which', [one]).status !== 0)
  if (lost.length > 0) {
    return `not installed: ${lost.join(', ')} (apt-get install iproute2 nftables util-linux serf python3)`
  }
  const trial = 'mkdir -p /run/netns && mount -t tmpfs hs /run/netns && ip netns add hs-trial'
  const { status, stderr } = spawnSync('unshare', [...WORLD, 'bash', '-c', trial])
  return status === 0 ? undefined : `ip netns add is refused here: ${String(stderr).trim()}`
}

/** Ends the world with us, and tells its exit code. */
function guard(world: ChildProcess): void {
  const end = () => world.kill('SIGKILL')
  process.on('exit', end)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => process.exit(130))
  }
  world.on('error', (error) => {
    console.error(error.message)
    process.exit(NOT_RUN)
  })
  world.on('exit', (status) => {
    process.exitCode = status ?? 1
    removeGroups()
  })
}

/** Control groups are the one thing that does not end by itself. */
function removeGroups(): void {
  for (const parent of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup']) {
    if (!existsSync(parent)) continue
    const ours = readdirSync(parent).filter((name) => name.startsWith(group))
    for (const name of ours) rmdirSync(`${parent}/${name}`)
  }
}
