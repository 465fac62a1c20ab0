import { describe } from 'vitest'
import { findBinaries } from '../control-plane/binaries.ts'

/** Set by whoever wants a failure where there are no binaries, instead of tests that do not run. */
const isRequired = process.env['ODFMO_REQUIRE_CONTROL_PLANE'] === '1'

/** Many processes start at once when all tests run. */
const testTimeoutMs = 240_000

const hasBinaries = (): boolean => {
  try {
    findBinaries(true)
    return true
  } catch {
    return false
  }
}

/** Tests that need a real control plane: left out, and said so, where its binaries cannot be found. */
export const describeControlPlane = (title: string, tests: () => void): void => {
  const runs = isRequired || hasBinaries()
  const why = runs ? '' : ' (no binaries of a control plane here: npm run control-plane)'
  describe.skipIf(!runs)(`${title}${why}`, { timeout: testTimeoutMs }, tests)
}
