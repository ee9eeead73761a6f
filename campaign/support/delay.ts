// Puts all hosts of a network onto a switch that takes its time (delay.py), and back. Their
// addresses move from one device to the other; sockets that are bound to them stay.

import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { Net } from './net.ts'

/** How packets travel: milliseconds one way, evenly spread, and percent that come twice. */
export interface Slowness {
  readonly leastMs: number
  readonly longestMs: number
  readonly doubledPercent: number
}

// Python is not compiled: it stays beside the sources.
const SWITCH = fileURLToPath(new URL('../../../campaign/support/delay.py', import.meta.url))

/** Delays everything between the hosts until the answer is called. */
export async function slowDown(
  net: Net,
  hosts: readonly number[],
  { leastMs, longestMs, doubledPercent }: Slowness,
): Promise<() => Promise<void>> {
  const places = hosts.map((host) => `${net.space(host)}=${net.address(host)}`)
  const numbers = [leastMs, longestMs, doubledPercent].map(String)
  const child = spawn('python3', [SWITCH, ...numbers, ...places], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  await ready(child)
  await Promise.all(hosts.map((host) => move(net, host, 'eth0', 'hst0')))
  return async () => {
    await Promise.all(hosts.map((host) => move(net, host, 'hst0', 'eth0')))
    child.stdin?.end()
    await once(child, 'exit')
  }
}

async function ready(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit').then(() => {
    throw new Error('the slow switch did not start: is python3 here, and /dev/net/tun?')
  })
  if (child.stdout === null) throw new Error('the slow switch has no output')
  await Promise.race([once(child.stdout, 'data'), ended, once(child, 'error')])
  // From here on its end is expected.
  ended.catch(() => {})
}

/** Both at once, so that no packet meets a host without an address. */
async function move(net: Net, host: number, from: string, to: string): Promise<void> {
  const address = `${net.address(host)}/24`
  const steps = [
    `addr del ${address} dev ${from}`,
    `link set ${to} up`,
    `addr add ${address} dev ${to}`,
  ]
  await net.inside(host, 'ip', ['-batch', '-'], `${steps.join('\n')}\n`)
}
