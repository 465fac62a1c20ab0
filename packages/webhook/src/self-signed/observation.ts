import type { Authority, KeptAuthority } from './authority.ts'
import type { Memory } from './memory.ts'

/** The Secret as it was seen. */
export type SecretView =
  | { readonly is: 'missing'; readonly why?: undefined }
  /** Somebody else's, of the same name: never written. */
  | { readonly is: 'foreign'; readonly why: string }
  | {
      readonly is: 'ours'
      /** What of it can be used. */
      readonly authorities: readonly KeptAuthority[]
      /** What of it cannot, as a sentence; it is written anew without that. */
      readonly damage?: string
    }

/** A webhook configuration as it was seen. */
export type ConfigurationView =
  /** It is not there, or (why) the webhook in it is not: nobody is asked to trust us. */
  | { readonly is: 'missing'; readonly why?: string }
  /** Somebody else puts a CA into it: never written. */
  | { readonly is: 'foreign'; readonly why: string }
  | {
      readonly is: 'ours'
      /** What its caBundle trusts, also what is not in the Secret. */
      readonly bundle: readonly Authority[]
      /** Something in the caBundle is no certificate. */
      readonly hasGarbage: boolean
    }

/** The configurations that must trust what is served. */
export const configurationNames = ['mutating', 'validating'] as const

export type ConfigurationName = (typeof configurationNames)[number]

/** What replicas write. */
export type Written = 'secret' | ConfigurationName

export type Configurations = Readonly<Record<ConfigurationName, ConfigurationView>>

/** What this replica serves: a certificate that `authority` has signed. */
export interface Serving {
  readonly authority: Authority
  /** Milliseconds since the epoch. */
  readonly createdAt: number
  readonly notAfter: number
}

/** What one replica knows; the times are its own. */
export interface Observation {
  /** Milliseconds since the epoch. */
  readonly now: number
  readonly secret: SecretView
  readonly configurations: Configurations
  readonly serving: Serving | undefined
  readonly memory: Memory
  /** By the clock of the memory. */
  readonly monotonicMs: number
  /** How many milliseconds ago this replica wrote each of them; the oldest first. */
  readonly writesAgoMs: Readonly<Record<Written, readonly number[]>>
}

/** Whether all configurations that are there trust the CA. */
export const isCarried = (configurations: Configurations, { id }: Authority): boolean =>
  configurationNames.every((name) => {
    const view = configurations[name]
    return view.is !== 'ours' || view.bundle.some((trusted) => trusted.id === id)
  })
