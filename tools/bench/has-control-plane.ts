import { findControlPlaneBinaries } from '@odfmo/testkit'

/** Whether there are the programs of a real control plane; says why not, for a benchmark of this name. */
export const hasControlPlane = (benchmark: string): boolean => {
  try {
    findControlPlaneBinaries(true)
    return true
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    process.stderr.write(`${benchmark}: without the rows of a real control plane: ${why}\n`)
    return false
  }
}
