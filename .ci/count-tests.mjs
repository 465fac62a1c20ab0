// Prints "N passed, N failed" from vitest's JSON report; exit 1 when a test failed or none ran.
import { readFileSync } from 'node:fs'

let report
try {
  report = JSON.parse(readFileSync(process.argv[2], 'utf8'))
} catch {
  console.log('0 passed, 0 failed') // the run ended before it could report
  process.exit(1)
}
// A file that could not even be loaded has no tests to count: it is one failure.
const unloadable = report.testResults.filter(
  (file) => file.status === 'failed' && file.assertionResults.length === 0,
)
const passed = report.numPassedTests
const failed = report.numFailedTests + unloadable.length
console.log(`${passed} passed, ${failed} failed`)
process.exit(passed > 0 && failed === 0 ? 0 : 1)
