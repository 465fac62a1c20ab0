import type { Secret, WebhookConfiguration } from '@odfmo/api-types'
import { contract, kinds } from '@odfmo/api-types'
import { apiVersionOf, type DeepReadonly } from '@odfmo/api-types/meta'
import { entries, type Intent } from '@odfmo/controller-kit'
import type { SigningAuthority } from './authority.ts'
import { caSecretData, caSecretType, viewOfSecret } from './ca-secret.ts'
import { bundleToWrite, secretToWrite } from './decide-again.ts'
import type { SelfSignedKinds } from './kinds.ts'
import type { Lifetimes } from './lifetimes.ts'
import type { SelfSignedNames } from './names.ts'
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

/** Kept, made and left out as is right for the Secret that is there when it is written. */
export const writeSecret = (deciding: Deciding): Intent<Secret> => {
  const { seen, kinds: watched, names, lifetimes, newAuthority } = deciding
  return {
    is: 'patch',
    of: watched.Secret,
    key: { namespace: names.namespace, name: names.secret },
    fields(live: DeepReadonly<Secret>) {
      const wanted = secretToWrite(viewOfSecret(live, lifetimes.backdateMs), seen, lifetimes)
      if (wanted === undefined) return undefined
      return { data: caSecretData([...(wanted.fresh ? [newAuthority()] : []), ...wanted.keep]) }
    },
  }
}

/** Only the caBundle of our webhook; all else in the configuration stays. */
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
    const wanted = bundleToWrite(configuration, view, seen, lifetimes)
    if (wanted === undefined) return undefined
    const entry = { name, clientConfig: { caBundle: caBundle(wanted) } }
    return { webhooks: entries('name', { set: [entry] }) }
  },
})
