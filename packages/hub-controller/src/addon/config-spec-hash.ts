import type { ConfigReference } from '@odfmo/api-types'
import type { DeepReadonly } from '@odfmo/api-types/meta'

/**
 * The work's `config-spec-hash` annotation: a JSON object from each configuration to the hash of its spec, by which
 * OCM sees which configuration a work was made from. Undefined exactly when there are no references.
 */
export const configSpecHash = (
  references: readonly DeepReadonly<ConfigReference>[] = [],
): string | undefined => {
  if (references.length === 0) return undefined
  const hashes = references.flatMap(({ group, resource, desiredConfig }) => {
    if (desiredConfig === undefined) return []
    const { namespace = '', name, specHash } = desiredConfig
    const kind = group === '' || group === undefined ? resource : `${resource}.${group}`
    return [[namespace === '' ? `${kind}/${name}` : `${kind}/${namespace}/${name}`, specHash ?? '']]
  })
  // Keys in order, as Go prints a map.
  return JSON.stringify(Object.fromEntries(hashes.sort(([a = ''], [b = '']) => (a < b ? -1 : 1))))
}
