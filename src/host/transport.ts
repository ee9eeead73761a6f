// What carries bytes between cores: the verbs of Effect going out, Inputs coming in. The
// driver knows nothing else of the network; `hearsay/testing` holds the suite every
// transport must pass (`transportContract`).

import type { Address, Input, StreamId } from '../core/index.ts'

/** What a transport may report. */
export type TransportInput = Extract<
  Input,
  { kind: 'packet' | 'opened' | 'received' | 'closed' | 'sendFailed' }
>

/** Takes what a transport reports; called later, never from inside one of the verbs. */
export type TransportListener = (input: TransportInput) => void

export interface Transport {
  /** Where packets and streams arrive. */
  readonly bound: Address
  /** Begins to report; what came before is lost or refused. Called once. */
  listen(listener: TransportListener): void
  /** Sends one datagram. A failure known here is reported as `sendFailed`; loss is silent. */
  send(to: Address, bytes: Uint8Array): void
  /** Dials; `opened` or `closed` follows. */
  open(stream: StreamId, to: Address): void
  /** Writes in order; what a gone stream is given is dropped in silence. */
  write(stream: StreamId, bytes: Uint8Array): void
  /** Flushes, then ends; nothing more is reported about the stream. */
  close(stream: StreamId): void
  /** Closes everything without a word; resolves when no handle is left. May be called again. */
  shutdown(): Promise<void>
  /** Totals by stable name, e.g. `packets_sent_total`. */
  counters(): Readonly<Record<string, number>>
}
