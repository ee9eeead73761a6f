// The door `hearsay/node`: what Node.js gives a core: sockets, cipher, names and addresses.

export {
  type Endpoint,
  type IpKind,
  ipKind,
  parseAddress,
  parseEndpoint,
  parseIp,
  parseNetwork,
} from './address-text.ts'
export { type Advertised, advertiseBound, type MachineAddress } from './advertise.ts'
export { NodeCipher, nonceSource } from './cipher.ts'
export { defaultName, type MakeMachine, type OpenExtras, openNode } from './open-node.ts'
export { LEAVE_TIMEOUT_MS, type Plan, readOptions } from './options.ts'
export { openRecordedNode } from './record-node.ts'
export { type NameService, type ResolverOptions, seedResolver } from './resolve.ts'
export {
  bindNodeTransport,
  DEFAULT_PORT,
  LAST_DEFAULT_PORT,
  type NodeTransportOptions,
} from './transport.ts'
