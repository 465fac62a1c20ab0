import { keyOf, type KubeObject, type ObjectKey } from '@odfmo/api-types/meta'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { addOnName } from './agent-names.ts'
import { ocm } from './ocm.ts'

/** The key of our add-on in a cluster's namespace. */
export const addOnKey = (cluster: string): ObjectKey => ({ namespace: cluster, name: addOnName })

/** An add-on's own key if it is ours by name. */
export const addOnKeysOf = (addOn: DeepReadonly<KubeObject>): readonly ObjectKey[] =>
  addOn.metadata.name === addOnName ? [keyOf(addOn)] : []

/** The cluster on whose behalf another one would run the agent (hosted mode, not supported); undefined: none. */
export const hostingClusterOf = (addOn: Pick<DeepReadonly<KubeObject>, 'metadata'>): string | undefined => {
  const name = addOn.metadata.annotations?.[ocm.hostingClusterAnnotation]
  return name === '' ? undefined : name
}
