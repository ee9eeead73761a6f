// Loopback addresses: each test file has a family of its own, and each run its own second
// byte, so that runs and files stand side by side on the programs' usual ports.

const RUN = 20 + (process.ppid % 200)

/** An address nobody else uses: `family` tells test files apart, `host` programs of one file. */
export function loopback(family: number, host: number): string {
  return `127.${RUN}.${family}.${host}`
}

/** How long a cluster must stand without a false alarm, in ms: 60 s unless set. */
export const calmMs = Number(process.env.HEARSAY_INTEROP_CALM_S ?? '60') * 1000
