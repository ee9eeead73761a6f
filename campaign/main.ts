// `npm run campaign`: makes a world of its own (network, mounts and processes in namespaces that
// end with it), runs the rows in there by inside.ts, and leaves nothing behind, even if it is
// killed. Where such a world is refused it says so and ends with 77, which no row can.

import { existsSync, readdirSync, rmdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { guard, NOT_RUN, shout, startWorld, whyNoWorld } from './support/world.ts'
import { HELP, readWords, type Words } from './words.ts'

const inside = fileURLToPath(new URL('./inside.js', import.meta.url))
const group = `hs-campaign-${process.pid}`

main(process.argv.slice(2))

function main(argv: readonly string[]): void {
  const words = readWords(argv)
  if (typeof words === 'string') {
    console.error(`${words}\n\n${HELP}`)
    process.exit(2)
  }
  if (words.isHelp) {
    console.log(HELP)
    return
  }
  const missing = whyNoWorld(programsFor(words))
  if (missing !== undefined) {
    shout(`THE CAMPAIGN WAS NOT RUN: ${missing}`)
    process.exit(NOT_RUN)
  }
  const env = { ...process.env, HEARSAY_CAMPAIGN_GROUP: group }
  guard(startWorld(inside, argv, env), removeGroups)
}

/** Python drives the slow switch of rows that only the long variant has. */
function programsFor({ isBeside, isLong }: Words): readonly string[] {
  return ['prlimit', ...(isBeside ? ['serf'] : []), ...(isLong ? ['python3'] : [])]
}

/** Control groups are the one thing that does not end by itself. */
function removeGroups(): void {
  for (const parent of ['/sys/fs/cgroup/cpu', '/sys/fs/cgroup']) {
    if (!existsSync(parent)) continue
    const ours = readdirSync(parent).filter((name) => name.startsWith(group))
    for (const name of ours) rmdirSync(`${parent}/${name}`)
  }
}
