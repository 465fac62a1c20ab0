import { readFileSync } from 'node:fs'

/** What tests came to, in the words of vitest's report. */
export interface Counts {
  readonly numPassedTests: number
  readonly numFailedTests: number
}

export const noCounts: Counts = { numPassedTests: 0, numFailedTests: 0 }

/** Of a runner's report. Throws where it has written none. */
export function readCounts(file: string): Counts {
  const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(file, 'utf8')) as Counts
  return { numPassedTests, numFailedTests }
}

export const addCounts = (a: Counts, b: Counts): Counts => ({
  numPassedTests: a.numPassedTests + b.numPassedTests,
  numFailedTests: a.numFailedTests + b.numFailedTests,
})
