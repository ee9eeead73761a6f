// Adds up test runners' own JSON reports and prints one plain line, `N passed, N failed`.
//   node scripts/tally.mjs report.json … [--broken STEP …]
// A test file that could not run at all, a missing report, and each broken step count as one
// failure. Ends with status 1 where anything failed or nothing ran.

import { readFileSync } from 'node:fs'

const words = process.argv.slice(2)
const at = words.indexOf('--broken')
const reports = at < 0 ? words : words.slice(0, at)
const broken = at < 0 ? [] : words.slice(at + 1)
let passed = 0
let failed = broken.length

for (const path of reports) {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8'))
    const dead = report.testResults.filter(
      (file) =>
        file.status === 'failed' && file.assertionResults.every((one) => one.status !== 'failed'),
    )
    passed += report.numPassedTests
    failed += report.numFailedTests + dead.length
  } catch (error) {
    console.error(`no report in ${path}: ${error.message}`)
    failed += 1
  }
}
if (broken.length > 0) console.error(`broken steps: ${broken.join(', ')}`)
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 || passed === 0 ? 1 : 0
