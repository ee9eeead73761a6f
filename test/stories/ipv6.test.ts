// Nothing in the protocol cares how long an address is: one half has IPv4 addresses, the other
// IPv6.

import { Address } from '../../src/core/index.ts'
import { seconds, story } from './story.ts'

story('members with IPv6 addresses agree with those with IPv4 ones', ({ start }) => {
  const cluster = start({ members: 3, seed: 81 })
  for (const last of [1, 2, 3]) {
    const ip = new Uint8Array(16).fill(0xfd, 0, 1).fill(last, 15)
    cluster.start(`v6-${last}`, { advertise: new Address(ip, 7946) })
    cluster.join(`v6-${last}`, 'a')
  }
  cluster.settle()
  cluster.crash('v6-2')
  cluster.run(seconds(25))
  cluster.expectAgreement({ alive: ['a', 'b', 'c', 'v6-1', 'v6-3'], dead: ['v6-2'] })
})
