import { kinds } from '@odfmo/api-types'
import type { ManagedCluster } from '@odfmo/api-types'
import type { Kind } from '@odfmo/api-types/meta'
import type { ClusterClient } from '../../access/cluster-client.ts'
import { conditionOf, conditionsWith } from '../../access/conditions.ts'
import type { NewCondition } from '../../access/conditions.ts'
import { ensure, ensureStatus } from '../../access/ensure.ts'
import { clusterObjects } from './klusterlet-rbac.ts'

/** Holds a ManagedCluster until its add-ons, works and namespace are gone. */
const clusterFinalizer = 'cluster.open-cluster-management.io/api-resource-cleanup'

/** What the hub does about a ManagedCluster. */
export type ClusterStep = 'hold' | 'admit' | 'deny' | 'release' | 'none'

/** The decision, from the object alone. */
export const clusterStep = ({ metadata, spec }: Pick<ManagedCluster, 'metadata' | 'spec'>): ClusterStep => {
  const isHeld = metadata.finalizers?.includes(clusterFinalizer) === true
  if (metadata.deletionTimestamp !== undefined) return isHeld ? 'release' : 'none'
  if (!isHeld) return 'hold'
  return spec?.hubAcceptsClient === true ? 'admit' : 'deny'
}

const accepted: NewCondition = {
  type: 'HubAcceptedManagedCluster',
  status: 'True',
  reason: 'HubClusterAdminAccepted',
  message: 'Accepted by hub cluster admin',
}
const denied: NewCondition = {
  type: 'HubAcceptedManagedCluster',
  status: 'False',
  reason: 'HubClusterAdminDenied',
  message: 'Denied by hub cluster admin',
}

/** Waits for what it asked to be deleted; there is no event for a whole namespace. */
const lookAgainMs = 250

/** Brings the hub's side of one ManagedCluster into order. */
export const reconcileCluster = async (
  hub: ClusterClient,
  cluster: ManagedCluster,
  nowMs: number,
): Promise<number | undefined> => {
  const { name = '', uid, resourceVersion, finalizers = [] } = cluster.metadata
  const precondition = { uid, resourceVersion }
  switch (clusterStep(cluster)) {
    case 'none':
      return undefined
    case 'hold': {
      const metadata = { ...precondition, finalizers: [...finalizers, clusterFinalizer] }
      await hub.patch(kinds.ManagedCluster, { name }, { metadata })
      return undefined
    }
    case 'admit':
      await admit(hub, name)
      await setCondition(hub, cluster, accepted, nowMs)
      return undefined
    case 'deny':
      if (conditionOf(cluster.status?.conditions, accepted.type)?.status === 'True') await withdraw(hub, name)
      await setCondition(hub, cluster, denied, nowMs)
      return undefined
    case 'release': {
      if (!(await isEmptied(hub, name))) return lookAgainMs
      await withdraw(hub, name)
      const metadata = { ...precondition, finalizers: finalizers.filter((one) => one !== clusterFinalizer) }
      await hub.patch(kinds.ManagedCluster, { name }, { metadata })
      return undefined
    }
  }
}

const setCondition = async (
  hub: ClusterClient,
  cluster: ManagedCluster,
  condition: NewCondition,
  nowMs: number,
): Promise<void> => {
  const conditions = conditionsWith(cluster.status?.conditions, [condition], nowMs)
  if (conditions !== undefined) await ensureStatus(hub, kinds.ManagedCluster, cluster, { conditions })
}

const admit = async (hub: ClusterClient, name: string): Promise<void> => {
  const objects = clusterObjects(name)
  await ensure(hub, kinds.Namespace, objects.namespace)
  await ensure(hub, kinds.ClusterRole, objects.clusterRole)
  await ensure(hub, kinds.ClusterRoleBinding, objects.clusterRoleBinding)
  for (const binding of objects.roleBindings) await ensure(hub, kinds.RoleBinding, binding)
}

/** Takes the klusterlet's rights on the hub away; the namespace stays. */
const withdraw = async (hub: ClusterClient, name: string): Promise<void> => {
  const { clusterRole, clusterRoleBinding, roleBindings } = clusterObjects(name)
  for (const { metadata } of roleBindings) {
    await hub.remove(kinds.RoleBinding, { name: metadata.name ?? '', namespace: name })
  }
  await hub.remove(kinds.ClusterRoleBinding, { name: clusterRoleBinding.metadata.name ?? '' })
  await hub.remove(kinds.ClusterRole, { name: clusterRole.metadata.name ?? '' })
}

/** First the add-ons go, then the works (their agents must still be able to clean up), then the namespace. */
const isEmptied = async (hub: ClusterClient, namespace: string): Promise<boolean> => {
  const held: readonly Kind[] = [kinds.ManagedClusterAddOn, kinds.ManifestWork]
  for (const kind of held) {
    const { items } = await hub.list(kind, { namespace })
    for (const { metadata } of items) {
      if (metadata.deletionTimestamp === undefined)
        await hub.remove(kind, { namespace, name: metadata.name ?? '' })
    }
    if (items.length > 0) return false
  }
  const found = await hub.get(kinds.Namespace, { name: namespace })
  if (found === undefined) return true
  if (found.metadata.deletionTimestamp === undefined) await hub.remove(kinds.Namespace, { name: namespace })
  return false
}
