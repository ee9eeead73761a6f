// The campaign's command line.

export interface Words {
  readonly isLong: boolean
  /** Real Serf agents go through the same rows, in turns. */
  readonly isBeside: boolean
  /** How often each row is run; figures are medians. */
  readonly rounds: number
  readonly rows: readonly string[] | undefined
  /** One lane after the other, where memory or processors are scarce. */
  readonly isOneByOne: boolean
  /** A folder for the logs of all agents. */
  readonly logs: string | undefined
  readonly isHelp: boolean
}

export const HELP = `npm run campaign -- [flags]

Real processes in network namespaces, faults, and what must hold. Needs Linux, root, ip, nft,
unshare and prlimit. Exit 0: all held; 1: something did not; 2: wrong words; 77: not run.

  --long          all rows, each for as long as the fault matrix says
  --beside serf   real Serf agents go through the same rows in turns; tells both medians
  --rounds N      runs each row N times and judges the medians (1; with --beside 3)
  --rows A,B      only these: N1 stands for N1-30 and N1-60, too
  --one-by-one    one cluster at a time instead of four
  --logs DIR      keeps what every agent wrote, one file each`

/** Reads the words; a text says what is wrong with them. */
export function readWords(argv: readonly string[]): Words | string {
  const known = new Set([
    '--long',
    '--beside',
    '--rounds',
    '--rows',
    '--one-by-one',
    '--logs',
    '--help',
  ])
  const unknown = argv.find((word) => word.startsWith('-') && !known.has(word))
  if (unknown !== undefined) return `no such flag: ${unknown}`
  const after = (flag: string) => (argv.includes(flag) ? argv[argv.indexOf(flag) + 1] : undefined)
  const beside = after('--beside')
  if (beside !== undefined && beside !== 'serf') return `--beside takes serf, not ${beside}`
  const rounds = Number(after('--rounds') ?? (beside === undefined ? 1 : 3))
  if (!Number.isInteger(rounds) || rounds < 1) return '--rounds takes a number from 1 up'
  return {
    isLong: argv.includes('--long'),
    isBeside: beside !== undefined,
    rounds,
    rows: after('--rows')?.split(','),
    isOneByOne: argv.includes('--one-by-one'),
    logs: after('--logs'),
    isHelp: argv.includes('--help'),
  }
}
