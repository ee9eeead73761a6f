// How the tests run: plain Node, no globals, JSON report for `.ci/run` to count from. The doors
// point at the sources, so that a test runs what stands in the tree and not what was built.
import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  resolve: {
    alias: [
      { find: 'hearsay/core', replacement: source('core/index.ts') },
      { find: 'hearsay/wire', replacement: source('core/wire/index.ts') },
      { find: 'hearsay/sim', replacement: source('sim/index.ts') },
      { find: 'hearsay/node', replacement: source('node/index.ts') },
      { find: 'hearsay/testing', replacement: source('testing/index.ts') },
      { find: /^hearsay$/, replacement: source('index.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**'],
    // Left alone it keeps one processor of two for itself, and needs next to nothing of it.
    maxWorkers: availableParallelism(),
    testTimeout: 120_000,
  },
})
