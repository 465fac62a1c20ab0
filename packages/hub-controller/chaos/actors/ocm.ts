import { contract, kinds, type ManagedCluster, type ManagedClusterAddOn } from '@odfmo/api-types'
import { apiVersionOf, keyOf, type Condition, type Kind } from '@odfmo/api-types/meta'
import type { Hands } from '../hands.ts'
import type { SpokeTruth } from '../truth.ts'

/** OCM holds a ManagedCluster until its add-ons, works and namespace are gone. */
const clusterFinalizer = 'cluster.open-cluster-management.io/api-resource-cleanup'
/** A spoke holds a work until it has taken away what came with it. */
const workFinalizer = 'cluster.open-cluster-management.io/manifest-work-cleanup'

/** One round of OCM on the hub and of the klusterlet of one cluster. Answers whether it did anything. */
export const ocmRound = async (hands: Hands, spoke: SpokeTruth): Promise<boolean> => {
  const { name } = spoke
  const cluster = hands.find(kinds.ManagedCluster, { name })
  const leaving = cluster?.metadata.deletionTimestamp !== undefined
  let did = false
  if (cluster !== undefined) did = leaving ? await release(hands, cluster) : await admit(hands, cluster)
  for (const work of hands.list(kinds.ManifestWork, name)) {
    const { finalizers = [], deletionTimestamp } = work.metadata
    const gone = cluster === undefined || leaving || !spoke.isAway
    if (deletionTimestamp === undefined) {
      if (spoke.isAway) continue
      if (!finalizers.includes(workFinalizer)) {
        did =
          (await hands.patch(kinds.ManifestWork, keyOf(work), {
            metadata: { finalizers: [...finalizers, workFinalizer] },
          })) || did
      }
      did = (await applied(hands, kinds.ManifestWork, work)) || did
    } else if (gone && finalizers.length > 0) {
      did = (await hands.patch(kinds.ManifestWork, keyOf(work), { metadata: { finalizers: [] } })) || did
    }
  }
  const addOn = hands.find(kinds.ManagedClusterAddOn, { namespace: name, name: contract.addon.name })
  if (addOn !== undefined && !leaving && addOn.metadata.deletionTimestamp === undefined)
    did = (await manage(hands, addOn, spoke)) || did
  return did
}

const admit = async (hands: Hands, { metadata }: ManagedCluster): Promise<boolean> => {
  const { name = '', finalizers = [] } = metadata
  let did = false
  if (!finalizers.includes(clusterFinalizer)) {
    const body = { metadata: { finalizers: [...finalizers, clusterFinalizer] } }
    did = await hands.patch(kinds.ManagedCluster, { name }, body)
  }
  if (hands.find(kinds.Namespace, { name }) === undefined)
    did = (await hands.create(kinds.Namespace, { metadata: { name } })) || did
  return did
}

/** First the add-ons go, then the works, then the namespace, then the cluster. */
const release = async (hands: Hands, { metadata: { name = '' } }: ManagedCluster): Promise<boolean> => {
  const held: readonly Kind[] = [kinds.ManagedClusterAddOn, kinds.ManifestWork]
  for (const kind of held) {
    const there = hands.list(kind, name)
    let did = false
    for (const object of there) {
      if (object.metadata.deletionTimestamp === undefined)
        did = (await hands.remove(kind, keyOf(object))) || did
    }
    if (there.length > 0) return did
  }
  const namespace = hands.find(kinds.Namespace, { name })
  if (namespace !== undefined)
    return namespace.metadata.deletionTimestamp === undefined && hands.remove(kinds.Namespace, { name })
  return hands.patch(kinds.ManagedCluster, { name }, { metadata: { finalizers: null } })
}

/** OCM's add-on manager owns the add-on; the klusterlet says that its agent is alive. */
const manage = async (hands: Hands, addOn: ManagedClusterAddOn, { isAway }: SpokeTruth): Promise<boolean> => {
  let did = false
  const manager = hands.find(kinds.ClusterManagementAddOn, { name: contract.addon.name })
  const owners = addOn.metadata.ownerReferences ?? []
  const { uid = '', name = '' } = manager?.metadata ?? {}
  if (manager !== undefined && owners.every((owner) => owner.uid !== uid)) {
    const apiVersion = apiVersionOf(kinds.ClusterManagementAddOn)
    const owner = { apiVersion, kind: kinds.ClusterManagementAddOn.kind, name, uid }
    const others = owners.filter(({ kind }) => kind !== owner.kind)
    const ownerReferences = [...others, { ...owner, controller: true, blockOwnerDeletion: true }]
    const { resourceVersion } = addOn.metadata
    const body = { metadata: { resourceVersion, ownerReferences } }
    did = await hands.patch(kinds.ManagedClusterAddOn, keyOf(addOn), body)
  }
  return (await condition(hands, kinds.ManagedClusterAddOn, addOn, 'Available', !isAway)) || did
}

const applied = (hands: Hands, kind: typeof kinds.ManifestWork, work: Parameters<typeof keyOf>[0]) =>
  condition(hands, kind, work, 'Applied', true)

const condition = async (
  hands: Hands,
  kind: typeof kinds.ManifestWork | typeof kinds.ManagedClusterAddOn,
  object: Parameters<typeof keyOf>[0] & { readonly status?: { readonly conditions?: readonly unknown[] } },
  type: string,
  holds: boolean,
): Promise<boolean> => {
  const conditions = (object.status?.conditions ?? []) as readonly Condition[]
  const status = holds ? 'True' : 'Unknown'
  if (conditions.find((one) => one.type === type)?.status === status) return false
  const stated = {
    type,
    status,
    reason: holds ? 'Works' : 'Silent',
    message: '',
    lastTransitionTime: '2026-01-01T00:00:00Z',
  }
  const { resourceVersion } = object.metadata
  const body = {
    metadata: { resourceVersion },
    status: { conditions: [...conditions.filter((one) => one.type !== type), stated] },
  }
  return hands.patch(kind, keyOf(object), body, 'status')
}
