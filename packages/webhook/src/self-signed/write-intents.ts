import type { Secret, WebhookConfiguration } from '@odfmo/api-types'
import { contract, kinds } from '@odfmo/api-types'
import { apiVersionOf, type DeepReadonly } from '@odfmo/api-types/meta'
import { entries, type Intent } from '@odfmo/controller-kit'
import type { SigningAuthority } from './authority.ts'
import { caSecretData, caSecretType, viewOfSecret } from './ca-secret.ts'
import type { SelfSignedKinds } from './kinds.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { SelfSignedNames } from './names.ts'
import { nextAction } from './next-action.ts'
import type { ConfigurationName, Observation } from './observation.ts'
import { caBundle, viewOfConfiguration } from './webhook-configuration.ts'

/** What a decision was made from, and what it takes to make it once more. */
export interface Deciding {
  readonly seen: Observation
  readonly kinds: SelfSignedKinds
  readonly names: SelfSignedNames
  readonly lifetimes: Lifetimes
  /** Makes the CA that is missing; asked only when it is. */
  readonly newAuthority: () => SigningAuthority
}

/** Which webhook of a configuration is ours. */
export const webhookNames: Readonly<Record<ConfigurationName, string>> = {
  mutating: contract.webhook.mutatingName,
  validating: contract.webhook.validatingName,
}

/** Whoever is first makes it; what is there already is left as it is, and seen. */
export const createSecret = ({ kinds: watched, names, newAuthority }: Deciding): Intent<Secret> => ({
  is: 'create',
  of: watched.Secret,
  object: {
    apiVersion: apiVersionOf(kinds.Secret),
    kind: kinds.Secret.kind,
    metadata: {
      name: names.secret,
      namespace: names.namespace,
      labels: { 'app.kubernetes.io/name': 'odfmo-webhook', 'app.kubernetes.io/part-of': 'odfmo' },
    },
    type: caSecretType,
    data: caSecretData([newAuthority()]),
  },
  ours: () => false,
})

/** Decided once more, by the same rule, of the Secret that the write is made for: others write it too. */
export const writeSecret = (deciding: Deciding): Intent<Secret> => {
  const { seen, kinds: watched, names, lifetimes, newAuthority } = deciding
  return {
    is: 'patch',
    of: watched.Secret,
    key: { namespace: names.namespace, name: names.secret },
    fields(live: DeepReadonly<Secret>) {
      const action = nextAction({ ...seen, secret: viewOfSecret(live, lifetimes.backdateMs) }, lifetimes)
      if (action.is !== 'writeSecret') return undefined
      return { data: caSecretData([...(action.fresh ? [newAuthority()] : []), ...action.keep]) }
    },
  }
}

/** Decided once more of the configuration that the write is made for: what others have added to it stays. */
export const writeBundle = (
  configuration: ConfigurationName,
  { seen, kinds: watched, names, lifetimes }: Deciding,
): Intent<WebhookConfiguration> => ({
  is: 'patch',
  of: watched[configuration],
  key: { name: names[configuration] },
  fields(live: DeepReadonly<WebhookConfiguration>) {
    const name = webhookNames[configuration]
    const view = viewOfConfiguration(live, name, lifetimes.backdateMs)
    const configurations = { ...seen.configurations, [configuration]: view }
    const action = nextAction({ ...seen, configurations }, lifetimes)
    if (action.is !== 'writeBundle' || action.configuration !== configuration) return undefined
    const entry = { name, clientConfig: { caBundle: caBundle(action.authorities) } }
    return { webhooks: entries('name', { set: [entry] }) }
  },
})
