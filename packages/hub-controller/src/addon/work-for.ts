import { kinds, type ManagedClusterAddOn, type ManifestWork } from '@odfmo/api-types'
import { apiVersionOf, type DeepReadonly, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import { addOnName } from './agent-names.ts'
import { configSpecHash } from './config-spec-hash.ts'
import { ocm } from './ocm.ts'
import { withController } from './owner-reference.ts'

export interface WorkInput {
  readonly key: ObjectKey
  /** The work as it is; undefined: there is none yet. */
  readonly live: DeepReadonly<ManifestWork> | undefined
  readonly addOn: DeepReadonly<ManagedClusterAddOn>
  readonly manifests: readonly KubeObject[]
}

/** The work with our manifests, label, owner and configuration hash; whatever others put in it stays. */
export const workFor = ({ key, live, addOn, manifests }: WorkInput): ManifestWork => {
  const { kind } = kinds.ManagedClusterAddOn
  const { uid = '' } = addOn.metadata
  const owner = { apiVersion: apiVersionOf(kinds.ManagedClusterAddOn), kind, name: addOnName, uid }
  const { [ocm.configSpecHashAnnotation]: _old, ...annotations } = live?.metadata.annotations ?? {}
  const hash = configSpecHash(addOn.status?.configReferences)
  return {
    ...live,
    metadata: {
      ...live?.metadata,
      ...key,
      labels: { ...live?.metadata.labels, [ocm.addonNameLabel]: addOnName },
      ...(hash === undefined
        ? // An empty map where there is none would be a write that the server does not keep.
          live?.metadata.annotations && { annotations }
        : { annotations: { ...annotations, [ocm.configSpecHashAnnotation]: hash } }),
      ownerReferences: withController(live?.metadata.ownerReferences, owner),
    },
    spec: { ...live?.spec, workload: { ...live?.spec?.workload, manifests } },
  }
}
