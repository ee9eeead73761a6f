// The pages made from tables say what the tables say. `-u` writes them anew.

import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { configurationPage } from '../../src/agent/documents/configuration.ts'
import { httpApiPage } from '../../src/agent/documents/http-api.ts'
import { metricWords } from '../../src/agent/http/metric-words.ts'
import { routes } from '../../src/agent/http/routes.ts'

test('docs/configuration.md is what the option tables say', async () => {
  await expect(`${configurationPage()}\n`).toMatchFileSnapshot('../../docs/configuration.md')
})

test('docs/http-api.md is what the route table says', async () => {
  await expect(`${httpApiPage()}\n`).toMatchFileSnapshot('../../docs/http-api.md')
})

test('every route has a section of its own', () => {
  const page = httpApiPage()
  for (const { method, path } of Object.values(routes)) {
    expect(page).toContain(`\n## ${method} ${path}\n`)
  }
})

test('every metric of state that has words is counted somewhere', () => {
  const folders = ['src/core', 'src/core/sharing', 'src/core/state', 'src/host']
  const code = folders.map((folder) => textOfFolder(join(import.meta.dirname, '../..', folder)))
  const words = new Set(code.join('\n').match(/\w+/g))
  for (const name of metricWords.keys()) {
    // What is dropped is counted under its reason.
    const word = name.replace(/^rx_drop_(.*)_total$/, '$1')
    expect(words, name).toContain(word)
  }
})

test('everything of state that is counted has words', () => {
  const folders = ['src/core', 'src/core/sharing', 'src/core/state']
  const code = folders.map((folder) => textOfFolder(join(import.meta.dirname, '../..', folder)))
  // What is dropped is named by its reason, which may come from who judges it.
  const said = code.join('\n').matchAll(/(?:drop\(parts,|add\(|return|refusal:|\?) ?'(state_\w+)'/g)
  const words = [...new Set([...said].map(([, word = '']) => word))]
  expect(words.length).toBeGreaterThan(40)
  const names = words.map((word) => (word.endsWith('_total') ? word : `rx_drop_${word}_total`))
  expect(names.filter((name) => !metricWords.has(name))).toEqual([])
})

function textOfFolder(folder: string): string {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts'))
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
}
