import type { ManagedClusterAddOn } from '@odfmo/api-types'
import { apiVersionOf, type DeepReadonly, type OwnerReference } from '@odfmo/api-types/meta'
import { derived, edited, from, leave, type Derived, type World } from '@odfmo/controller-kit'
import type { AddonContext } from './addon-context.ts'
import { clusterManagementAddOnKey } from './cluster-management-add-on.ts'
import { addOnKeysOf } from './add-on-key.ts'
import { hasOwner, withController } from './owner-reference.ts'
import { holdOf } from './hold.ts'
import { waiting } from '../status/waiting.ts'

/** The add-on's owner reference to the ClusterManagementAddOn, for hubs whose OCM does not write it (or not yet). */
export const addOnOwner = (context: AddonContext): Derived<ManagedClusterAddOn> => {
  const { kinds } = context
  return derived({
    name: 'add-on-owner',
    kind: kinds.ManagedClusterAddOn,
    keys: [from(kinds.ManagedClusterAddOn, addOnKeysOf)],
    wanted(key, world) {
      const addOn = world.get(kinds.ManagedClusterAddOn, key)
      if (addOn === undefined || addOn.metadata.deletionTimestamp !== undefined) return leave()
      if (holdOf(context, world, key.namespace ?? '').is !== 'held') return leave()
      const owner = clusterManagementOwner(context, world)
      if (owner === undefined) {
        return waiting('NoClusterManagementAddOn', `there is no ClusterManagementAddOn ${key.name} yet`)
      }
      const ownerReferences = withController(addOn.metadata.ownerReferences, owner)
      return edited({ ...addOn, metadata: { ...addOn.metadata, ownerReferences } })
    },
  })
}

/** The reference as OCM's add-on manager writes it, undefined while there is no ClusterManagementAddOn. */
const clusterManagementOwner = ({ kinds }: AddonContext, world: World): OwnerReference | undefined => {
  const { uid } = world.meta(kinds.ClusterManagementAddOn, clusterManagementAddOnKey)?.metadata ?? {}
  const { kind } = kinds.ClusterManagementAddOn
  return uid === undefined
    ? undefined
    : { apiVersion: apiVersionOf(kind), kind: kind.kind, name: clusterManagementAddOnKey.name, uid }
}

/** Whether the add-on has its owner reference: before that, OCM does not take it for one of this manager's. */
export const isOwned = (
  context: AddonContext,
  world: World,
  { metadata }: Pick<DeepReadonly<ManagedClusterAddOn>, 'metadata'>,
): boolean => {
  const owner = clusterManagementOwner(context, world)
  return owner !== undefined && hasOwner(metadata.ownerReferences, owner)
}
