// Storms that failed once, shortened to what their failure needed: plans, not seeds, since what
// a seed comes to changes with every fault that is added. `npm run storm` leaves such a plan.

import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { runPlan, type StormPlan } from '../../src/sim/index.ts'

const folder = new URL('./regressions/', import.meta.url)

for (const file of readdirSync(folder)) {
  test(`what must hold holds in the storm of ${file.replace('.json', '')}`, () => {
    const plan: StormPlan = JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
    expect(runPlan(plan).failure).toBeUndefined()
  })
}
