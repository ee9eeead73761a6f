// `npm run crash`: five agents that keep their state on disk with fsync, written to while they
// are cut apart, killed and started again; in the end all must read the same, and nothing that
// was acknowledged may be lost. Makes a world of its own for crash/run.ts, or says loudly that
// none can be made here and goes on without one, where nobody can cut a network.

import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { guard, shout, startWorld, whyNoWorld } from './support/world.ts'
import { CRASH_HELP, readCrashWords } from './words.ts'

const run = fileURLToPath(new URL('./crash/run.js', import.meta.url))

main(process.argv.slice(2))

function main(argv: readonly string[]): void {
  const words = readCrashWords(argv)
  if (typeof words === 'string') {
    console.error(`${words}\n\n${CRASH_HELP}`)
    process.exit(2)
  }
  if (words.isHelp) return console.log(CRASH_HELP)
  const missing = words.hasWorld ? whyNoWorld([]) : 'as asked'
  if (missing === undefined) return guard(startWorld(run, argv))
  shout(`NO NETWORK OF ITS OWN, SO NOTHING IS CUT: ${missing}
Two clusters that have not met yet stand for the two sides of a partition.`)
  guard(
    spawn(process.execPath, [run, ...argv, ...(words.hasWorld ? ['--no-world'] : [])], {
      stdio: ['pipe', 'inherit', 'inherit'],
      detached: true,
    }),
  )
}
