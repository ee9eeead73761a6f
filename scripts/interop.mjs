// Runs the interop tests:
//   npm run interop -- [--allow-missing[=program,…]] [file words…] [vitest options…]
// With --allow-missing a program that is not installed is a loud skip instead of a failure.

import { spawn } from 'node:child_process'

const words = process.argv.slice(2)
const allowing = words.filter((word) => /^--allow-missing(=|$)/.test(word))
const rest = words.filter((word) => !allowing.includes(word))
const allowed = allowing.map((word) => word.split('=')[1] ?? 'all').join(',')
const child = spawn('npx', ['vitest', 'run', '--config', 'vitest.interop.config.ts', ...rest], {
  stdio: 'inherit',
  env: { ...process.env, HEARSAY_INTEROP_ALLOW_MISSING: allowed },
})
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
child.on('exit', (code) => {
  process.exitCode = code ?? 1
})
