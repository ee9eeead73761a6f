// How the tests run: plain Node, no globals, JSON report for `.ci/run` to count from.
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/interop/**'],
    testTimeout: 30_000,
  },
})
