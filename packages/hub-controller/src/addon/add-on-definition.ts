import type { CustomResourceDefinition } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'
import { kinds } from '@odfmo/api-types'

const { plural, group, version } = kinds.ManagedClusterAddOn

export const addOnDefinitionKey = { name: `${plural}.${group}` }

/**
 * Whether the hub keeps this field of an add-on's status: OCM 0.11 has no `namespace` in it and drops it, and writing
 * it again and again would change nothing. Without a definition that says otherwise it does.
 */
export const keepsStatusField = (
  definition: Pick<DeepReadonly<CustomResourceDefinition>, 'spec'> | undefined,
  field: string,
): boolean => {
  const { schema } = definition?.spec.versions.find(({ name }) => name === version) ?? {}
  const status = schema?.openAPIV3Schema?.properties?.['status']
  if (status?.properties === undefined) return true
  return field in status.properties || status['x-kubernetes-preserve-unknown-fields'] === true
}
