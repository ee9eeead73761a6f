// The campaign inside its own world: makes the clusters, runs the lanes side by side, prints the
// table. Started by main.ts only, as the first process of its namespaces.

import { mkdirSync } from 'node:fs'
import { loadavg } from 'node:os'
import { Lane, type Result } from './lane.ts'
import { report } from './report.ts'
import type { Pace } from './row.ts'
import { lanesOf } from './rows/all.ts'
import { shell } from './support/shell.ts'
import { StallWatch } from './support/time.ts'
import { readWords, type Words } from './words.ts'

// Whoever started us is gone: so are we, and with us every process of this world.
process.stdin.on('end', () => process.exit(130))
process.stdin.resume()

await main()

async function main(): Promise<void> {
  const words = readWords(process.argv.slice(2))
  if (typeof words === 'string') process.exit(2)
  // In our own mount namespace: `ip netns` keeps its list here.
  await shell('mount', ['-t', 'tmpfs', 'hs', '/run/netns'])
  await shell('ip', ['link', 'set', 'lo', 'up'])
  if (words.logs !== undefined) mkdirSync(words.logs, { recursive: true })
  const loadBefore = loadavg()[0] ?? 0
  const stalls = new StallWatch()
  const results = await runLanes(words, stalls)
  const load = { before: loadBefore, after: loadavg()[0] ?? 0 }
  process.exit(report(results, { load, stallMs: stalls.worstMs }) ? 0 : 1)
}

async function runLanes(words: Words, stalls: StallWatch): Promise<readonly Result[]> {
  const pace: Pace = {
    hold: (shortS, longS) => (words.isLong ? longS : shortS) * 1000,
    group: process.env.HEARSAY_CAMPAIGN_GROUP ?? 'hs-campaign',
  }
  const lanes = lanesOf(words.isLong, words.rows).map(
    (rows, index) => new Lane({ index, rows, pace, words, stalls }),
  )
  if (!words.isOneByOne) return (await Promise.all(lanes.map((lane) => lane.run()))).flat()
  const results: Result[] = []
  for (const lane of lanes) results.push(...(await lane.run()))
  return results
}
