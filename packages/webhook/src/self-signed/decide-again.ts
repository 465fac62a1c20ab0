import type { Authority, KeptAuthority } from './authority.ts'
import type { Lifetimes } from './lifetimes.ts'
import { nextAction } from './next-action.ts'
import type { ConfigurationName, ConfigurationView, Observation, SecretView } from './observation.ts'

/**
 * What a decision to write means for the object that the write is made for, which somebody else may have written in between:
 * decided once more, by the same rule. Undefined: nothing is to be written to it now.
 */
export const secretToWrite = (
  live: SecretView,
  seen: Observation,
  lifetimes: Lifetimes,
): { readonly keep: readonly KeptAuthority[]; readonly fresh: boolean } | undefined => {
  const action = nextAction({ ...seen, secret: live }, lifetimes)
  return action.is === 'writeSecret' ? action : undefined
}

/** The same for a caBundle: what others have added to it stays. */
export const bundleToWrite = (
  configuration: ConfigurationName,
  live: ConfigurationView,
  seen: Observation,
  lifetimes: Lifetimes,
): readonly Authority[] | undefined => {
  const configurations = { ...seen.configurations, [configuration]: live }
  const action = nextAction({ ...seen, configurations }, lifetimes)
  const isMeant = action.is === 'writeBundle' && action.configuration === configuration
  return isMeant ? action.authorities : undefined
}
