// A world of its own for real processes: network, mounts and process ids in namespaces that end
// with their first process. Says why none can be made here, starts a script as the first
// process of one, and ends it with us, however we end.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process'

/** No verdict was reached: the machine refused what is needed. */
export const NOT_RUN = 77

const NEEDED = ['ip', 'nft', 'unshare', 'bash']
/** New namespaces for network, mounts and processes; all processes die with the first. */
const WORLD = ['-n', '-m', '-p', '--fork', '--kill-child', '--mount-proc']

/** Why none can be made here with these programs beside ours, or undefined. */
export function whyNoWorld(alsoNeeded: readonly string[]): string | undefined {
  if (process.platform !== 'linux') return 'it needs Linux'
  if (process.getuid?.() !== 0) return 'it needs root, to make network namespaces'
  const wanted = [...NEEDED, ...alsoNeeded]
  const lost = wanted.filter((one) => spawnSync('which', [one]).status !== 0)
  if (lost.length > 0) {
    return `not installed: ${lost.join(', ')} (apt-get install iproute2 nftables util-linux serf python3)`
  }
  const trial = 'mkdir -p /run/netns && mount -t tmpfs hs /run/netns && ip netns add hs-trial'
  const { status, stderr } = spawnSync('unshare', [...WORLD, 'bash', '-c', trial])
  return status === 0 ? undefined : `ip netns add is refused here: ${String(stderr).trim()}`
}

/** Says in stars what did not take place. */
export function shout(text: string): void {
  const stars = '*'.repeat(78)
  console.error(`${stars}\n${text}\n${stars}`)
}

/** Runs a script as the first process of a new world. */
export function startWorld(
  script: string,
  argv: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcess {
  return spawn('unshare', [...WORLD, process.execPath, script, ...argv], {
    // Its own session: Ctrl-C is for us to answer. The pipe tells it when we are gone.
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
    env,
  })
}

/** Ends the world with us, and tells its exit code. */
export function guard(world: ChildProcess, cleanUp: () => void = () => {}): void {
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
    cleanUp()
  })
}
