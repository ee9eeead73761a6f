// `npm run crash`: five agents that keep their state on disk with fsync, written to while they
// are cut apart, killed and started again; in the end all must read the same, and nothing that
// was acknowledged may be lost. Makes a world of its own for crash/run.ts, or says loudly that
// none can be made here and goes on without one, where nobody can cut a network.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { guard, shout, startWorld, whyNoWorld } from './support/world.ts'

const HELP = `npm run crash -- [flags]

Five real agents with --data-dir and --durability fsync: written to on both sides of a
partition, killed (SIGKILL) in the middle of writes, started again, healed; then all killed at
once and started again. In network namespaces with Linux, root, ip, nft and unshare; elsewhere
the two sides are two clusters on loopback that have not met yet.
Exit 0: all read the same and nothing acknowledged was lost; 1: not so; 2: wrong words.

  --rounds N      so many rounds of kills on each side (1)
  --logs DIR      keeps what every agent wrote, one file each
  --no-world      without namespaces, even where they can be made`

const run = fileURLToPath(new URL('./crash/run.js', import.meta.url))

main(process.argv.slice(2))

function main(argv: readonly string[]): void {
  if (argv.includes('--help')) return console.log(HELP)
  const missing = argv.includes('--no-world') ? 'as asked' : whyNoWorld([])
  if (missing === undefined) return guard(startWorld(run, argv))
  shout(`NO NETWORK OF ITS OWN, SO NOTHING IS CUT: ${missing}
Two clusters that have not met yet stand for the two sides of a partition.`)
  const words = argv.includes('--no-world') ? argv : [...argv, '--no-world']
  guard(
    spawn(process.execPath, [run, ...words], {
      stdio: ['pipe', 'inherit', 'inherit'],
      detached: true,
    }),
  )
}
