// The pictures of the pages are what the commands beside them make. `-u` makes them anew.

import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { FakeWorld } from './support/fake-world.ts'
import { inFolder, runWords } from './support/terminal.ts'

test.each([
  ['spread', 'sim --nodes 1000 --fanout 2 --loss 25% --chart spread'],
  ['sends', 'sim --nodes 1000 --fanout 2 --chart sends'],
])('docs/%s.svg is what hearsay %s makes', async (name, words) => {
  await inFolder(async (folder) => {
    const path = join(folder, 'chart.svg')
    expect((await runWords(`${words} --svg ${path}`, new FakeWorld())).exit).toBe(0)
    await expect(readFileSync(path, 'utf8')).toMatchFileSnapshot(`../../docs/${name}.svg`)
  })
})
