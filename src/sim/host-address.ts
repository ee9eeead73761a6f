// Where the members of a virtual cluster live: one host each, on one large network.

import { type Address, ipv4 } from '../core/index.ts'

const PORT = 7946

/** The address of the host with this number, 0 to 16 777 215: 10.0.0.1:7946 for 1. */
export function hostAddress(number: number): Address {
  return ipv4(10, number >> 16, (number >> 8) & 255, number & 255, PORT)
}
