import { kinds } from '@odfmo/api-types'
import { cluster, watch, type WatchedKind } from '@odfmo/controller-kit'
import type { SelfSignedNames } from './names.ts'

/** The three objects that replicas agree by, each by its name: no other is read, nor may be. */
export const selfSignedKinds = (clusterName: string, { namespace, secret, ...names }: SelfSignedNames) => {
  const named = (name: string) => ({ fieldSelector: `metadata.name=${name}` })
  const kindsOfCluster = cluster(clusterName, {
    Secret: watch(kinds.Secret, { ...named(secret), namespaces: [namespace] }),
    mutating: watch(kinds.MutatingWebhookConfiguration, named(names.mutating)),
    validating: watch(kinds.ValidatingWebhookConfiguration, named(names.validating)),
  })
  return { ...kindsOfCluster, watched: Object.values(kindsOfCluster) as readonly WatchedKind[] }
}

export type SelfSignedKinds = ReturnType<typeof selfSignedKinds>
