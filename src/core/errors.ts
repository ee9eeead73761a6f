// The one error people catch: a stable code, a sentence with the next step, a cause.

/** Stable codes; the message may change, the code never does. */
export type HearsayErrorCode =
  | 'HEARSAY_CONFIG' // one or more options are wrong; the message lists them all
  | 'HEARSAY_BIND_FAILED' // the UDP or TCP port could not be opened
  | 'HEARSAY_JOIN_FAILED' // none of the addresses could be joined
  | 'HEARSAY_TOO_LARGE' // tags, an event or a message exceed their size limit
  | 'HEARSAY_NO_SUCH_MEMBER'
  | 'HEARSAY_MEMBER_ALIVE' // asked to remove a member that is alive
  | 'HEARSAY_LEFT' // the node has left or is leaving the cluster
  | 'HEARSAY_CLOSED' // the node has been closed
  | 'HEARSAY_TIMEOUT'
  | 'HEARSAY_NO_ROOM' // shared state has reached a limit; the message says which
  | 'HEARSAY_TOO_MANY_DELETED' // deletions wait until other members have heard of earlier ones
  | 'HEARSAY_CLOCK_AHEAD' // a clock is wrong: what orders shared writes is ahead of it, or it is ahead of all others
  | 'HEARSAY_NOT_SHARING' // a node with raw meta cannot share state
  | 'HEARSAY_DATA_DIR' // the folder for state is in use, another's, damaged or unusable
  | 'HEARSAY_DISK_FAILED' // what was written is shared, but could not be kept on disk
  | 'HEARSAY_QUEUE_FULL' // too many messages wait to be sent; try again

export interface HearsayErrorDetails {
  readonly cause?: unknown
  /** A narrower reason within the code, e.g. `version` or `refused` for a failed join. */
  readonly reason?: string
  /** One entry a problem, for errors that collect several. */
  readonly problems?: readonly string[]
}

export class HearsayError extends Error {
  readonly code: HearsayErrorCode
  readonly reason: string | undefined
  readonly problems: readonly string[]

  constructor(code: HearsayErrorCode, message: string, details: HearsayErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'HearsayError'
    this.code = code
    this.reason = details.reason
    this.problems = details.problems ?? []
  }
}
