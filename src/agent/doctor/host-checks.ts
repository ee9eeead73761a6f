// Checks of this machine that need no agent: runtime, interfaces, receive buffers, the
// default port, the state folder.

import { createSocket } from 'node:dgram'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { codeOf } from '../contract.ts'
import type { Finding } from '../http/shapes.ts'
import { listed } from '../terminal/text.ts'
import { broken, good, note, warning } from './findings.ts'

export interface HostToCheck {
  readonly platform: NodeJS.Platform
  readonly stateFolder: string
  /** True if an agent runs here; it then holds the default port. */
  readonly hasAgent: boolean
}

const PORT = 7946
const BUFFER_BYTES_ENOUGH = 4_194_304

/** All findings about this machine. */
export async function checkHost(host: HostToCheck): Promise<readonly Finding[]> {
  return [
    runtime(process.versions.node),
    interfaces(),
    ...receiveBuffers(host.platform),
    ...stateFolderMode(host),
    ...(host.hasAgent ? [] : [await defaultPort()]),
  ]
}

/** Node must be 20.19 or later. */
export function runtime(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return good('node', `Node ${version}`)
  return broken('node', `Node ${version} is too old`, 'install Node 20.19 or later')
}

function interfaces(): Finding {
  const usable = Object.entries(networkInterfaces()).flatMap(([name, addresses]) =>
    (addresses ?? [])
      .filter((one) => !one.internal && one.family === 'IPv4')
      .map((one) => ({ name, address: one.address })),
  )
  const real = usable.filter(({ name }) => !/^(docker|br-|virbr|veth|cni|flannel|tun)/.test(name))
  if (real.length > 0) {
    return good('network', listed(real.map(({ name, address }) => `${address} on ${name}`)))
  }
  if (usable.length > 0) {
    const names = listed(usable.map(({ name, address }) => `${address} on ${name}`))
    const fix = 'other hosts may not reach it; set --advertise to an address they can'
    return warning('network', `only bridges and tunnels: ${names}`, fix)
  }
  const fix = 'fine for trying out (--dev); a cluster over several machines needs a network'
  return note('network', 'no address but loopback', fix)
}

/** UDP datagrams thrown away because a receive buffer was full, since the machine started. */
export function receiveBuffers(
  platform: NodeJS.Platform,
  snmp: string = linuxFile(platform, '/proc/net/snmp'),
  bufferMax: string = linuxFile(platform, '/proc/sys/net/core/rmem_max'),
): readonly Finding[] {
  const [names, values] = snmp.split('\n').filter((line) => line.startsWith('Udp:'))
  if (names === undefined || values === undefined) return []
  const column = names.split(' ').indexOf('RcvbufErrors')
  const dropped = Number(values.split(' ')[column] ?? 0)
  if (!(dropped > 0)) return [good('buffers', 'no UDP datagram was dropped for want of room')]
  const message =
    `${dropped} UDP datagrams were dropped since boot because a receive buffer was full ` +
    `(net.core.rmem_max is ${bufferMax.trim() || 'unknown'})`
  const fix =
    Number(bufferMax) < BUFFER_BYTES_ENOUGH
      ? `sysctl -w net.core.rmem_max=${BUFFER_BYTES_ENOUGH}, and see whether the number still grows`
      : 'old news unless it grows; if it does, some program here reads too slowly'
  return [note('buffers', message, fix)]
}

function linuxFile(platform: NodeJS.Platform, path: string): string {
  return platform === 'linux' && existsSync(path) ? readFileSync(path, 'utf8') : ''
}

function stateFolderMode({ platform, stateFolder }: HostToCheck): readonly Finding[] {
  const agents = `${stateFolder}/agents`
  if (platform === 'win32' || !existsSync(agents)) return []
  const mode = statSync(agents).mode & 0o777
  if ((mode & 0o077) === 0) return [good('state', `${stateFolder} is ours alone`)]
  const message = `${agents} is open to others (mode ${mode.toString(8)})`
  return [warning('state', message, `chmod 700 ${agents}`)]
}

async function defaultPort(): Promise<Finding> {
  const [udp, tcp] = await Promise.all([udpProblem(), tcpProblem()])
  if (udp === '' && tcp === '') return good('port', `${PORT} is free for UDP and TCP`)
  const busy = [udp === '' ? '' : `UDP (${udp})`, tcp === '' ? '' : `TCP (${tcp})`]
  const message = `port ${PORT} cannot be had for ${busy.filter((one) => one !== '').join(' and ')}`
  return note('port', message, 'an agent takes the next free one; or choose with --bind')
}

async function udpProblem(): Promise<string> {
  const socket = createSocket('udp4')
  return await new Promise((resolve) => {
    const done = (problem: string) => socket.close(() => resolve(problem))
    socket.once('error', (error) => done(codeOf(error) || error.message))
    socket.bind({ port: PORT, exclusive: true }, () => done(''))
  })
}

async function tcpProblem(): Promise<string> {
  const server = createServer()
  return await new Promise((resolve) => {
    server.once('error', (error) => resolve(codeOf(error) || error.message))
    server.listen({ port: PORT, host: '0.0.0.0', exclusive: true }, () => {
      server.close(() => resolve(''))
    })
  })
}
