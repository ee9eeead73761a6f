// Which hosts are this very machine: no token is needed to read there, and none is sent.

/** True for addresses that only this machine can reach. */
export function isLoopback(host: string): boolean {
  return /^(?:localhost|\[?::1\]?|127\.\d+\.\d+\.\d+)$/.test(host)
}
