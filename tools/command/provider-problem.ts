import { findControlPlaneBinaries } from '@odfmo/testkit'

/** Why the tests cannot run on the provider that TESTKIT_PROVIDER names; undefined when they can. */
export const providerProblem = (provider = ''): string | undefined => {
  switch (provider) {
    case '':
    case 'memory':
    case 'existing':
      return undefined
    case 'control-plane':
      try {
        findControlPlaneBinaries(true)
        return undefined
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    default:
      return `TESTKIT_PROVIDER: expected memory, control-plane or existing, got ${JSON.stringify(provider)}`
  }
}
