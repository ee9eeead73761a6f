// Hosts that are network namespaces on one bridge, and what can be done to the packets that
// reach them. All of it lives in the namespaces that `main.ts` made for the whole campaign, so
// nothing of it outlives the campaign, however that ends.

import { shell } from './shell.ts'

/** One chain, before anything else that could look at a packet. */
const RULESET = `add table inet hs
add chain inet hs arrivals { type filter hook prerouting priority -300; policy accept; }
`

export class Net {
  readonly #lane: number
  readonly #size: number

  private constructor(lane: number, size: number) {
    this.#lane = lane
    this.#size = size
  }

  /** Makes `size` hosts on a bridge of their own; `lane` is 0 … 199. */
  static async build(lane: number, size: number): Promise<Net> {
    const net = new Net(lane, size)
    const bridge = `hsbr${lane}`
    await shell('ip', ['link', 'add', bridge, 'type', 'bridge'])
    await shell('ip', ['addr', 'add', `${net.runnerAddress}/24`, 'dev', bridge])
    await shell('ip', ['link', 'set', bridge, 'up'])
    for (let host = 1; host <= size; host += 1) await net.#addHost(host, bridge)
    return net
  }

  /** The namespace of a host, 1 … size. */
  space(host: number): string {
    return `hs${this.#lane}-${host}`
  }

  address(host: number): string {
    return `10.77.${this.#lane}.${host}`
  }

  /** Where this process itself can be reached by the hosts. */
  get runnerAddress(): string {
    return `10.77.${this.#lane}.254`
  }

  /** Rules for what arrives at one host, in place of those it has. */
  async at(host: number, rules: readonly string[]): Promise<void> {
    const lines = [
      `flush chain inet hs arrivals`,
      ...rules.map((rule) => `add rule inet hs arrivals ${rule}`),
    ]
    await this.inside(host, 'nft', ['-f', '-'], `${lines.join('\n')}\n`)
  }

  /** The same rules at every host. */
  async everywhere(rules: readonly string[]): Promise<void> {
    await Promise.all(this.#hosts().map((host) => this.at(host, rules)))
  }

  /** Takes all rules away. */
  async heal(): Promise<void> {
    await this.everywhere([])
  }

  /** How many packets the counted rules of all hosts have met since they were set. */
  async struck(): Promise<number> {
    const texts = await Promise.all(
      this.#hosts().map((host) =>
        this.inside(host, 'nft', ['list', 'chain', 'inet', 'hs', 'arrivals']),
      ),
    )
    const counts = texts.flatMap((text) => [...text.matchAll(/counter packets (\d+)/g)])
    return counts.reduce((sum, [, count]) => sum + Number(count), 0)
  }

  /** Runs a program on a host. */
  async inside(
    host: number,
    command: string,
    words: readonly string[],
    input = '',
  ): Promise<string> {
    return await shell('ip', ['netns', 'exec', this.space(host), command, ...words], input)
  }

  #hosts(): readonly number[] {
    return Array.from({ length: this.#size }, (_, index) => index + 1)
  }

  async #addHost(host: number, bridge: string): Promise<void> {
    const space = this.space(host)
    const cable = `hs${this.#lane}v${host}`
    await shell('ip', ['netns', 'add', space])
    const ends = ['type', 'veth', 'peer', 'name', 'eth0', 'netns', space]
    await shell('ip', ['link', 'add', cable, ...ends])
    await shell('ip', ['link', 'set', cable, 'master', bridge, 'up'])
    const setUp = [
      `addr add ${this.address(host)}/24 dev eth0`,
      'link set eth0 up',
      'link set lo up',
    ]
    await shell('ip', ['-n', space, '-batch', '-'], `${setUp.join('\n')}\n`)
    await this.inside(host, 'nft', ['-f', '-'], RULESET)
  }
}

// ---- rules --------------------------------------------------------------------------------

/** Loses `percent` of what arrives, by chance; at 100 all of it. */
export function lose(percent: number, what: 'udp' | 'all'): string {
  const match = what === 'udp' ? 'meta l4proto udp' : 'iifname "eth0"'
  const chance = percent < 100 ? `numgen random mod 100 < ${percent} ` : ''
  return `${match} ${chance}counter drop`
}

/** Loses all that comes from these addresses. */
export function cut(addresses: readonly string[]): string {
  return `ip saddr { ${addresses.join(', ')} } counter drop`
}

/** Overwrites a byte of `percent` of all datagrams, `offset` bytes into their payload. */
export function garble(percent: number, offset: number): string {
  const bit = (8 + offset) * 8
  return `meta l4proto udp numgen random mod 100 < ${percent} counter @th,${bit},8 set 0x42`
}
