// The pages made from tables say what the tables say. `-u` writes them anew.

import { expect, test } from 'vitest'
import { configurationPage } from '../../src/agent/documents/configuration.ts'
import { httpApiPage } from '../../src/agent/documents/http-api.ts'
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
