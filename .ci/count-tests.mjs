// Prints "N passed, N failed", summed over vitest's JSON reports; exit 1 when a test failed, or one of the runs ran none.
import { readFileSync } from 'node:fs'

let passed = 0
let failed = 0
let isComplete = true
for (const file of process.argv.slice(2)) {
  let report
  try {
    report = JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    isComplete = false // the run ended before it could report
    continue
  }
  // A file that could not even be loaded has no tests to count: it is one failure.
  const unloadable = report.testResults.filter(
    (each) => each.status === 'failed' && each.assertionResults.length === 0,
  )
  if (report.numPassedTests === 0) isComplete = false
  passed += report.numPassedTests
  failed += report.numFailedTests + unloadable.length
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(isComplete && passed > 0 && failed === 0 ? 0 : 1)
