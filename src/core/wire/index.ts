// The door `hearsay/wire`: the bytes of memberlist and Serf, for tools that read or write them.

export * from './limits.ts'
export {
  type Ack,
  type Alive,
  type Dead,
  decodeMessage,
  encodeMessage,
  type IndirectPing,
  type Message,
  type Nack,
  type NodeState,
  type Ping,
  type PushPull,
  type StreamError,
  type StreamMessage,
  type Suspect,
  TAG,
  type User,
  type UserStream,
} from './messages.ts'
