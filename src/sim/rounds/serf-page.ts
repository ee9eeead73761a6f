// The logistic curve of Serf's old convergence page, to stand beside samples and exact laws.
// It is the curve of an epidemic in continuous time at half the fan-out, so it only says
// roughly what rounds of gossip do.

/**
 * Share of `nodes` that know after `rounds` by the logistic curve of Serf's old convergence
 * page: growth by half the fan-out, less what is lost and who has failed.
 */
export function serfLogistic(
  { nodes, fanout, loss = 0, failed = 0 }: SerfSetting,
  rounds: number,
): number {
  const growth = (fanout / 2) * (1 - loss) * (1 - failed)
  return 1 / (1 + (nodes + 1) * Math.exp(-growth * rounds))
}

export interface SerfSetting {
  readonly nodes: number
  readonly fanout: number
  /** Shares 0 … 1, default 0. */
  readonly loss?: number
  readonly failed?: number
}
